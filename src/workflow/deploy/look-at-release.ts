import type { CommitId } from '../../domain/ids.ts';
import { redacted } from '../redacted.ts';
import type { WorkflowTools } from '../tools.ts';
import type { AtTarget } from './at-target.ts';
import type { LookRequest, LookTools, StepVerdict } from './step-verdict.ts';
import type { StepResult } from './deploy-task-types.ts';

/** What looking at a release takes, within a step. */
export function lookTools({ clock }: Pick<WorkflowTools, 'clock'>, { deploying, notes }: AtTarget): LookTools {
  return {
    clock,
    wait: async (ms, signal) => await deploying.wait(ms, signal),
    probe: deploying.probe,
    note: notes.note,
    progress: notes.progress,
  };
}

export function lookRequest(
  { environment, target, opened, change }: AtTarget,
  release: { readonly number: number; readonly commit: CommitId },
): LookRequest {
  return { environment, release, deployer: target, fence: opened.fence, signal: change.signal };
}

/** What was found, as it is kept: a verdict quotes what releases and programs said. */
export function stepResultOf({ redact }: Pick<WorkflowTools, 'redact'>, found: StepVerdict): StepResult {
  return found.kind === 'good'
    ? { kind: 'done', notes: redacted(found.notes, redact) }
    : { kind: 'bad', verdict: redacted(found.verdict, redact) };
}
