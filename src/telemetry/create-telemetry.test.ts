import { describe, expect, test, vi } from 'vitest';
import { openTestLedger } from '../../test/support/ledger.ts';
import type { AttemptId, JobId, TaskId } from '../domain/ids.ts';
import type { OperationEnd, Place, Signal } from '../domain/signals.ts';
import { createTelemetry } from './create-telemetry.ts';
import type { Listener, Running } from './create-telemetry.ts';
import { observeAttempts } from './observe/attempts.ts';
import { observeCalls } from './observe/calls.ts';
import { observeLedger } from './observe/ledger.ts';

interface Heard {
  readonly what: string;
  readonly place: Place;
  readonly parent: string | undefined;
  readonly end?: OperationEnd;
}

/** A telemetry whose clock goes on by 5 ms at each look. */
function stand() {
  let now = 0;
  const clock = { now: () => 1_000, monotonic: () => (now += 5) };
  const faults: string[] = [];
  const heard: Heard[] = [];
  const telemetry = createTelemetry(clock, (text) => void faults.push(text));
  const note = (what: string, { place, parent }: Pick<Running, 'place' | 'parent'>, end?: OperationEnd): void =>
    void heard.push({ what, place, parent: parent?.operation.name, ...(end === undefined ? {} : { end }) });
  const listener: Listener = {
    told: (signal, place, running) => note(signal.type, { place, parent: running }),
    began: (running) => note(`began ${running.operation.name}`, running),
    ended: (running, end) => note(`ended ${running.operation.name}`, running, end),
  };
  return { telemetry, heard, faults, listener };
}

const busy: Signal = { type: 'store.busy' };
const ids = { jobId: 'j' as JobId, taskId: 't' as TaskId, attemptId: 'a' as AttemptId, key: 'task-1', attempt: 2, attributes: null };

describe('telemetry', () => {
  test('tells each operation with what is around it, its time, its facts and its fault', async () => {
    const { telemetry, heard, listener } = stand();
    using _listening = telemetry.listen(listener);
    const failing = telemetry.within({ world: 'beta' }, async () =>
      telemetry.measure({ kind: 'agent', name: 'repair', facts: { model: 'none' } }, async ({ note }) => {
        note({ steps: 3 });
        await telemetry.measure({ kind: 'tool', name: 'edit' }, async ({ end }) => {
          await Promise.resolve();
          telemetry.tell(busy);
          end('refused');
        });
        throw new RangeError('too far\nand more');
      }),
    );
    await expect(failing).rejects.toThrow('too far');
    expect(heard).toEqual([
      { what: 'began repair', place: { world: 'beta' }, parent: undefined },
      { what: 'began edit', place: { world: 'beta' }, parent: 'repair' },
      { what: 'store.busy', place: { world: 'beta' }, parent: 'edit' },
      { what: 'ended edit', place: { world: 'beta' }, parent: 'repair', end: { ms: 5, outcome: 'refused', facts: {} } },
      {
        what: 'ended repair',
        place: { world: 'beta' },
        parent: undefined,
        end: { ms: 15, outcome: 'failed', fault: 'RangeError: too far', facts: { model: 'none', steps: 3 } },
      },
    ]);
  });

  test('keeps what runs at the same time apart', async () => {
    const { telemetry, heard, listener } = stand();
    using _listening = telemetry.listen(listener);
    const { promise, resolve } = Promise.withResolvers<void>();
    const one = telemetry.within({ world: 'alpha' }, async () => {
      await promise;
      telemetry.tell(busy);
    });
    await telemetry.within({ world: 'beta' }, async () => {
      telemetry.tell(busy);
      resolve();
      await one;
      telemetry.tell(busy);
    });
    expect(heard.map(({ place }) => place.world)).toEqual(['beta', 'alpha', 'beta']);
  });

  test('is silent without a listener, and a listener that throws is told of once and disturbs nobody', async () => {
    const { telemetry, heard, faults, listener } = stand();
    expect(await telemetry.measure({ kind: 'git', name: 'git head' }, async () => Promise.resolve(7))).toBe(7);
    using _broken = telemetry.listen({
      told: () => {
        throw new Error('no room');
      },
    });
    const listening = telemetry.listen(listener);
    telemetry.tell(busy);
    telemetry.tell(busy);
    listening[Symbol.dispose]();
    telemetry.tell(busy);
    expect(heard.map(({ what }) => what)).toEqual(['store.busy', 'store.busy']);
    expect(faults).toEqual(['Something that is measured or logged was lost: no room']);
  });
});

test('its end waits until listeners have handed on what they kept back, tells what could not be, and is silent afterwards', async () => {
  const { telemetry, heard, faults, listener } = stand();
  const handedOn: string[] = [];
  telemetry.listen({
    flush: async () => {
      await Promise.resolve();
      telemetry.tell(busy);
      handedOn.push('spans');
    },
  });
  telemetry.listen({ flush: async () => await Promise.reject(new Error('nobody collects them')) });
  telemetry.listen(listener);
  await telemetry[Symbol.asyncDispose]();
  telemetry.tell(busy);
  expect([handedOn, heard.map(({ what }) => what)]).toEqual([['spans'], ['store.busy']]);
  expect(faults).toEqual(['Something that is measured or logged was lost: nobody collects them']);
});

test('a listener that hands nothing on does not hold up the end', async () => {
  vi.useFakeTimers();
  try {
    const { telemetry, faults } = stand();
    telemetry.listen({ flush: async () => await new Promise<void>(() => undefined) });
    const ended = telemetry[Symbol.asyncDispose]();
    await vi.advanceTimersByTimeAsync(5_000);
    await ended;
    expect(faults).toEqual(['Something that is measured or logged was lost: it was not handed on within 5 s']);
  } finally {
    vi.useRealTimers();
  }
});

test.each([
  ['beta', 'beta'],
  [{ name: 'gamma' }, 'gamma'],
  [undefined, undefined],
])('an attempt with the world %o is told of its task, its attempt and its outcome', async (world, told) => {
  const { telemetry, heard, listener } = stand();
  using _listening = telemetry.listen(listener);
  const handler = observeAttempts('miyabi.world.run', async () => Promise.resolve({ kind: 'failure' }), telemetry);
  expect(await handler({ ...ids, payload: { world } })).toEqual({ kind: 'failure' });
  expect(heard.at(-1)).toMatchObject({ what: 'ended miyabi.world.run', end: { outcome: 'failed' } });
  const place = { run: 'j', task: 't', taskType: 'miyabi.world.run', key: 'task-1', attempt: 'a', attemptNumber: 2, trace: 'j' };
  expect(heard.at(-1)?.place).toEqual(told === undefined ? place : { ...place, world: told });
});

test('what tasks keep is told as operations, and what they read is not', async () => {
  const { telemetry, heard, listener } = stand();
  using _listening = telemetry.listen(listener);
  await using opened = await openTestLedger();
  const ledger = observeLedger(opened.ledger, telemetry);
  const digest = await ledger.keep({ a: 1 });
  expect(await ledger.kept(digest)).toEqual({ a: 1 });
  expect(await ledger.worlds.ofRun('run' as JobId)).toEqual([]);
  await ledger.worlds.judged([]);
  expect(heard.map(({ what }) => what)).toEqual([
    'began store keep',
    'ended store keep',
    'began store world judged',
    'ended store world judged',
  ]);
});

test('what is told when it is over has begun before', async () => {
  const { telemetry, listener } = stand();
  const began: number[] = [];
  const took: number[] = [];
  using _listening = telemetry.listen({
    ...listener,
    ended: ({ startedAt }, { ms }) => {
      began.push(startedAt);
      took.push(ms);
    },
  });
  await telemetry.measure({ kind: 'tool', name: 'edit', tookMs: 300 }, async () => await Promise.resolve());
  expect([began, took]).toEqual([[700], [305]]);
});

test('calls of a port are operations, what it hands out is observed too, and the rest is as it was', async () => {
  const { telemetry, heard, listener } = stand();
  using _listening = telemetry.listen(listener);
  class Git {
    readonly #version = '2.39';
    version(): string {
      return this.#version;
    }
    async open() {
      return await Promise.resolve({ head: async () => await Promise.resolve(this.#version) });
    }
  }
  const git = observeCalls(new Git(), telemetry, {
    kind: 'git',
    methods: ['open'],
    below: {
      open: (mirror: { head(): Promise<string> }) => observeCalls(mirror, telemetry, { kind: 'git', name: 'mirror', methods: ['head'] }),
    },
  });
  expect(git.version()).toBe('2.39');
  expect(await (await git.open()).head()).toBe('2.39');
  expect(heard.map(({ what }) => what)).toEqual(['began git open', 'ended git open', 'began mirror head', 'ended mirror head']);
});
