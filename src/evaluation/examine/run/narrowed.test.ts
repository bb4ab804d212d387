import { expect, test } from 'vitest';
import type { ChecksPlan, TestRunner } from '../../../domain/checks.ts';
import { narrowed } from './narrowed.ts';

const npm = (runner: TestRunner, script: string): ChecksPlan => ({
  ecosystem: 'npm',
  test: { command: ['npm', 'run', 'test'], shown: 'npm run test', runner, script },
  reasons: [],
  timeoutMs: 1_000,
});

const direct = (runner: TestRunner, ...command: [string, ...string[]]): ChecksPlan => ({
  ecosystem: 'python',
  test: { command, shown: command.join(' '), runner },
  reasons: [],
  timeoutMs: 1_000,
});

test.each<[TestRunner, string, string]>([
  ['node:test', 'node --test', 'node --test t/a.test.js'],
  ['node:test', 'node --import tsx --test "test/**/*.test.ts"', 'node --import tsx --test t/a.test.js'],
  ['node:test', 'node -r ./register.cjs --test --test-name-pattern x test/*.js', 'node -r ./register.cjs --test t/a.test.js'],
  ['node:test', 'NODE_ENV=test c8 node --test --test-concurrency=2 test', 'NODE_ENV=test c8 node --test --test-concurrency=2 t/a.test.js'],
  ['vitest', 'vitest', 'vitest t/a.test.js'],
  ['vitest', 'vitest run --config "my config.ts" src -t slow', 'vitest run --config "my config.ts" t/a.test.js'],
  ['vitest', 'cross-env TZ=UTC vitest run --coverage', 'cross-env TZ=UTC vitest run --coverage t/a.test.js'],
  ['jest', 'jest --ci --config=x.json src/.*', 'jest --ci --config=x.json --runTestsByPath t/a.test.js'],
  ['mocha', "mocha -r tsx --timeout 5000 'spec/**/*.js'", 'mocha -r tsx --timeout 5000 t/a.test.js'],
  ['mocha', 'npm run unit\nmocha --recursive test', 'mocha --recursive t/a.test.js'],
  ['ava', 'ava --serial', 'ava --serial t/a.test.js'],
  ['tap', 'tape -r esm test/*.js', 'tape -r esm t/a.test.js'],
])('%s: the options of a script are kept and its files replaced: %s', (runner, script, expected) => {
  const { plan, isWhole } = narrowed(npm(runner, script), ['t/a.test.js']);
  expect({ isWhole, script: plan.test?.script }).toEqual({ isWhole: false, script: expected });
  expect(plan.test?.command).toEqual(['sh', '-c', `PATH="$PWD/node_modules/.bin:$PATH"; export PATH; ${expected}`]);
});

test.each<[TestRunner, readonly string[], string, string]>([
  ['pytest', ['python3', '-m', 'pytest', '-q', '-k', 'x', 'tests'], 'tests/test_a.py', 'python3 -m pytest -q tests/test_a.py'],
  ['pytest', ['uv', 'run', 'pytest'], 'tests/test_a.py', 'uv run pytest tests/test_a.py'],
  ['unittest', ['python3', '-m', 'unittest', '-v'], 'tests/test_a.py', 'python3 -m unittest -v tests/test_a.py'],
  ['go', ['go', 'test', '-count=1', './...'], 'pkg/a/a_test.go', 'go test -count=1 ./pkg/a'],
  [
    'cargo',
    ['cargo', 'test', '--no-fail-fast', '--features', 'x'],
    'tests/round-trip.rs',
    'cargo test --no-fail-fast --features x --test round-trip',
  ],
  [
    'maven',
    ['./mvnw', '-B', 'test'],
    'src/test/java/com/x/FooTest.java',
    './mvnw -B test -Dtest=FooTest -DfailIfNoTests=false -Dsurefire.failIfNoSpecifiedTests=false',
  ],
  ['gradle', ['gradle', 'test'], 'src/test/kotlin/com/x/FooTest.kt', 'gradle test --tests com.x.FooTest'],
])('%s: a command without a script is narrowed as well: %s', (runner, command, path, expected) => {
  const [program = '', ...rest] = command;
  const { plan, isWhole } = narrowed(direct(runner, program, ...rest), [path]);
  expect({ isWhole, command: plan.test?.command.join(' ') }).toEqual({ isWhole: false, command: expected });
});

test.each<[string, ChecksPlan, string]>([
  ['two commands', npm('node:test', 'tsc && node --test'), 't/a.test.js'],
  ['a script with one before it', npm('vitest', 'npm run build\nvitest run'.replace('npm run build', 'tsc -p .')), 't/a.test.js'],
  ['a pipe', npm('tap', 'tape test/*.js | tap-spec'), 't/a.test.js'],
  ['a variable', npm('mocha', 'mocha $FILES'), 't/a.test.js'],
  ['an unknown runner', npm('unknown', 'node scripts/test.js'), 't/a.test.js'],
  ['discovery from another folder', direct('unittest', 'python3', '-m', 'unittest', 'discover', '-s', 'tests'), 'tests/test_a.py'],
  ['a test within a crate', direct('cargo', 'cargo', 'test'), 'src/lib.rs'],
  ['a file that looks like an option', npm('vitest', 'vitest run'), '--config=evil.test.js'],
  ['make', { ...direct('pytest', 'make', 'test'), ecosystem: 'make' }, 'tests/test_a.py'],
])('%s: the whole command is run', (_, plan, path) => {
  expect(narrowed(plan, [path])).toEqual({ plan, isWhole: true });
});

test('names of files are no program to the shell', () => {
  const { plan } = narrowed(npm('vitest', 'vitest run'), ["t/a b$(touch x)'.test.js"]);
  expect(plan.test?.script).toBe(String.raw`vitest run 't/a b$(touch x)'\''.test.js'`);
});
