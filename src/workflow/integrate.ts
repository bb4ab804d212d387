import type { CommitId } from '../domain/ids.ts';
import { reasonsAgainst } from '../evaluation/gates.ts';
import { statusById } from '../evaluation/test-outcomes.ts';
import type { Mirror } from '../ports/git.ts';
import type { TaskContext } from '../weaver/handler.ts';
import { handle } from '../weaver/handler.ts';
import { evidenceAt } from './base-evidence.ts';
import { judgeCommit } from './judge-commit.ts';
import { keptValue } from './kept.ts';
import { openMirror } from './open-mirror.ts';
import type { IntegratePayload, IntegrateResult } from './task-types.ts';
import { integrateType } from './task-types.ts';
import type { WorkflowTools } from './tools.ts';
import { runHeadRef, runOf, runRefs } from './tools.ts';

/**
 * Puts a winner on the run's branch. Where the branch has moved since the world began, the change is picked onto it and
 * judged again on a fresh checkout. One at a time for a run (its concurrency key), and once: what an earlier attempt did is
 * recognised by the refs it left, also when others have moved the branch on since.
 */
export function integrate(tools: WorkflowTools) {
  return handle(integrateType, async (context) => {
    const run = runOf(context);
    const mirror = await openMirror(tools, context);
    const headRef = runHeadRef(context.jobId);
    const recorded = await mirror.readRef(headRef);
    const head = recorded ?? run.base.commit;
    const { base, commit } = context.payload;
    if (await mirror.isAncestor(commit, head)) return done(commit, 'forward');
    if (head === base) {
      await moveRef(mirror, headRef, commit, recorded);
      return done(commit, 'forward');
    }
    return { kind: 'success', result: await pick(tools, context, mirror, head) };
  });
}

function done(commit: CommitId, how: 'forward' | 'picked') {
  return { kind: 'success', result: { kind: 'integrated', commit, how } } as const;
}

async function pick(
  tools: WorkflowTools,
  context: TaskContext<IntegratePayload>,
  mirror: Mirror,
  head: CommitId,
): Promise<IntegrateResult> {
  const pickedRef = `${runRefs(context.jobId)}/picked/${context.taskId}`;
  const earlier = await mirror.readRef(pickedRef);
  if (earlier !== undefined && (await mirror.isAncestor(earlier, head))) return { kind: 'integrated', commit: earlier, how: 'picked' };
  const picked = await mirror.cherryPick(context.payload.commit, head);
  if (picked.kind === 'conflict') return picked;
  const reason = await whyRed(tools, context, mirror, head, picked.commit);
  if (reason !== undefined) return { kind: 'red', reason };
  await moveRef(mirror, pickedRef, picked.commit, earlier);
  await moveRef(mirror, runHeadRef(context.jobId), picked.commit, head);
  return { kind: 'integrated', commit: picked.commit, how: 'picked' };
}

/** What is worse on `picked` than on `head`, or no longer repaired there; undefined when it holds. */
async function whyRed(
  tools: WorkflowTools,
  context: TaskContext<IntegratePayload>,
  mirror: Mirror,
  head: CommitId,
  picked: CommitId,
): Promise<string | undefined> {
  const { mustPass } = context.payload;
  const checks = await keptValue(tools, context.payload.checks);
  const { evidence } = await evidenceAt(tools, context, head, checks);
  const change = await mirror.change(head, picked);
  const judged = { name: 'integrate', shown: 'the winner on the moved branch', base: head, evidence, commit: picked, change, checks };
  const { check, integrity, security } = await judgeCommit(tools, context, mirror, judged);
  const status = statusById(check.tests);
  const lost = mustPass.filter((id) => status.get(id) !== 'passed');
  return [...reasonsAgainst(evidence, { change, check, integrity, security }), ...lost.map((id) => `${id} is red again`)][0];
}

/** Only from where it was seen: another attempt of the same task may be at work, on another machine. */
async function moveRef(mirror: Mirror, ref: string, to: CommitId, from: CommitId | undefined): Promise<void> {
  if (await mirror.updateRef(ref, to, { from })) return;
  throw new Error(`${ref} was moved by somebody else; it is read again on the next attempt`);
}
