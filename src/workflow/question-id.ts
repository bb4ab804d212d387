import { createHash } from 'node:crypto';
import type { JobId } from '../domain/ids.ts';

/** What tells a question from every other one. */
export interface QuestionIdentity {
  /** `blocked`: a task waits for the answer. `asked`: one goes on running until then. */
  readonly kind: 'blocked' | 'asked';
  /** Epoch ms: a task may ask more than once, and each time is another question. */
  readonly askedAt: number;
  /** Id of the task, or the key under which it was asked. */
  readonly asker: string;
}

/** By which a question is known to programs, while it waits and ever after. */
export function questionId(jobId: JobId, { kind, askedAt, asker }: QuestionIdentity): string {
  const digest = createHash('sha256').update(`${kind} ${askedAt} ${asker}`).digest('hex');
  return `${jobId}.${digest.slice(0, 16)}`;
}
