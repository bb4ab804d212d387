import type { CommitId } from '../domain/ids.ts';
import type { Mirror } from '../ports/git.ts';
import type { TaskContext } from '../weaver/handler.ts';
import { handle } from '../weaver/handler.ts';
import { keptValue } from './kept.ts';
import { openMirror } from './open-mirror.ts';
import type { IntegratePayload, IntegrateResult } from './task-types.ts';
import { integrateType } from './task-types.ts';
import type { WorkflowTools } from './tools.ts';
import { runHeadRef, runOf, runRefs } from './tools.ts';
import { whyRed } from './why-red.ts';

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
  const { mustPass } = context.payload;
  const checks = await keptValue(tools, context.payload.checks);
  const moved = { on: head, commit: picked.commit, checks, shown: 'the winner on the moved branch', mustPass };
  const reason = await whyRed(tools, context, mirror, moved);
  if (reason !== undefined) return { kind: 'red', reason };
  await moveRef(mirror, pickedRef, picked.commit, earlier);
  await moveRef(mirror, runHeadRef(context.jobId), picked.commit, head);
  return { kind: 'integrated', commit: picked.commit, how: 'picked' };
}

/** Only from where it was seen: another attempt of the same task may be at work, on another machine. */
async function moveRef(mirror: Mirror, ref: string, to: CommitId, from: CommitId | undefined): Promise<void> {
  if (await mirror.updateRef(ref, to, { from })) return;
  throw new Error(`${ref} was moved by somebody else; it is read again on the next attempt`);
}
