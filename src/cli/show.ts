import { displayId } from '../domain/ids.ts';
import { traceOf } from '../domain/trace.ts';
import { findRun } from '../operations/find-run.ts';
import { checkpointInWords, lastCheckpoint } from '../operations/last-checkpoint.ts';
import { timeline } from '../operations/timeline.ts';
import { oneLine } from './one-line.ts';
import type { GlobalOptions, Shell } from './shell.ts';

/** `miyabi show <run>`: what happened, with times since the start. */
export async function show(shell: Shell, wanted: string, options: GlobalOptions & { readonly json?: boolean }): Promise<number> {
  await using app = await shell.open(options);
  const job = await findRun(app.tools.engine, wanted);
  const entries = await timeline(app.tools, job.id);
  const checkpoint = await lastCheckpoint(app.tools, job.id);
  const run = displayId('run', job.id);
  const traceId = traceOf(job.id, job.attributes);
  if (options.json === true) {
    shell.out(`${JSON.stringify({ type: 'run.timeline', schemaVersion: 1, run, traceId, state: job.state, entries, checkpoint })}\n`);
    return 0;
  }
  shell.out(`${run}  ${oneLine(job.title)}\nTrace ${traceId}\n`);
  for (const entry of entries) shell.out(`${(entry.sinceStartMs / 1000).toFixed(2).padStart(9)} s  ${oneLine(entry.text)}\n`);
  if (checkpoint !== null && job.endedAt === undefined) shell.out(`${oneLine(checkpointInWords(checkpoint))}\n`);
  return 0;
}
