import type { Config } from '../domain/config.ts';
import type { JobId } from '../domain/ids.ts';
import type { MachineSize } from '../domain/capacity.ts';
import type { Worker } from '../weaver/engine.ts';
import { checkpointNowAndThen } from './checkpoint-now-and-then.ts';
import { collectHourly } from './collect-garbage.ts';
import { collectNowAndThen } from './collect-now-and-then.ts';
import { followDailyLog } from './daily-log/follow-daily-log.ts';
import { followNotices } from './notices/follow-notices.ts';
import { followRunLog } from './run-log/follow-run-log.ts';
import type { WorldRoom } from './scale.ts';
import { followMachine, limitsFor, thresholdsOf } from './scale.ts';
import type { OperationTools, Tell } from './tools.ts';
import { followTraces } from './traces/follow-traces.ts';
import { watchDisk } from './watch-disk.ts';

const hourMs = 3_600_000;
/** How often it is looked whether the disk is full. */
const diskMs = 5_000;
/** At least so often it is written down where a run stands of which something runs. */
const checkpointMs = 5 * 60_000;

/** A process that executes tasks, and what it may do. */
export interface WorkingProcess {
  readonly config: Config;
  readonly worker: Pick<Worker, 'limit'>;
  readonly room: WorldRoom;
  readonly size: MachineSize;
  /** Hears what a person should know. */
  readonly tell: Tell;
  /** Of which runs it is written down what happens to them, where this process has a log; undefined for none. */
  readonly logs: JobId | 'all' | undefined;
  /** Is given the jobs with which people are told something, where this process has to carry them itself. */
  readonly carry?: (jobId: JobId) => void;
}

/**
 * What every process that executes tasks does beside them until it is disposed: it works as much as the machine carries, collects what nothing uses
 * any more, has people told, writes the log of the day and its own, and hands over what ended to whoever collects traces.
 */
export function besideWork(tools: OperationTools, { config, worker, room, size, tell, logs, carry }: WorkingProcess): AsyncDisposable {
  const beside = new AsyncDisposableStack();
  tools.telemetry.tell({ type: 'capacity.changed', worlds: room.start, ceiling: room.ceiling });
  beside.use(
    followMachine(tools.machine, {
      room,
      thresholds: thresholdsOf(config),
      everyMs: config.capacity.everySeconds * 1_000,
      apply: (worlds) => {
        worker.limit(limitsFor(worlds, room, size));
        tools.telemetry.tell({ type: 'capacity.changed', worlds, ceiling: room.ceiling });
      },
      tell,
    }),
  );
  beside.use(collectNowAndThen(async (options) => await collectHourly(tools, options), { everyMs: hourMs, tell }));
  beside.use(watchDisk(tools, { everyMs: diskMs, tell }));
  beside.use(checkpointNowAndThen(tools, { everyMs: checkpointMs, tell }));
  beside.use(followNotices(tools, config.notify, { tell, ...(carry === undefined ? {} : { submitted: carry }) }));
  if (tools.dailyLog !== undefined) beside.use(followDailyLog(tools, { ...tools.dailyLog, tell }));
  if (tools.traces !== undefined) beside.use(followTraces(tools, { ...tools.traces, tell }));
  if (tools.isLogged && logs !== undefined) beside.use(followRunLog(tools, { ...(logs === 'all' ? {} : { only: logs }), tell }));
  return beside;
}
