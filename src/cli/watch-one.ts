import { setTimeout as wait } from 'node:timers/promises';
import { exitCode } from '../domain/failure.ts';
import type { JobId } from '../domain/ids.ts';
import { displayId } from '../domain/ids.ts';
import { runAttributesSchema } from '../domain/run.ts';
import { openQuestions } from '../operations/answer.ts';
import { readReport } from '../operations/read-report.ts';
import type { OperationTools } from '../operations/tools.ts';
import { watchRun } from '../operations/watch-run.ts';
import type { JobView } from '../weaver/engine.ts';
import type { AttachOptions } from './attached.ts';
import { dashboardOfRun } from './dashboard-of-run.ts';
import { oneLine } from './one-line.ts';
import { openRunWriter } from './open-run-writer.ts';
import { printSummary } from './print-summary.ts';
import type { RunWriter } from './run-writer.ts';
import type { Shell } from './shell.ts';
import { commandPrefix } from './shell.ts';

/** How often it is looked whether the process that carries the run still lives, in ms. */
const everyMs = 2_000;

/**
 * Shows a run that goes on elsewhere, until it ends. Where it waits for a person, or is paused, it is said how it goes on, and the watching does too.
 * Leaving does nothing to the run. @returns the exit code of the run where it has ended, else 0 for who left and 130 for Ctrl-C.
 */
export async function watchOne(shell: Shell, tools: OperationTools, job: JobView, options: AttachOptions): Promise<number> {
  const stop = new AbortController();
  let left: 'ended' | 'left' | 'interrupted' | 'nobody' = 'ended';
  const leave = (how: typeof left): void => {
    left = how;
    stop.abort();
  };
  const writer = await openRunWriter(shell, tools, job.id, {
    attributes: runAttributesSchema.parse(job.attributes),
    json: options.json === true,
    verbose: options.verbose === true,
    keys: { leave: () => leave('left'), openDashboard: async () => await dashboardOfRun(shell, tools, job.id) },
  });
  using _interrupt = shell.onInterrupt(() => leave('interrupted'));
  const carried = untilNobodyCarries(tools, job.id, stop.signal).then((nobody) => (nobody ? leave('nobody') : undefined));
  try {
    const onWaiting = async (answered: AbortSignal): Promise<boolean> => {
      await sayWhatItAsks(shell, tools, job.id, writer, options);
      await new Promise<void>((resolve) => {
        if (answered.aborted) resolve();
        answered.addEventListener('abort', () => resolve(), { once: true });
      });
      return true;
    };
    const onPaused = (): void =>
      writer.say(`It is paused: \`${commandPrefix(shell, options)} resume ${displayId('run', job.id)}\` goes on with it.`);
    await watchRun(tools, job.id, { ...writer, onCapacity: writer.say, onWaiting, onPaused }, stop.signal);
  } finally {
    stop.abort();
    await carried;
    writer.close();
  }
  return await leaveBehind(shell, tools, job.id, left, options);
}

/** A run of this machine goes on only in a process; one that has none, twice in a row, goes on nowhere. */
async function untilNobodyCarries({ engine, sharing }: OperationTools, jobId: JobId, signal: AbortSignal): Promise<boolean> {
  let looks = 0;
  while (!sharing && !signal.aborted) {
    const job = await engine.status(jobId);
    looks = job?.state === 'running' && job.carriedBy === undefined ? looks + 1 : 0;
    if (looks > 1) return true;
    await wait(everyMs, undefined, { signal }).catch(() => undefined);
  }
  return false;
}

async function sayWhatItAsks(shell: Shell, tools: OperationTools, jobId: JobId, writer: RunWriter, options: AttachOptions): Promise<void> {
  const run = displayId('run', jobId);
  for (const { text } of await openQuestions(tools, jobId)) writer.say(`? ${oneLine(text)}`);
  writer.say(`It waits for you: \`${commandPrefix(shell, options)} approve ${run}\` says yes, \`reject\` says no.`);
}

async function leaveBehind(
  shell: Shell,
  tools: OperationTools,
  jobId: JobId,
  left: 'ended' | 'left' | 'interrupted' | 'nobody',
  options: AttachOptions,
): Promise<number> {
  const job = await tools.engine.status(jobId);
  if (job === undefined) throw new Error(`job ${jobId} is gone`);
  const { report, exit, reason } = await readReport(tools, job);
  const program = commandPrefix(shell, options);
  if (options.json === true) shell.out(`${JSON.stringify(report)}\n`);
  else if (job.endedAt !== undefined || left === 'ended' || left === 'nobody') printSummary(shell, report, { reason, exit, program });
  else shell.out(`${report.run} ${job.isPaused ? 'stays paused' : 'goes on'}.\n  ${program} watch ${report.run}     watch it again\n`);
  if (left === 'nobody') shell.err(`Nobody carries ${report.run}, so nothing of it goes on.\n`);
  if (job.endedAt !== undefined || left === 'ended' || left === 'nobody') return exitCode[exit];
  return left === 'left' ? exitCode.done : exitCode.interrupted;
}
