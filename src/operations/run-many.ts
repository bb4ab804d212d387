import type { Failure } from '../domain/failure.ts';
import type { JobId, TaskId } from '../domain/ids.ts';
import type { RunAttributes } from '../domain/run.ts';
import type { AskedQuestion } from '../ports/model-ledger.ts';
import { carryRun } from './carry.ts';
import { worldRoom } from './scale.ts';
import type { OperationTools } from './tools.ts';
import type { Carried } from './watch-run.ts';

/** A run that is under way. */
export interface RunUnderWay {
  readonly jobId: JobId;
  readonly attributes: RunAttributes;
}

/** Whoever watches several runs at once: a line for each is enough. */
export interface ManyWatcher<Item> {
  /** It was begun, or goes on. */
  onBegun(item: Item, run: RunUnderWay): void;
  /** A task that goes on running waits for an answer, which `miyabi approve` gives in another window. */
  onQuestion(item: Item, run: RunUnderWay, question: AskedQuestion, by: TaskId): void;
  onEnded(item: Item, run: RunUnderWay, carried: Carried): Promise<void>;
  /** It could not be begun. */
  onRefused(item: Item, failure: unknown): void;
}

export interface ManyRequest<Item> {
  readonly items: readonly Item[];
  /** Runs at the same time; they share the room that this machine has for worlds. */
  readonly atOnce: number;
  /** Begins the run of one, or finds the one that is to go on. @throws Failure where that is refused; the others go on. */
  readonly begin: (item: Item) => Promise<RunUnderWay>;
  readonly watcher: ManyWatcher<Item>;
  /** Begins nothing more, and stops what runs; every record stays, and can be resumed. */
  readonly signal: AbortSignal;
}

/** Carries several runs in this process, so many at a time, until each has ended, waits for a person, or was stopped. @returns those that were never begun. */
export async function runMany<Item>(tools: OperationTools, request: ManyRequest<Item>): Promise<readonly Item[]> {
  const left = [...request.items];
  const one = async (): Promise<void> => {
    for (let item = next(); item !== undefined; item = next()) await carryOne(tools, request, item.value);
  };
  const next = (): { readonly value: Item } | undefined => {
    if (request.signal.aborted || left.length === 0) return undefined;
    return { value: left.shift()! };
  };
  const lanes = Array.from({ length: Math.min(request.atOnce, request.items.length) }, one);
  const ended = await Promise.allSettled(lanes);
  for (const lane of ended) if (lane.status === 'rejected') throw lane.reason;
  return left;
}

async function carryOne<Item>(tools: OperationTools, { begin, watcher, signal, ...request }: ManyRequest<Item>, item: Item): Promise<void> {
  let run: RunUnderWay;
  try {
    run = await begin(item);
  } catch (error) {
    watcher.onRefused(item, error as Failure);
    return;
  }
  watcher.onBegun(item, run);
  const lanes = Math.min(request.atOnce, request.items.length);
  const carried = await carryRun(
    tools,
    run.jobId,
    await sharing(tools, run.attributes, lanes),
    {
      onEvent: () => undefined,
      onProgress: () => undefined,
      onNotice: () => undefined,
      onIncident: () => undefined,
      onCapacity: () => undefined,
      onCarriedElsewhere: () => undefined,
      onQuestion: (question, by) => watcher.onQuestion(item, run, question, by),
      onWaiting: async () => false,
    },
    signal,
  );
  await watcher.onEnded(item, run, carried);
}

/** The run as it is carried where others have as much of the machine. */
async function sharing({ machine }: OperationTools, attributes: RunAttributes, lanes: number): Promise<RunAttributes> {
  const { config } = attributes;
  const { ceiling } = worldRoom(config, await machine.size());
  const parallel = Math.max(1, Math.floor(ceiling / lanes));
  return { ...attributes, config: { ...config, worlds: { ...config.worlds, parallel } } };
}
