import { answerShape } from '../domain/specs.ts';
import type { Answer } from '../domain/specs.ts';
import { inChange } from './change.ts';
import { checkGiven, refused } from './check-given.ts';
import type { Answered } from './engine.ts';
import type { EngineParts } from './parts.ts';
import { plain, valueFault } from './plain.ts';
import { reference } from './reference.ts';
import { successor } from './retry.ts';

const refusal = { what: 'The answer was not accepted.', fix: 'Name the task, the signal and who answers; send small, plain data.' };

/** Answers a blocked task, once: the first answer counts. @throws Failure (usage) naming what cannot be stored of it. */
export async function signal(parts: EngineParts, given: Answer): Promise<Answered> {
  const answer = checkGiven(answerShape, given, refusal);
  const problem = valueFault(answer.payload);
  if (problem !== undefined) throw refused(refusal, 'payload', problem);
  const payload = plain(answer.payload);
  return inChange(parts, async (change): Promise<Answered> => {
    const task = await change.task(answer.taskId);
    if (task === undefined) return { kind: 'unknown' };
    if (task.state !== 'pending') return { kind: 'not-waiting', state: task.state };
    if (!('need' in task.waiting) || task.waiting.need.signal !== answer.name) {
      const expected = 'need' in task.waiting ? `${task.waiting.reason}: ${task.waiting.need.signal}` : task.waiting.reason;
      return { kind: 'not-waiting', state: `pending (${expected})` };
    }
    const why = await successor(change, await change.job(task.jobId));
    if (why !== undefined) return { kind: 'refused', why };
    await change.event(task.jobId, { type: 'task.answered', data: { ...reference(task), signal: answer.name, by: answer.by } });
    const stored = { signal: answer.name, payload, by: answer.by, at: change.now, since: task.waiting.since };
    await change.move(task, { type: 'answered', answer: stored }, `«${answer.name}» answered by ${answer.by}`);
    return { kind: 'answered' };
  });
}
