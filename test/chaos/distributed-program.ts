import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { defineTaskType } from '../../src/domain/task-type.ts';
import type { Store } from '../../src/ports/store.ts';
import { handle } from '../../src/weaver/handler.ts';
import type { Handler } from '../../src/weaver/handler.ts';
import { openPostgresEngine } from '../support/postgres-engine.ts';

/** What a test tells a worker on another machine as its one argument. */
export const workerRequest = z.object({
  url: z.string(),
  namespace: z.string(),
  /** A folder that stands for the outside: what an effect does is written down there. */
  outside: z.string(),
  concurrency: z.number().default(2),
  labels: z.array(z.string()).optional(),
  timing: z.object({ leaseMs: z.number(), heartbeatMs: z.number(), graceMs: z.number(), livenessMs: z.number() }).partial().default({}),
  /** Kills itself at the write that does this, once it has been told to (`arm`), before it is committed or after. */
  die: z.object({ at: z.enum(['claim', 'record', 'settle']), when: z.enum(['before', 'after']) }).optional(),
});
export type WorkerRequest = z.input<typeof workerRequest>;

/** What it tells the test, as messages. */
export type WorkerMessage =
  | { readonly type: 'working' | 'armed' }
  | { readonly type: 'started' | 'probed' | 'returned' | 'aborted'; readonly key: string }
  | { readonly type: 'refused'; readonly key: string; readonly why: string }
  | { readonly type: 'ended'; readonly why: string };

export const distributedType = defineTaskType({
  name: 'test.distributed',
  schemaVersion: 1,
  payload: z.unknown(),
  result: z.object({ key: z.string(), pid: z.number() }),
});

/** What `retried` asks for before it is tried again, in ms. */
export const backoffMs = 2_500;

/**
 * Once the outside has done it, one line more is written there. Words in the key say what else happens: `hang` goes on until the test
 * sends `go on`, `probe` does so within the look outside, `retried` fails once.
 */
export function distributedHandler(outside: string, hooks: Hooks = {}): Handler<unknown, { key: string; pid: number }> {
  return async ({ key, signal, effect, attempt }) => {
    hooks.tell?.({ type: 'started', key });
    signal.addEventListener('abort', () => hooks.tell?.({ type: 'aborted', key }));
    if (key.includes('hang')) await hooks.goOn?.();
    if (key.includes('retried') && attempt === 1) return { kind: 'failure', reason: 'Not yet', retryHint: { delayMs: backoffMs } };
    try {
      await effect({
        name: 'done outside',
        result: z.object({ by: z.number() }),
        probe: async (of) => {
          const found = doneOutside(outside).find((one) => one.of === of);
          hooks.tell?.({ type: 'probed', key });
          if (key.includes('probe')) await hooks.goOn?.();
          return found === undefined ? undefined : { by: found.by };
        },
        act: async (of) => {
          appendFileSync(join(outside, 'done'), `${JSON.stringify({ of, key, by: process.pid })}\n`);
          hooks.acted?.();
          return { by: process.pid };
        },
      });
    } catch (error) {
      hooks.tell?.({ type: 'refused', key, why: String(error) });
      throw error;
    }
    hooks.tell?.({ type: 'returned', key });
    hooks.returning?.();
    return { kind: 'success', result: { key, pid: process.pid } };
  };
}

interface Hooks {
  readonly tell?: (message: WorkerMessage) => void;
  /** Resolves when the test says so. */
  readonly goOn?: () => Promise<unknown>;
  readonly acted?: () => void;
  readonly returning?: () => void;
}

/** What has been done outside, in order. */
export function doneOutside(outside: string): ReadonlyArray<{ readonly of: string; readonly key: string; readonly by: number }> {
  const path = join(outside, 'done');
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => JSON.parse(line) as { of: string; key: string; by: number });
}

if (process.send !== undefined && process.argv[2] !== undefined) await main(workerRequest.parse(JSON.parse(process.argv[2])));

async function main(request: z.output<typeof workerRequest>): Promise<void> {
  const { url, namespace, outside, die } = request;
  let armed = false;
  const arm = (at: 'claim' | 'record' | 'settle') => (): void => void (armed ||= die?.at === at);
  const { promise: goneOn, resolve: goOn } = Promise.withResolvers<void>();
  process.on('message', (told) => {
    if (told === 'go on') goOn();
    if (told !== 'arm') return;
    arm('claim')();
    tell({ type: 'armed' });
  });
  // Whatever becomes of the test, nobody outlives it.
  process.once('disconnect', () => process.exit());
  const handler = distributedHandler(outside, { tell, goOn: () => goneOn, acted: arm('record'), returning: arm('settle') });
  await using made = await openPostgresEngine([handle(distributedType, handler)], {
    url,
    namespace,
    delivering: { by: 'pg-boss' },
    sharing: true,
    artifacts: outside,
    timing: Object.fromEntries(Object.entries(request.timing).filter(([, ms]) => ms !== undefined)),
    ...(die === undefined ? {} : { wrapStore: (store) => dying(store, die.when, () => armed) }),
  });
  const { concurrency, labels } = request;
  // What ends it, such as a database out of reach, may pass: until the test has had enough it begins anew.
  for (;;) {
    await using worker = await made.engine.work({ jobs: 'shared', concurrency, ...(labels === undefined ? {} : { labels }) });
    tell({ type: 'working' });
    await worker.ended.catch((error: unknown) => tell({ type: 'ended', why: String(error) }));
  }
}

function dying(store: Store, when: 'before' | 'after', isArmed: () => boolean): Store {
  const kill = (): void => void process.kill(process.pid, 'SIGKILL');
  return {
    ...store,
    read: (look) => store.read(look),
    write: async (change) => {
      const last = isArmed();
      if (last && when === 'before') {
        return store.write(async (transaction) => {
          const result = await change(transaction);
          kill();
          return result;
        });
      }
      const result = await store.write(change);
      if (last) kill();
      return result;
    },
  };
}

function tell(message: WorkerMessage): void {
  if (process.connected) process.send?.(message);
}
