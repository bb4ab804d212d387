import { cpSync, readFileSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { projectRoot, runNode, type Ended } from './testing/run-program.ts';
import { temporaryFolder } from './testing/temporary-folder.ts';

test('passed, failed and skipped tests are counted, and the reason of the skipped one is given', async () => {
  const { code, stdout } = await testsOf({
    'src/some.test.ts': suite(
      "test('holds', () => undefined);",
      "test('does not', () => { throw new Error('broken'); });",
      "test('cannot', (context) => { context.skip('no sandbox here'); });",
    ),
  });
  expect(stdout.trimEnd().split('\n').slice(-3)).toEqual([
    'skipped: src/some.test.ts > cannot: no sandbox here',
    'failed: src/some.test.ts > does not: broken',
    '1 passed, 1 failed, 1 skipped',
  ]);
  expect(code).toBe(1);
});

test('arguments choose the part of the suite that runs', async () => {
  const { code, stdout } = await testsOf(
    {
      'src/weaver/one.test.ts': suite("test('holds', () => undefined);"),
      'src/cli/two.test.ts': suite("test('does not', () => { throw new Error('broken'); });"),
    },
    ['src/weaver'],
  );
  expect(lastLine(stdout)).toBe('1 passed, 0 failed');
  expect(code).toBe(0);
});

test('campaigns are left out, run by a name of their own, and are a part of what is named', async () => {
  const files = {
    'src/one.test.ts': suite("test('holds', () => undefined);", "test('holds at length', { tags: ['campaign'] }, () => undefined);"),
    'src/two.test.ts': `/** @module-tag campaign */\n${suite("test('is long', () => undefined);")}`,
    'src/three.test.ts': suite("test('is short', () => undefined);"),
  };
  const { stdout } = await testsOf(files);
  expect(lastLine(stdout)).toBe('2 passed, 0 failed');
  expect(stdout).not.toContain('two.test.ts');
  const campaigns = await testsOf(files, ['--campaigns']);
  expect(lastLine(campaigns.stdout)).toBe('2 passed, 0 failed');
  expect(campaigns.stdout).not.toContain('three.test.ts');
  expect(lastLine((await testsOf(files, ['src/one'])).stdout)).toBe('2 passed, 0 failed');
});

test('the file of a test that failed in a whole run runs once more, and no other; what passes only then is said', async () => {
  const files = {
    'src/one.test.ts': importing(suite(`test('holds at last', () => { ${failsOnce('one')} });`)),
    'src/two.test.ts': importing(suite("test('holds', () => { appendFileSync('runs-of-two', 'x'); });")),
    'src/three.test.ts': importing(
      suite("test('holds', () => undefined);", `test('holds at length', { tags: ['campaign'] }, () => { ${failsOnce('three')} });`),
    ),
  };
  const { code, stdout, folder } = await testsOf(files);
  expect(stdout.trimEnd().split('\n').slice(-2)).toEqual([
    'unsteady: src/one.test.ts > holds at last: too late (passed when its file ran once more, alone)',
    '3 passed, 0 failed',
  ]);
  expect(readFileSync(path.join(folder, 'runs-of-two'), 'utf8')).toBe('x');
  expect(code).toBe(0);
  // The second try has the campaigns alone, as the first one had.
  expect((await testsOf(files, ['--campaigns'])).stdout).toMatch(/\nunsteady: src\/three\.test\.ts > .*\n1 passed, 0 failed\n$/);
  // Whoever works on a part wants to see what fails.
  const part = await testsOf(files, ['src/one']);
  expect(lastLine(part.stdout)).toBe('0 passed, 1 failed');
  expect(part.code).toBe(1);
});

test('what a seed has found is not tried again', async () => {
  const { stdout } = await testsOf({ 'src/one.test.ts': importing(suite(`test('holds', () => { ${failsOnce('one', 'seed 7')} });`)) });
  expect(stdout.trimEnd().split('\n').slice(-2)).toEqual(['failed: src/one.test.ts > holds: seed 7', '0 passed, 1 failed']);
});

test('a run that finds no test fails', async () => {
  const { code, stdout } = await testsOf({ 'src/one.test.ts': suite("test('holds', () => undefined);") }, ['src/nowhere']);
  expect(lastLine(stdout)).toMatch(/^0 passed, 1 failed$/);
  expect(code).not.toBe(0);
});

test('an error that no test caught is a failure although every test passed', async () => {
  const { code, stdout } = await testsOf({
    'src/late.test.ts': suite("test('holds', async () => { void Promise.reject(new Error('nobody waits for this')); });"),
  });
  expect(lastLine(stdout)).toBe('1 passed, 1 failed');
  expect(stdout).toContain('failed: unhandled error while src/late.test.ts ran: nobody waits for this');
  expect(code).not.toBe(0);
});

test('what was found stands in the closing line, not how much of it', async () => {
  const { stdout } = await testsOf({
    'src/one.test.ts': suite("test('holds', () => { expect(['the first sentence of two', 'and the second one']).toEqual([]); });").replace(
      '{ test }',
      '{ expect, test }',
    ),
  });
  expect(stdout).toContain(
    "failed: src/one.test.ts > holds: expected [ 'the first sentence of two', 'and the second one' ] to deeply equal []",
  );
});

test('a test file that cannot be loaded is a failure', async () => {
  const { code, stdout } = await testsOf({
    'src/broken.test.ts': "throw new Error('cannot be loaded');\n",
    'src/fine.test.ts': suite("test('holds', () => undefined);"),
  });
  expect(lastLine(stdout)).toBe('1 passed, 1 failed');
  expect(code).not.toBe(0);
});

/** The text of a test that fails when it runs for the first time in its folder. */
function failsOnce(name: string, reason = 'too late'): string {
  return `const isFirst = !existsSync('${name}'); writeFileSync('${name}', ''); if (isFirst) throw new Error('${reason}');`;
}

function importing(text: string): string {
  return `import { appendFileSync, existsSync, writeFileSync } from 'node:fs';\n${text}`;
}

function suite(...tests: readonly string[]): string {
  return `import { test } from 'vitest';\n${tests.join('\n')}\n`;
}

function lastLine(text: string): string | undefined {
  return text.trimEnd().split('\n').at(-1);
}

/** Runs the test command in a folder that has only these files beside the project's own configuration. */
async function testsOf(
  files: Readonly<Record<string, string>>,
  args: readonly string[] = [],
): Promise<Ended & { readonly folder: string }> {
  const folder = temporaryFolder(files);
  for (const name of ['package.json', 'vitest.config.ts', 'scripts/test.mjs', 'scripts/support', 'test/support']) {
    cpSync(path.join(projectRoot, name), path.join(folder, name), { recursive: true, filter: (file) => !file.endsWith('.test.ts') });
  }
  symlinkSync(path.join(projectRoot, 'node_modules'), path.join(folder, 'node_modules'));
  // What this test's own runner put into the environment is none of the inner one's business.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(VITEST|MIYABI_|TEST$|NODE_ENV)/.test(name)));
  return { ...(await runNode(['scripts/test.mjs', ...args], { cwd: folder, env: { ...env, NO_COLOR: '1' } })), folder };
}
