import { z } from 'zod';
import type { JobId } from '../../src/domain/ids.ts';
import type { TaskSpec } from '../../src/domain/job.ts';
import { defineTaskType } from '../../src/domain/task-type.ts';
import type { Store } from '../../src/ports/store.ts';
import type { Engine } from '../../src/weaver/engine.ts';
import { handle } from '../../src/weaver/handler.ts';
import type { Handler } from '../../src/weaver/handler.ts';
import type { Timing } from '../../src/weaver/parts.ts';
import { openTestEngine } from './engine.ts';

/** What a test tells the program as its one argument. */
export const programRequest = z.object({
  folder: z.string(),
  tasks: z.array(z.object({ type: z.literal('test.program'), key: z.string(), payload: z.unknown() }).loose()).default([]),
  /** A job to carry instead of submitting one. */
  carry: z.string().optional(),
  concurrency: z.number().default(4),
  exclusiveKey: z.string().optional(),
  timing: z.object({ leaseMs: z.number(), heartbeatMs: z.number(), graceMs: z.number(), livenessMs: z.number() }).partial().default({}),
  /** Kill itself at this write of the store, before or after it is committed. */
  die: z.object({ at: z.number(), when: z.enum(['before', 'after']) }).optional(),
});
export type ProgramRequest = z.input<typeof programRequest>;

/** What the program tells the test, as messages. */
export type ProgramMessage =
  | { readonly type: 'submitted'; readonly jobId: JobId }
  | { readonly type: 'started'; readonly key: string }
  | { readonly type: 'aborted'; readonly reason: string }
  | { readonly type: 'returned'; readonly key: string }
  | { readonly type: 'settled'; readonly state: string };

export const programType = defineTaskType({ name: 'test.program', schemaVersion: 1, payload: z.unknown(), result: z.unknown() });

/** What a task of the key `later` asks for before it is tried again, in ms: longer than any test waits. */
export const laterMs = 60_000;

/**
 * `hang` in the key goes on until the test sends `finish`, `hang-deaf` also when it is asked to stop; `poison` kills its process; `later`
 * fails once; all others succeed with their key.
 */
const handler: Handler<unknown, unknown> = async ({ key, signal, epoch }) => {
  tell({ type: 'started', key });
  if (key.startsWith('poison')) await killedOf(key);
  if (key.startsWith('later') && !failed.has(key)) {
    failed.add(key);
    return { kind: 'failure', reason: 'Not yet', retryHint: { delayMs: laterMs } };
  }
  if (!key.startsWith('hang')) return { kind: 'success', result: key };
  await new Promise<void>((resolve, reject) => {
    process.once('message', () => resolve());
    signal.addEventListener('abort', () => {
      tell({ type: 'aborted', reason: String(signal.reason) });
      if (!key.startsWith('hang-deaf')) reject(signal.reason as Error);
    });
  });
  tell({ type: 'returned', key });
  return { kind: 'success', result: `${key} of epoch ${epoch}` };
};

const failed = new Set<string>();

export const programRegistration = handle(programType, handler);

if (process.send !== undefined && process.argv[2] !== undefined) {
  await main(programRequest.parse(JSON.parse(process.argv[2])));
  process.disconnect();
}

async function main(request: z.output<typeof programRequest>): Promise<void> {
  const { die } = request;
  await using made = await openTestEngine([programRegistration], {
    folder: request.folder,
    timing: defined(request.timing),
    ...(die === undefined ? {} : { wrapStore: (store) => dying(store, die) }),
  });
  const jobId = request.carry === undefined ? await submit(made.engine, request) : (request.carry as JobId);
  await using worker = await made.engine.work({ jobs: [jobId], concurrency: request.concurrency });
  const state = await worker.settled(jobId);
  tell({ type: 'settled', state });
}

async function submit(engine: Engine, request: z.output<typeof programRequest>): Promise<JobId> {
  const { jobId } = await engine.submit({
    title: 'from a program',
    tasks: request.tasks as readonly TaskSpec[],
    ...(request.exclusiveKey === undefined ? {} : { exclusiveKey: request.exclusiveKey }),
  });
  tell({ type: 'submitted', jobId });
  return jobId;
}

/** Once the message is out. */
function killedOf(key: string): Promise<never> {
  return new Promise(() => process.send?.({ type: 'started', key }, () => process.kill(process.pid, 'SIGKILL')));
}

function dying(store: Store, die: { readonly at: number; readonly when: 'before' | 'after' }): Store {
  let writes = 0;
  const kill = (): void => void process.kill(process.pid, 'SIGKILL');
  return {
    read: (look) => store.read(look),
    write: async (change) => {
      writes += 1;
      const last = writes === die.at;
      if (last && die.when === 'before') {
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

/** Without what was left out. */
function defined(timing: z.output<typeof programRequest>['timing']): Partial<Timing> {
  return Object.fromEntries(Object.entries(timing).filter(([, ms]) => ms !== undefined));
}

function tell(message: ProgramMessage): void {
  process.send?.(message);
}
