import type { TaskSpec } from '../domain/job.ts';
import type { RunAttributes } from '../domain/run.ts';
import type { AskedOf } from './escalate.ts';
import { escalationOf, patienceOf } from './escalate.ts';
import type { ApprovePayload } from './task-types.ts';
import { approveType } from './task-types.ts';

export interface QuestionTask extends AskedOf {
  readonly key: string;
  /** In a sentence or two, ending with what a yes means. */
  readonly question: string;
  /** Silence is never a yes, however that is configured otherwise. */
  readonly neverByItself?: true;
}

/** A question to a person as a task that others wait for. */
export function questionTask(run: Pick<RunAttributes, 'config' | 'issue'>, asked: QuestionTask): TaskSpec {
  const { key, question, neverByItself } = asked;
  const patience = patienceOf(run.config);
  const payload: ApprovePayload = {
    reason: asked.reason,
    question,
    details: escalationOf(run, neverByItself === true ? { ...asked, onlyOnce: true } : asked),
    ...(patience === undefined ? {} : { patience: neverByItself === true ? { ...patience, otherwise: 'reject' } : patience }),
  };
  return { type: approveType.name, key, payload };
}
