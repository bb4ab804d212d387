import { mkdir, symlink } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { expect, test } from 'vitest';
import type { BaseEvidence } from '../../domain/evidence.ts';
import { baseEvidence } from '../base.ts';
import { reasonsAgainst } from '../gates.ts';
import { casesOf } from '../test-outcomes.ts';
import { commit, world } from '../testing/evidence.ts';
import { type TestProject, testProject } from '../testing/project.ts';
import { runTests } from './run-tests.ts';
import { runChecks } from './run.ts';
import type { CheckSetting } from './setting.ts';

const seconds = 60_000;

const managers = [
  ['npm', {}],
  ['pnpm', { 'pnpm-lock.yaml': '' }],
  ['yarn', { 'yarn.lock': '' }],
] as const;

/** With the package managers at hand, as the machine of a user has them. */
async function settingOf(project: TestProject): Promise<CheckSetting> {
  const setting = await project.setting();
  const bin = join(project.directory, '../bin');
  await mkdir(bin);
  // Of yarn the classic one: that of `.bin` wants a lockfile with the project in it.
  await symlink(join(project.directory, 'node_modules/yarn/bin/yarn.js'), join(bin, 'yarn'));
  const path = [bin, join(project.directory, 'node_modules/.bin'), setting.environment['PATH'] ?? ''].join(delimiter);
  return { ...setting, environment: { ...setting.environment, PATH: path } };
}

test.each(managers)(
  'the tests that %s runs report',
  async (name, lockfile) => {
    await using project = await testProject({
      'package.json': { type: 'module', scripts: { test: 'ava' } },
      'a.test.js': `import test from 'ava';\ntest('passes', (t) => t.pass());`,
      ...lockfile,
    });
    const setting = await settingOf(project);
    expect(setting.plan.test?.command[0]).toBe(name);
    const tests = await runTests(setting);
    expect(tests).toMatchObject({ kind: 'reported', runner: 'ava', exitCode: 0, notes: [] });
    expect(casesOf(tests)).toMatchObject([{ id: expect.stringContaining('passes'), status: 'passed' }]);
  },
  seconds,
);

test.each(managers.slice(0, 2))(
  'a test command that cannot be started is unknown, and with it no change wins that does nothing: %s',
  async (_, lockfile) => {
    await using project = await testProject({ 'package.json': { scripts: { test: 'no-such-runner' } }, ...lockfile });
    const check = await runChecks({ ...(await settingOf(project)), commit: commit('1'), install: { kind: 'none', reason: '' } });
    expect(check.tests).toMatchObject({ kind: 'exit-code', passed: false, unknown: expect.stringContaining('could not be started') });
    const base: BaseEvidence = baseEvidence(check, check.tests);
    expect(reasonsAgainst(base, world('alpha', check))).toEqual([
      expect.stringContaining('Nothing is known of the tests, neither before nor after.'),
    ]);
  },
  seconds,
);
