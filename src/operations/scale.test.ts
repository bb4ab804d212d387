import { expect, it } from 'vitest';
import { z } from 'zod';
import { openMemoryEngine } from '../../test/support/memory-engine.ts';
import { configSchema } from '../domain/config.ts';
import type { MachineLoad } from '../domain/scaler.ts';
import { defineTaskType } from '../domain/task-type.ts';
import { handle } from '../weaver/handler.ts';
import { testsWriteType, worldCheckType, worldRunType } from '../workflow/task-types.ts';
import { followMachine, limitsFor, thresholdsOf, worldRoom } from './scale.ts';

const size = { memoryBytes: 32 * 1024 ** 3, threads: 8, diskBytes: 500e9 };
const config = (worlds: object = {}) => configSchema.parse({ worlds });
const idle: MachineLoad = { memory: 0, cpu: 0, disk: 0 };
const full: MachineLoad = { memory: 0.99, cpu: 0, disk: 0 };

it('begins with the worlds of a task, with what the machine carries, or with what was asked for', () => {
  expect(worldRoom(config(), size)).toEqual({ start: 4, ceiling: 4 });
  expect(worldRoom(config({ count: 2 }), size)).toEqual({ start: 2, ceiling: 4 });
  expect(worldRoom(config({ parallel: 7 }), size)).toEqual({ start: 7, ceiling: 7 });
  expect(worldRoom(config(), { ...size, threads: 1 })).toEqual({ start: 1, ceiling: 1 });
});

it('runs no more checks at a time than there are threads, and keeps places for the rest while fewer worlds may run', () => {
  const run = worldRunType.name;
  const check = worldCheckType.name;
  const write = testsWriteType.name;
  expect(limitsFor(5, { ceiling: 5 }, { threads: 2 })).toEqual({ concurrency: 8, concurrencyByType: { [run]: 5, [write]: 5, [check]: 2 } });
  expect(limitsFor(3, { ceiling: 4 }, { threads: 8 })).toEqual({ concurrency: 9, concurrencyByType: { [run]: 3, [write]: 3, [check]: 3 } });
  expect(limitsFor(1, { ceiling: 4 }, { threads: 8 })).toEqual({ concurrency: 9, concurrencyByType: { [run]: 1, [write]: 1, [check]: 1 } });
  expect(limitsFor(2, { ceiling: 2 }, { threads: 0.5 })).toEqual({
    concurrency: 4,
    concurrencyByType: { [run]: 2, [write]: 2, [check]: 1 },
  });
});

/** A machine with a load that a test sets, and what is heard of it. */
function machine() {
  const state: { load: MachineLoad | Error } = { load: idle };
  const told: string[] = [];
  const applied: number[] = [];
  let heard = Promise.withResolvers<void>();
  let looked = Promise.withResolvers<void>();
  return {
    state,
    told,
    applied,
    next: async () => {
      heard = Promise.withResolvers<void>();
      await heard.promise;
    },
    /** Whatever was read before is decided after so many more looks. */
    looks: async (count: number) => {
      for (let turn = 0; turn < count; turn += 1) {
        looked = Promise.withResolvers<void>();
        await looked.promise;
      }
    },
    follow: (room: { readonly start: number; readonly ceiling: number }, more: (worlds: number) => void = () => {}) =>
      followMachine(
        {
          load: async () => {
            looked.resolve();
            if (state.load instanceof Error) throw state.load;
            return state.load;
          },
        },
        {
          room,
          thresholds: thresholdsOf(config()),
          everyMs: 2,
          apply: (worlds) => (applied.push(worlds), more(worlds)),
          tell: (text) => (told.push(text), heard.resolve()),
        },
      ),
  };
}

it('follows the machine step by step, between one and the ceiling, and says why', async () => {
  const of = machine();
  of.state.load = full;
  {
    await using _following = of.follow({ start: 3, ceiling: 4 });
    await of.next();
    await of.next();
    await of.looks(3);
    expect(of.applied).toEqual([2, 1]);
    of.state.load = idle;
    for (const _ of [2, 3, 4]) await of.next();
    await of.looks(3);
  }
  expect(of.applied).toEqual([2, 1, 2, 3, 4]);
  expect(of.told[0]).toBe('2 worlds at a time from now on, one fewer: memory 99 % in use (more than 90 %)');
  expect(of.told[2]).toBe('2 worlds at a time from now on, one more: memory 0 % in use, processors 0 % in use, disk 0 % in use');
  of.state.load = full;
  const { length } = of.applied;
  await new Promise(setImmediate);
  expect(of.applied).toHaveLength(length);
});

it('says once that the load cannot be read, and goes on as before', async () => {
  const of = machine();
  of.state.load = new Error('no /proc');
  await using _following = of.follow({ start: 3, ceiling: 4 });
  await of.looks(5);
  expect(of.told).toEqual(['The load of the machine cannot be read, so 3 may run at a time as before: no /proc']);
  of.state.load = full;
  await of.next();
  expect(of.applied).toEqual([2]);
});

it('lets more worlds begin while others run, and takes none away that runs', async () => {
  const room = { start: 1, ceiling: 3 };
  const gate = Promise.withResolvers<void>();
  const begun: string[] = [];
  let aborted = 0;
  let changed = Promise.withResolvers<void>();
  const type = defineTaskType({ name: worldRunType.name, schemaVersion: 1, payload: z.object({}), result: z.object({}) });
  const registration = handle(type, async ({ key, signal }) => {
    begun.push(key);
    changed.resolve();
    signal.addEventListener('abort', () => (aborted += 1));
    await gate.promise;
    return { kind: 'success', result: {} };
  });
  await using made = await openMemoryEngine([registration]);
  const tasks = Array.from({ length: 4 }, (_, index) => ({ type: type.name, key: `world-${index}`, payload: {} }));
  const { jobId } = await made.engine.submit({ title: 'a run', tasks });
  await using worker = await made.engine.work({ jobs: [jobId], ...limitsFor(1, room, size) });
  const begins = async (count: number): Promise<void> => {
    while (begun.length < count) {
      changed = Promise.withResolvers<void>();
      await changed.promise;
    }
  };
  await begins(1);
  const of = machine();
  {
    await using _following = of.follow(room, (worlds) => worker.limit(limitsFor(worlds, room, size)));
    await begins(3);
    of.state.load = full;
    while (of.applied.at(-1) !== 1) await of.looks(1);
  }
  expect(begun).toHaveLength(3);
  expect(aborted).toBe(0);
  gate.resolve();
  expect(await worker.settled(jobId)).toBe('completed');
  expect(begun).toHaveLength(4);
});
