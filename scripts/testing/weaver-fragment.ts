/** What the fragments of docs/weaver.md take for granted; that page says so where the first of them stands. */
export const setting = `
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { answeredByTime, defineTaskType, Failure, handle, openEngine, taskOf, type JobSpec } from 'miyabi-worlds/weaver';
import { z } from 'zod';

const folder = mkdtempSync(join(tmpdir(), 'fragment-'));
const greeting = defineTaskType({
  name: 'example.greeting',
  schemaVersion: 1,
  payload: z.object({ name: z.string() }),
  result: z.object({ text: z.string() }),
});
const greet = handle(greeting, async ({ payload }) => ({ kind: 'success', result: { text: payload.name } }));
await using engine = await openEngine({ folder, registrations: [greet] });
const { jobId } = await engine.submit({ title: 'A greeting', tasks: [taskOf(greeting, { key: 'greet', payload: { name: 'Ada' } })] });
await using worker = await engine.work({ jobs: [jobId], concurrency: 1 });
await worker.settled(jobId);
const [task] = await engine.tasks(jobId);
if (task === undefined) throw new Error('The job has no task.');
const taskId = task.id;
`;
