/** @module-tag campaign */
import { access, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { RunReport } from '../../src/operations/report.ts';
import { git, makeProject, mendingCommand, miyabi, smallProject } from '../support/miyabi.ts';
import { temporaryFolder } from '../support/temporary.ts';

it('a plan is shown, refused where it is none, changed in an editor, and is then what runs', async () => {
  await using folder = await temporaryFolder();
  const project = await makeProject(join(folder.path, 'project'), smallProject);
  const options = { cwd: project, state: join(folder.path, 'state') };
  const issue = 'Rewrite the architecture: add() is wrong for distributed migration';
  const first = await miyabi(['run', issue, '--agent', mendingCommand, '--worlds', '1', '--json'], options);
  expect(first, first.stderr).toMatchObject({ code: 4 });
  const listed = await miyabi(['inbox', '--json'], options);
  expect(listed.lines).toMatchObject([
    {
      type: 'inbox',
      questions: [{ number: 1, type: 'escalation', severity: 'medium', issue, actions: [{ id: 'approve_anyway' }, { id: 'reject' }] }],
    },
  ]);
  const shown = await miyabi(['plan'], options);
  expect(shown.stdout).toMatch(/^# Plan of run_\w+[^]*\ntasks:\n {2}- id: task-1\n/);
  const round = join(folder.path, 'round.yaml');
  await writeFile(round, 'tasks:\n  - { id: task-1, title: a, after: [task-2] }\n  - { id: task-2, title: b, after: [task-1] }\n');
  const refused = await miyabi(['plan', 'last', '--file', round], options);
  expect(refused).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/wait for each other: task-1 -> task-2 -> task-1[^]*Nothing was answered/),
  });
  const unchanged = await miyabi(['plan', '--edit'], { ...options, env: { MIYABI_ESCALATIONS_EDITOR: 'test -e' } });
  expect(unchanged).toMatchObject({ code: 0, stderr: expect.stringContaining('Nothing was changed, and nothing answered') });
  const end = await miyabi(['plan', '--edit', '--json'], {
    ...options,
    env: { MIYABI_ESCALATIONS_EDITOR: `sed -i.bak 's/id: task-1/id: task-mine/'` },
  });
  expect(end, end.stderr).toMatchObject({ code: 0 });
  expect(end.lines.at(-1)).toMatchObject({ status: 'succeeded', tasks: [{ id: 'task-mine', winner: 'alpha' }] });
  const told = await miyabi(['show', '--json'], options);
  const entries = (told.lines[0] as unknown as { readonly entries: readonly { readonly text: string }[] }).entries;
  expect(entries.map(({ text }) => text)).toContainEqual(
    expect.stringMatching(/^approve answered by .*: yes at the terminal, with a plan of their own$/),
  );
  expect((await miyabi(['inbox'], options)).stdout).toBe('Nothing waits for an answer.');
});

it('a branch is mended by hand, reviewed again, and what was changed in a folder is never lost', { tags: ['campaign'] }, async () => {
  await using folder = await temporaryFolder();
  const project = await makeProject(join(folder.path, 'project'), { 'README.md': 'nothing to test\n', '.gitignore': 'ignored\n' });
  const options = { cwd: project, state: join(folder.path, 'state') };
  const first = await miyabi(
    ['run', 'Add a new feature: a note', '--agent', 'command:echo note > note.txt', '--worlds', '1', '--json'],
    options,
  );
  expect(first, first.stderr).toMatchObject({ code: 4 });
  expect(await miyabi(['fix', '--done'], options)).toMatchObject({ code: 7, stderr: expect.stringContaining('Nobody mends') });
  const mine = join(folder.path, 'mine');
  const opened = await miyabi(['fix', '--folder', mine], { ...options, env: { MIYABI_ESCALATIONS_EDITOR: 'test -L' } });
  expect(opened).toMatchObject({ code: 0, stderr: expect.stringContaining('nothing is handed back') });
  expect(await readFile(join(mine, 'note.txt'), 'utf8')).toBe('note\n');
  await writeFile(join(mine, 'unsaved.txt'), 'mine\n');
  expect(await miyabi(['fix', '--abandon'], options)).toMatchObject({
    code: 0,
    stderr: expect.stringContaining(`${mine} stays where it is`),
  });
  expect(await readFile(join(mine, 'unsaved.txt'), 'utf8')).toBe('mine\n');
  const unchanged = await miyabi(['fix', '1'], { ...options, env: { MIYABI_ESCALATIONS_EDITOR: 'test -e' } });
  expect(unchanged).toMatchObject({ code: 0, stderr: expect.stringContaining('Nothing was changed') });
  const again = await miyabi(['fix', '1', '--reason', 'a better note', '--json'], {
    ...options,
    env: { MIYABI_ESCALATIONS_EDITOR: `sh -c 'echo better > "$1/note.txt"; echo x > "$1/ignored"' editor` },
  });
  // It is reviewed anew, and still nobody can tell what it does.
  expect(again, again.stderr).toMatchObject({ code: 4, stderr: expect.stringMatching(/Handed back as [\da-f]{8} by Ada\./) });
  const end = await miyabi(['approve', '1', '--json'], options);
  expect(end, end.stderr).toMatchObject({ code: 0 });
  const { branch } = end.lines.at(-1) as unknown as RunReport;
  expect(await git(project, 'show', `${branch}:note.txt`)).toBe('better');
  expect(await git(project, 'log', '-1', '--format=%an %s%n%(trailers:key=Miyabi-World)', String(branch))).toMatch(
    /^Ada fix[^\n]*: mend by hand: [^\n]*\nMiyabi-World: by-hand/,
  );
  const run = String(first.lines.at(-1)?.['run']);
  await expect(access(join(options.state, 'fixes', run))).rejects.toThrow(/ENOENT/);
  const told = await miyabi(['show'], options);
  expect(told.stdout).toMatch(/approve-review answered by .*: yes by hand, mended in [\da-f]{8} \(a better note\)/);
});
