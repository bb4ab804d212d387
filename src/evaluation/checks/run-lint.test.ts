import { expect, test } from 'vitest';
import { testProject } from '../testing/project.ts';
import { runFormat } from './run-format.ts';
import { runLint } from './run-lint.ts';

const seconds = 30_000;
const ugly = 'debugger;\nif (true) { const unused = 1; }\n';

test.each([
  ['eslint a.js', 'no-debugger'],
  ['oxlint --deny no-debugger a.js', 'eslint(no-debugger)'],
  ['biome lint a.js', 'lint/suspicious/noDebugger'],
  ['biome check --max-diagnostics=1 a.js', 'lint/suspicious/noDebugger'],
])(
  '%s tells each of its findings',
  async (script, rule) => {
    await using project = await testProject({
      'package.json': { scripts: { lint: script } },
      'eslint.config.js': `module.exports = [{ rules: { 'no-debugger': 'error', 'no-constant-condition': 'warn' } }];`,
      'a.js': ugly,
    });
    const lint = await runLint(await project.setting());
    expect(lint).toMatchObject({
      kind: 'reported',
      findings: expect.arrayContaining([expect.objectContaining({ rule, path: 'a.js', line: 1 })]),
    });
  },
  seconds,
);

test(
  'two linters of one script are both counted',
  async () => {
    await using project = await testProject({
      'package.json': { scripts: { lint: 'oxlint a.js; eslint a.js' } },
      'eslint.config.js': `module.exports = [{ rules: { 'no-debugger': 'error' } }];`,
      'a.js': ugly,
    });
    const lint = await runLint(await project.setting());
    const rules = lint.kind === 'reported' ? lint.findings?.map(({ rule }) => rule) : [];
    expect(rules).toEqual(expect.arrayContaining(['no-debugger', 'eslint(no-debugger)']));
  },
  seconds,
);

test.each(['no-such-linter a.js', 'kill -9 $$'])(
  'a linter that cannot be started or that crashes has failed: %s',
  async (script) => {
    await using project = await testProject({ 'package.json': { scripts: { lint: script, 'format:check': script } } });
    const setting = await project.setting();
    expect(await runLint(setting)).toMatchObject({ kind: 'failed' });
    expect(await runFormat(setting)).toMatchObject({ kind: 'failed' });
  },
  seconds,
);

test.each(['prettier --check .', 'biome ci .', 'oxfmt --check .'])(
  'the files that %s would change are named, and no other',
  async (script) => {
    await using project = await testProject({
      'package.json': `${JSON.stringify({ scripts: { 'format:check': script } }, undefined, 2)}\n`,
      'ugly.js': 'const a   = 1\nmodule.exports = {a}',
      'fine.js': 'export default 1;\n',
      'biome.json': `${JSON.stringify({ formatter: { indentStyle: 'space' }, linter: { enabled: false } }, undefined, 2)}\n`,
    });
    expect(await runFormat(await project.setting())).toMatchObject({ kind: 'reported', files: ['ugly.js'] });
  },
  seconds,
);
