import { join } from 'node:path';
import { expect, test } from 'vitest';
import { writeFiles } from '../../test/support/repository.ts';
import type { CommitId } from '../domain/ids.ts';
import { integrate } from './integrate.ts';
import type { WorkflowStand } from '../../test/support/workflow-stand.ts';
import { workflowStand } from '../../test/support/workflow-stand.ts';
import { runHeadRef } from './tools.ts';

const timeout = 60_000;
const project = { 'package.json': JSON.stringify({ scripts: { test: 'true' } }), 'tools/run.js': '1;\n', 'a.js': '1;\n', 'b.js': '1;\n' };

async function commitOn({ git }: WorkflowStand, base: CommitId, files: Readonly<Record<string, string>>): Promise<CommitId> {
  const directory = join(git.path, 'made', Object.keys(files).join('-').replaceAll('/', '-'), base);
  await git.mirror.checkOut({ directory: directory, commit: base });
  writeFiles(directory, files);
  const author = { name: 'Ada', email: 'ada@example.org' };
  const commit = await git.mirror.commitFolder({ directory, base, message: 'Change', author, at: 1_000_000 });
  if (commit === undefined) throw new Error('nothing changed');
  return commit;
}

/** What integrating `commit`, made from `base`, ends with on a branch that stands at `head`. */
async function integrated(stand: WorkflowStand, base: CommitId, commit: CommitId, refs: { head: CommitId; picked?: CommitId }) {
  const { mirror } = stand.git;
  const context = stand.context(1, { base, checks: stand.checks, commit, mustPass: [] });
  await mirror.updateRef(runHeadRef(context.jobId), refs.head);
  if (refs.picked !== undefined) await mirror.updateRef(`refs/miyabi/runs/${context.jobId}/picked/${context.taskId}`, refs.picked);
  const outcome = await integrate(stand.tools).handler(context);
  return { outcome, head: await mirror.readRef(runHeadRef(context.jobId)) };
}

test(
  'a winner whose task was cut short after moving the branch is recognised, also when the branch has moved on since',
  async () => {
    await using stand = await workflowStand(project);
    const base = stand.git.repository.head;
    const commit = await commitOn(stand, base, { 'a.js': '2;\n' });
    const after = await commitOn(stand, commit, { 'b.js': '2;\n' });
    expect(await integrated(stand, base, commit, { head: after })).toEqual({
      outcome: { kind: 'success', result: { kind: 'integrated', commit, how: 'forward' } },
      head: after,
    });
  },
  timeout,
);

test(
  'so is a picked one',
  async () => {
    await using stand = await workflowStand(project);
    const base = stand.git.repository.head;
    const commit = await commitOn(stand, base, { 'a.js': '2;\n' });
    const other = await commitOn(stand, base, { 'b.js': '2;\n' });
    const pick = await stand.git.mirror.cherryPick(commit, other);
    const picked = pick.kind === 'picked' ? pick.commit : base;
    // The next one changes the same line: picking once more would be a conflict.
    const after = await commitOn(stand, picked, { 'a.js': '3;\n' });
    expect(await integrated(stand, base, commit, { head: after, picked })).toEqual({
      outcome: { kind: 'success', result: { kind: 'integrated', commit: picked, how: 'picked' } },
      head: after,
    });
    // A pick that never reached the branch is made anew.
    expect(await integrated(stand, base, commit, { head: other, picked })).toMatchObject({
      outcome: { result: { kind: 'integrated', how: 'picked' } },
      head: picked,
    });
  },
  timeout,
);

test('a winner that changes what judges on the moved branch does not get there', { tags: ['campaign'], timeout }, async () => {
  await using stand = await workflowStand(project);
  const base = stand.git.repository.head;
  const commit = await commitOn(stand, base, { 'tools/run.js': 'process.exitCode = 0;\n' });
  const head = await commitOn(stand, base, { 'package.json': JSON.stringify({ scripts: { test: 'node tools/run.js' } }) });
  expect(await integrated(stand, base, commit, { head })).toEqual({
    outcome: { kind: 'success', result: { kind: 'red', reason: 'It changes tools/run.js, which the checks run or read.' } },
    head,
  });
});
