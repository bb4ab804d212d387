import type { CommitId } from '../domain/ids.ts';
import { reasonsAgainst } from '../evaluation/gates.ts';
import { statusById } from '../evaluation/test-outcomes.ts';
import type { Mirror } from '../ports/git.ts';
import type { TaskContext } from '../weaver/handler.ts';
import { evidenceAt } from './base-evidence.ts';
import { judgeCommit } from './judge-commit.ts';
import type { PlannedChecks } from './task-types.ts';
import type { WorkflowTools } from './tools.ts';

/** A change that was put on top of something that it was not made for. */
export interface MovedChange {
  readonly on: CommitId;
  readonly commit: CommitId;
  readonly checks: PlannedChecks;
  /** In words that follow what is done with it, such as `tests of: `. */
  readonly shown: string;
  /** Tests that it is known to repair. */
  readonly mustPass: readonly string[];
}

/** What is worse with a change than without it, on a fresh checkout, or no longer repaired by it; undefined when it holds. */
export async function whyRed(
  tools: WorkflowTools,
  context: TaskContext<unknown>,
  mirror: Mirror,
  { on, commit, checks, shown, mustPass }: MovedChange,
): Promise<string | undefined> {
  const { evidence } = await evidenceAt(tools, context, on, checks);
  const change = await mirror.change(on, commit);
  const judged = { name: 'integrate', shown, base: on, evidence, commit, change, checks };
  const { check, integrity, security } = await judgeCommit(tools, context, mirror, judged);
  const status = statusById(check.tests);
  const lost = mustPass.filter((id) => status.get(id) !== 'passed');
  return [...reasonsAgainst(evidence, { change, check, integrity, security }), ...lost.map((id) => `${id} is red again`)][0];
}
