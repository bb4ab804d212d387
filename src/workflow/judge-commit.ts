import type { Change } from '../domain/change.ts';
import type { IntegrityFinding } from '../domain/choice.ts';
import type { BaseEvidence, CheckEvidence } from '../domain/evidence.ts';
import type { CommitId } from '../domain/ids.ts';
import type { EarlyChecks } from '../evaluation/checks/early.ts';
import { runChecks } from '../evaluation/checks/run.ts';
import { findIntegrity } from '../evaluation/integrity/find.ts';
import type { Mirror } from '../ports/git.ts';
import type { TaskContext } from '../weaver/handler.ts';
import { withCheckout } from './checkout.ts';
import type { PlannedChecks } from './task-types.ts';
import type { WorkflowTools } from './tools.ts';

interface JudgeRequest {
  /** Of the folder in which it is checked, below the task's. */
  readonly name: string;
  /** What is judged, in the words shown while a step is under way. */
  readonly shown: string;
  /** What it is compared with, and what is known of that. */
  readonly base: CommitId;
  readonly evidence: BaseEvidence;
  readonly commit: CommitId;
  readonly change: Change;
  readonly checks: PlannedChecks;
  /** When its checks are ended before their time; without it they are not. */
  readonly early?: EarlyChecks;
}

export interface Judgement {
  readonly check: CheckEvidence;
  readonly integrity: readonly IntegrityFinding[];
  /** Unified diff from the base. */
  readonly patch: string;
}

/** Judges a commit by what it does on a fresh checkout, where nothing an agent left running can reach, and by what it changed. */
export async function judgeCommit(
  tools: WorkflowTools,
  context: TaskContext<unknown>,
  mirror: Mirror,
  request: JudgeRequest,
): Promise<Judgement> {
  const { name, shown, base, evidence, commit, change, checks, early } = request;
  const check = await withCheckout(tools, context, { name, commit, checks }, async ({ setting, install, sandbox }) => {
    const checked = await runChecks({
      ...setting,
      commit,
      install,
      ...(early === undefined ? {} : { early }),
      onStep: (step) => context.progress(`${step} of: ${shown}`),
    });
    // A last look: what broke a rule in its last moment passes no check.
    sandbox.usage();
    setting.signal?.throwIfAborted();
    return checked;
  });
  const patch = await mirror.patch(base, commit);
  const integrity = await findIntegrity({
    change,
    patch,
    base: evidence,
    check,
    plan: checks.plan,
    before: async (path) => await mirror.readFile(base, path),
    after: async (path) => await mirror.readFile(commit, path),
  });
  return { check, integrity, patch };
}
