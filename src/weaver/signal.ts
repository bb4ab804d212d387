import { Failure } from '../domain/failure.ts';
import type { TaskId } from '../domain/ids.ts';
import { inChange } from './change.ts';
import type { Answered } from './engine.ts';
import type { EngineParts } from './parts.ts';
import { plain, valueFault } from './plain.ts';

import { reference } from './reference.ts';
import { successor } from './retry.ts';

/** Answers a blocked task, once: the first answer counts. @throws Failure (usage) when the payload cannot be stored. */
export async function signal(
  parts: EngineParts,
  answer: { readonly taskId: TaskId; readonly name: string; readonly payload: unknown; readonly by: string },
): Promise<Answered> {
  const problem = valueFault(answer.payload);
  if (problem !== undefined) {
    throw new Failure('usage', { what: 'The answer was not accepted.', why: `Its payload ${problem}.`, fix: 'Send small, plain data.' });
  }
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
    const stored = { signal: answer.name, payload: plain(answer.payload), by: answer.by, at: change.now };
    await change.move(task, { type: 'answered', answer: stored }, `«${answer.name}» answered by ${answer.by}`);
    return { kind: 'answered' };
  });
}
