import type { JobId } from '../domain/ids.ts';
import { displayId } from '../domain/ids.ts';
import type { RunWriter } from './run-writer.ts';
import type { Shell } from './shell.ts';

/** One JSON object a line on standard output for each event, in their order; results of tasks stay in the records. */
export function openJsonWriter(shell: Shell, jobId: JobId): RunWriter {
  const run = displayId('run', jobId);
  return {
    onEvent: (event) => {
      const { result: _, ...data } = event.data as { readonly result?: unknown };
      shell.out(`${JSON.stringify({ type: event.type, schemaVersion: 1, run, seq: event.seq, at: event.at, ...data })}\n`);
    },
    onProgress: () => undefined,
    onNotice: ({ taskId, key, text }) =>
      shell.out(`${JSON.stringify({ type: 'task.notice', schemaVersion: 1, run, taskId, key, text })}\n`),
    onIncident: ({ taskId, key, incident }) =>
      shell.out(`${JSON.stringify({ type: 'world.incident', schemaVersion: 1, run, taskId, key, ...incident })}\n`),
    onQuestion: ({ taskId, key, text }) =>
      shell.out(`${JSON.stringify({ type: 'run.question', schemaVersion: 1, run, taskId, key, text })}\n`),
    say: (line) => shell.err(`${line}\n`),
    pause: () => ({ [Symbol.dispose]: () => undefined }),
    close: () => undefined,
  };
}
