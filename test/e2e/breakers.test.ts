/** @module-tag campaign */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import type { RunReport } from '../../src/operations/report.ts';
import type { CommandEnd } from '../support/miyabi.ts';
import { git, makeProject, miyabi, smallProject, testsWithoutNpm } from '../support/miyabi.ts';
import { temporaryFolder } from '../support/temporary.ts';

/** Mends the project unless a file in it says otherwise, so that one configuration can fail and succeed. */
const agent = `command:test ! -e failing || exit 1; sed -i.bak 's/a - b/a + b/' src/add.js && rm src/add.js.bak`;

async function place() {
  const folder = await temporaryFolder();
  const state = join(folder.path, 'state');
  const cwd = await makeProject(join(folder.path, 'project'), { ...smallProject, failing: '' });
  return {
    cwd,
    run: (coolSeconds: string, ...more: readonly string[]): Promise<CommandEnd> => {
      const env = {
        ...testsWithoutNpm,
        MIYABI_WORLDS_FALLBACK: '[]',
        MIYABI_BREAKER_FAILURES: '1',
        MIYABI_BREAKER_SUCCESSES: '1',
        MIYABI_BREAKER_COOL_SECONDS: coolSeconds,
      };
      return miyabi(['run', 'add() is wrong', '--agent', agent, '--worlds', '2', ...more], { cwd, state, env });
    },
    breakers: (): unknown[] => {
      using database = new DatabaseSync(join(state, 'miyabi.db'), { readOnly: true });
      return database.prepare('SELECT name, state FROM miyabi_breaker ORDER BY name').all().map(Object.values);
    },
    [Symbol.asyncDispose]: async () => await folder[Symbol.asyncDispose](),
  };
}

function reportOf({ lines }: CommandEnd): RunReport {
  return lines.at(-1) as unknown as RunReport;
}

it('configurations that fail are left out by the next process, which says until when, and trusted again later', async () => {
  await using here = await place();
  const open = [
    ['command, balanced', 'open'],
    ['command, conservative', 'open'],
  ];
  const failed = await here.run('3600');
  expect(failed, failed.stderr).toMatchObject({ code: 6 });
  expect(here.breakers()).toEqual(open);

  const left = await here.run('3600');
  expect(left, left.stderr).toMatchObject({ code: 6 });
  expect(left.stdout).toMatch(
    /no world passed: None of 2 worlds was run\. Left out: alpha \("command, conservative" failed too often in a row, and is tried again from \d{4}-\S+Z on\), beta/,
  );
  expect(here.breakers()).toEqual(open);

  const again = await here.run('0.001', '--json');
  expect(reportOf(again).tasks[0]?.worlds.map(({ status }) => status)).toEqual(['failed', 'failed']);
  expect(here.breakers()).toEqual(open);

  await git(here.cwd, 'rm', '--quiet', 'failing');
  await git(here.cwd, 'commit', '--quiet', '--message', 'no longer failing');
  const mended = await here.run('0.001', '--json');
  expect(mended, mended.stderr).toMatchObject({ code: 0 });
  expect(here.breakers()).toEqual([]);
});
