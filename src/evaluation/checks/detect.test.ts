import { expect, test } from 'vitest';
import { Failure } from '../../domain/failure.ts';
import { detectChecks } from './detect.ts';
import type { ProjectReader } from './project-reader.ts';
import { splitCommand } from './split-command.ts';

function reader(files: Readonly<Record<string, unknown>>): ProjectReader {
  const texts = new Map(Object.entries(files).map(([path, value]) => [path, typeof value === 'string' ? value : JSON.stringify(value)]));
  return {
    readFile: (path) => Promise.resolve(texts.get(path)),
    exists: (path) => Promise.resolve(texts.has(path)),
    list: () => Promise.resolve([...texts.keys()]),
  };
}

test('a project is described by its scripts and its lockfile', async () => {
  const plan = await detectChecks(
    reader({
      'package.json': {
        scripts: { build: 'tsc', test: 'npm run unit', unit: 'vitest run', lint: 'oxlint' },
        devDependencies: { typescript: '7.0.2', prettier: '3.0.0' },
      },
      'package-lock.json': '{}',
      'tsconfig.json': '{}',
      '.prettierrc': '{}',
    }),
  );
  expect(plan).toMatchObject({
    ecosystem: 'npm',
    install: { command: ['npm', 'ci', '--no-audit', '--no-fund'] },
    build: { command: ['npm', 'run', 'build'], shown: 'npm run build' },
    typeCheck: { shown: 'npm exec --no -- tsc --noEmit' },
    test: { command: ['npm', 'run', 'test'], runner: 'vitest', script: 'npm run unit\nvitest run' },
    lint: { shown: 'npm run lint' },
    format: { shown: 'npm exec --no -- prettier --check .' },
    reasons: [],
  });
});

test('without dependencies nothing is installed, and what is missing is said', async () => {
  const plan = await detectChecks(reader({ 'package.json': { scripts: { test: 'node --test' } } }));
  expect(plan.install).toBeUndefined();
  expect(plan.test?.runner).toBe('node:test');
  expect(plan.reasons).toEqual([
    'No build: package.json has no script called build.',
    'No type check: neither a script for it nor TypeScript with a tsconfig.json was found.',
    'No linter: package.json has no script called lint.',
    'No format check: neither a script for it nor a formatter with its configuration was found.',
  ]);
});

test.each([
  ['the placeholder of npm', { scripts: { test: 'echo "Error: no test specified" && exit 1' } }, /placeholder/],
  ['no script', {}, /no script called test/],
  ['a script that is no text', { scripts: { test: 3 } }, /no script called test/],
])('%s means that there are no tests', async (_, manifest, reason) => {
  const plan = await detectChecks(reader({ 'package.json': manifest }));
  expect(plan.test).toBeUndefined();
  expect(plan.reasons.join(' ')).toMatch(reason);
});

test('a repository without anything that is known gives an empty plan with a reason', async () => {
  const plan = await detectChecks(reader({ 'main.c': '' }));
  expect(plan).toMatchObject({ ecosystem: 'none', reasons: [expect.stringMatching(/^No project .*package\.json/)] });
  expect(plan.test).toBeUndefined();
});

test.each([
  ['broken', '{'],
  ['no object', '[1]'],
])('a package.json that is %s gives an empty plan with a reason', async (_, text) => {
  const plan = await detectChecks(reader({ 'package.json': text }));
  expect(plan.reasons).toEqual([expect.stringContaining('package.json')]);
  expect(plan).not.toHaveProperty('test');
  expect(plan).not.toHaveProperty('install');
});

test.each([
  [{ 'format:check': 'prettier --check src' }, 'npm run format:check'],
  [{ format: 'prettier --write .', 'lint:format': 'dprint check' }, 'npm run lint:format'],
  [{ format: 'oxfmt --check src' }, 'npm run format'],
  [{ format: 'prettier --write .' }, undefined],
  [{ 'format:check': 'npm run format', format: 'prettier --write --check .' }, undefined],
])('a script that only looks at the format is taken: %j', async (scripts, shown) => {
  expect((await detectChecks(reader({ 'package.json': { scripts } }))).format?.shown).toBe(shown);
});

test.each([
  ['pnpm-lock.yaml', 'pnpm'],
  ['yarn.lock', 'yarn'],
])('%s makes %s run the scripts', async (lockfile, manager) => {
  const plan = await detectChecks(reader({ 'package.json': { scripts: { test: 'jest' }, dependencies: { a: '1' } }, [lockfile]: '' }));
  expect(plan.install?.command[0]).toBe(manager);
  expect(plan.test).toMatchObject({ command: [manager, 'run', 'test'], runner: 'jest' });
  expect(plan.reasons[0]).toContain(manager);
});

test('configured commands go before detected ones, and take their reasons away', async () => {
  const plan = await detectChecks(reader({ 'package.json': { scripts: { lint: 'eslint' } } }), {
    build: "sh -c 'make && make check'",
    test: 'make test',
    testReport: 'out/report.xml',
    lint: false,
    timeoutMs: 5,
  });
  expect(plan.build?.command).toEqual(['sh', '-c', 'make && make check']);
  expect(plan.test).toMatchObject({ command: ['make', 'test'], runner: 'junit', report: 'out/report.xml' });
  expect(plan.lint).toBeUndefined();
  expect(plan.reasons.filter((reason) => !/^No (?:type|format) check/.test(reason))).toEqual([
    'No linter: switched off in the configuration.',
  ]);
  expect(plan.timeoutMs).toBe(5);
});

test('configured commands work without a package.json', async () => {
  expect(await detectChecks(reader({}), { test: 'make test' })).toMatchObject({ ecosystem: 'configured', test: { runner: 'unknown' } });
});

test.each([
  ['npm run  test', ['npm', 'run', 'test']],
  [`a "b c" 'd "e' f\\ g ""`, ['a', 'b c', 'd "e', 'f g', '']],
  [`a"b"'c'`, ['abc']],
])('%s is split as a shell would', (text, words) => {
  expect(splitCommand(text, 'checks.test')).toEqual(words);
});

test.each(['', '   ', 'a && b', 'a | b', 'echo $HOME', 'echo "$HOME"', 'ls *.js', "it's", 'a \\', 'a > b'])(
  'a command that needs a shell or is unfinished is refused: %s',
  (text) => {
    expect(() => splitCommand(text, 'checks.test')).toThrow(Failure);
  },
);

test.each(['/etc/passwd', '../report.xml', 'a/../../b', '.', '..'])(
  'a report outside the repository is refused: %s',
  async (testReport) => {
    await expect(detectChecks(reader({}), { test: 'make test', testReport })).rejects.toThrow('inside the repository');
  },
);
