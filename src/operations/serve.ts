import type { Config } from '../domain/config.ts';
import { resolveConfig } from '../domain/resolve-config.ts';
import { sweepNowAndThen } from './intake/sweep.ts';
import { aborted } from './aborted.ts';
import type { MachineSize } from '../domain/capacity.ts';
import type { Worker } from '../weaver/engine.ts';
import { backUpNowAndThen } from './back-up-now-and-then.ts';
import { besideWork } from './beside-work.ts';
import type { WorkingProcess } from './beside-work.ts';
import { renewWithConfiguration } from './configuration/renew-with-configuration.ts';
import { channelFindings, forgeFindings } from './doctor/forges.ts';
import { limitsFor, worldRoom } from './scale.ts';
import type { WorldRoom } from './scale.ts';
import type { OperationTools, Tell } from './tools.ts';
import { wakeTargets } from './wake-targets.ts';
import { labelsOfMachine } from './worker-labels.ts';

/** How a service works. */
export interface ServeRequest {
  /** Labels besides those of the machine. */
  readonly labels: readonly string[];
  /** Worlds at the same time; undefined lets the machine decide. */
  readonly worlds: number | undefined;
  /** How long what runs may take to come to its end once it is told to stop, in ms; then it is handed back. */
  readonly drainMs: number;
  /** Hears what happens to the service itself. */
  readonly tell: Tell;
  /** Called once it takes tasks. */
  readonly ready: () => void;
  /** Whether its log also tells what happens to runs that others work on. */
  readonly logsAllRuns: boolean;
  /** Stop taking tasks, and end when what runs has ended. */
  readonly drain: AbortSignal;
  /** End now: what runs is handed back. */
  readonly stop: AbortSignal;
}

interface WorkingService extends Pick<ServeRequest, 'worlds' | 'tell'>, Pick<WorkingProcess, 'size' | 'logs'> {
  readonly worker: Pick<Worker, 'limit'>;
}

/**
 * Executes tasks until it is told to stop: of what nobody carries where the records are shared by many machines, else whole runs that no
 * other process carries. What could not come to its end is ready again for others the moment it returns.
 *
 * @throws whatever keeps the worker from going on, such as a database that is gone for longer than a lease.
 */
export async function serve(tools: OperationTools, request: ServeRequest): Promise<void> {
  const { config } = resolveConfig(tools.ownConfiguration);
  const { tell } = request;
  for (const sentence of await tools.recover()) tell(sentence);
  for (const { environment, said } of await wakeTargets(tools)) tell(`${environment}: ${said}.`);
  const size = await tools.machine.size();
  const room = roomOf(config, request.worlds, size);
  const labels = await labelsOfMachine(tools, request.labels);
  const worker = await tools.engine.work({
    jobs: tools.sharing ? 'shared' : 'unclaimed',
    ...(tools.sharing ? { labels } : {}),
    ...limitsFor(room.start, room, size),
  });
  tell(
    `Takes ${tools.sharing ? 'tasks' : 'runs'}; ${room.start} of at most ${room.ceiling} worlds at a time. It has ${labels.join(', ')}.`,
  );
  request.ready();
  await tellOfForges(tools, config, tell);
  const logs = request.logsAllRuns ? 'all' : undefined;
  const renewed = renewWithConfiguration(tools, (now) => workAsConfigured(tools, { ...request, worker, size, logs }, now), tell);
  try {
    await Promise.race([worker.ended, aborted(request.drain), aborted(request.stop)]);
    await Promise.race([drained(worker, request), worker.ended, aborted(request.stop)]);
  } finally {
    await renewed[Symbol.asyncDispose]();
    await worker.stop();
  }
}

/** A worker as much as `config` lets it, and what is done beside it; begun anew where the configuration changes. */
function workAsConfigured(tools: OperationTools, { worker, worlds, size, logs, tell }: WorkingService, config: Config): AsyncDisposable {
  const room = roomOf(config, worlds, size);
  worker.limit(limitsFor(room.start, room, size));
  const beside = new AsyncDisposableStack();
  beside.use(besideWork(tools, { config, worker, room, size, tell, logs }));
  if (tools.forges.names.length > 0) beside.use(sweepNowAndThen(tools, { everyMs: config.forge.sweepSeconds * 1_000, tell }));
  const everyMs = config.backup.everyHours * hourMs;
  // Records that many machines share lie on a server, whose own programs back them up.
  if (everyMs > 0 && !tools.sharing) beside.use(backUpNowAndThen(tools, { everyMs, tell }));
  return beside;
}

const hourMs = 3_600_000;

/** @param worlds as asked for with the command; undefined where the configuration says. */
function roomOf(config: Config, worlds: number | undefined, size: MachineSize): WorldRoom {
  return worldRoom({ ...config, worlds: { ...config.worlds, parallel: worlds ?? config.worlds.parallel } }, size);
}

/** Which forges are looked after, and what is configured but cannot be used: a service that waits in vain looks like one that has nothing to do. */
async function tellOfForges(tools: OperationTools, config: Config, tell: Tell): Promise<void> {
  const { names } = tools.forges;
  if (names.length > 0) tell(`Looks after ${names.join(', ')}, every ${config.forge.sweepSeconds} s and when it is told.`);
  const findings = [...(await forgeFindings(tools.forges, config.forge)), ...(await channelFindings(tools.channel, config.notify))];
  for (const { name, status, detail, fix } of findings) if (status !== 'ok') tell(`${name}: ${detail} ${fix}`, 'warn');
}

/** Resolves when nothing is under way any more, or the time for it is over. */
async function drained(worker: { drain(): Promise<void> }, { drainMs, tell }: ServeRequest): Promise<void> {
  tell(`Takes nothing new; what runs has ${Math.round(drainMs / 1_000)} s to come to its end, then it is handed back.`);
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, drainMs);
  });
  try {
    await Promise.race([worker.drain(), over]);
  } finally {
    clearTimeout(timer);
  }
}
