import { setTimeout as wait } from 'node:timers/promises';
import { exitCode } from '../domain/failure.ts';
import type { JobEvent } from '../domain/events.ts';
import { groupsBesideRuns } from '../domain/job-groups.ts';
import type { OperationTools } from '../operations/tools.ts';
import type { JobView } from '../weaver/engine.ts';
import type { AttachOptions } from './attached.ts';
import type { RunsWriter } from './runs-writer.ts';
import type { Shell } from './shell.ts';
import { commandPrefix } from './shell.ts';

/** So many of the newest are watched. */
const mostRuns = 100;
/** Between two looks at the records, in ms: at the least after something happened, and where nothing is heard of. */
const soonestMs = 250;
const latestMs = 5_000;

/** All runs while they go on, until the person leaves. Leaving does nothing to them. @returns 0 for `q`, 130 for Ctrl-C. */
export async function watchRuns(shell: Shell, tools: OperationTools, options: AttachOptions): Promise<number> {
  const stop = new AbortController();
  let code: number = exitCode.done;
  using _interrupt = shell.onInterrupt(() => {
    code = exitCode.interrupted;
    stop.abort();
  });
  const writer = await openWriter(shell, options, () => stop.abort());
  try {
    // Only what happens after this place can have been missed by the first look.
    const after = await tools.engine.newestEvent();
    writer.show(await newest(tools));
    for await (const _ of changes(tools, after, stop.signal)) writer.show(await newest(tools));
  } finally {
    writer.close();
  }
  if (options.json !== true) shell.err(`\`${commandPrefix(shell, options)} watch <run>\` shows one of them with its worlds.\n`);
  return code;
}

async function openWriter(shell: Shell, { json }: AttachOptions, leave: () => void): Promise<RunsWriter> {
  const writers = await import('./runs-writer.ts');
  if (json === true) return writers.runsAsJson(shell);
  return shell.interactive ? (await import('./live-runs.ts')).openLiveRuns(shell, leave) : writers.runsAsLines(shell);
}

async function newest({ engine }: OperationTools): Promise<readonly JobView[]> {
  return await engine.jobs({ exceptGroups: groupsBesideRuns, limit: mostRuns });
}

/** Comes round when something has happened, never sooner than {@link soonestMs}, and every {@link latestMs} for what no event tells. */
async function* changes({ engine }: OperationTools, after: JobEvent['position'] | undefined, signal: AbortSignal): AsyncGenerator<void> {
  let heard = Promise.withResolvers<void>();
  const following = (async () => {
    for await (const _ of engine.eventsOfAll({ ...(after === undefined ? {} : { after }), follow: true, signal })) heard.resolve();
  })();
  while (!signal.aborted) {
    await Promise.race([heard.promise, following, pause(latestMs, signal)]);
    await pause(soonestMs, signal);
    heard = Promise.withResolvers<void>();
    if (!signal.aborted) yield;
  }
  await following;
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await wait(ms, undefined, { signal }).catch(() => undefined);
}
