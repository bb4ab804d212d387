// A task that fails twice and then succeeds: node examples/greeting.ts
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { defineTaskType, handle, openEngine, taskOf } from '../src/weaver-package.ts';

const greeting = defineTaskType({
  name: 'example.greeting',
  schemaVersion: 1,
  payload: z.object({ name: z.string() }),
  result: z.object({ text: z.string() }),
});

let knocks = 0;
const greet = handle(greeting, async ({ payload }) => {
  await show();
  knocks += 1;
  if (knocks < 3) return { kind: 'failure', reason: 'nobody opened' };
  return { kind: 'success', result: { text: `Hello, ${payload.name}!` } };
});

const folder = mkdtempSync(join(tmpdir(), 'greeting-'));
await using engine = await openEngine({ folder, registrations: [greet] });
const { jobId } = await engine.submit({
  title: 'Greet the world',
  tasks: [taskOf(greeting, { key: 'greet', payload: { name: 'world' } })],
});
await show();

await using _worker = await engine.work({ jobs: [jobId], concurrency: 1 });
for await (const { type, data } of engine.events(jobId, { follow: true })) {
  if (type !== 'task.state' || data.state === 'ready') continue;
  await show();
  console.log(data.reason);
}
for (const { task } of (await engine.result(jobId)).completed) console.log(task.state === 'succeeded' && task.result.value);

async function show(): Promise<void> {
  const counts = (await engine.status(jobId))?.counts ?? {};
  console.log(['queued', 'running', 'succeeded', 'retry_scheduled', 'dead'].map((name) => `${name}=${counts[name]}`).join(', '));
}
