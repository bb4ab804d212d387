import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { makeProject, mendingCommand, miyabi, smallProject } from '../support/miyabi.ts';
import { temporaryFolder } from '../support/temporary.ts';

it('what a run has learnt is found again from the command line, and notes beside it', { tags: ['campaign'] }, async () => {
  await using folder = await temporaryFolder();
  const project = await makeProject(join(folder.path, 'project'), smallProject);
  const state = join(folder.path, 'state');
  const run = await miyabi(['run', 'add() subtracts', '--worlds', '1', '--agent', mendingCommand, '--yes', '--json'], {
    cwd: project,
    state,
  });
  expect(run, run.stderr).toMatchObject({ code: 0 });
  const asked = async (...args: readonly string[]) => {
    const end = await miyabi(['knowledge', ...args], { cwd: project, state });
    return { code: end.code, out: end.stdout, err: end.stderr, json: end.lines.at(-1) as Readonly<Record<string, unknown>> };
  };
  const found = await asked('search', 'the sum subtracts', '--repo', project, '--path', 'src/add.js', '--json');
  expect(found).toMatchObject({
    code: 0,
    json: {
      type: 'knowledge',
      schemaVersion: 1,
      entries: 1,
      matches: [
        {
          title: 'add() subtracts',
          kind: 'run',
          outcome: 'succeeded',
          paths: ['src/add.js'],
          repository: project,
          why: ['same paths', 'words: subtracts'],
        },
      ],
    },
  });

  const note = join(folder.path, 'NOTE.md');
  await writeFile(note, '# Sums\u001B[31m are whole\n\nTypeError: Cannot add\n    at sum (/a/src/sum.js:1:2)\n');
  expect((await asked('add', note, '--label', 'sums')).out).toMatch(/^Kept as note:[0-9a-f]{12}: Sums/);
  const trace = 'TypeError: Cannot add\n    at sum (/elsewhere/dist/sum.js:77:1)';
  const told = await asked('search', 'zebra', '--error', trace);
  expect(told).toMatchObject({ code: 0, out: expect.stringMatching(/Sums.* are whole {2}note:[0-9a-f]{12}\n.*same error.*100 %/) });
  expect(told.out).not.toContain('\u001B[31m');

  // The index can be lost; the entries are among the records.
  for (const end of ['', '-wal', '-shm']) await rm(join(state, `knowledge.db${end}`), { force: true });
  expect((await asked('reindex')).out).toBe('2 entries are indexed.');
  const [id = ''] = /note:[0-9a-f]{12}/.exec((await asked('list')).out) ?? [];
  expect(await asked('forget', id)).toMatchObject({ code: 0 });
  expect(await asked('forget', id)).toMatchObject({ code: 7 });
  expect(await asked('search', 'zebra')).toMatchObject({ code: 7, err: expect.stringContaining('Nothing was found among 1 entries.') });
});
