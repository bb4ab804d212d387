import { describe, expect, it } from 'vitest';
import { recording } from '../../src/adapters/dispatch/testing/recording.ts';
import type { TaskId } from '../../src/domain/ids.ts';
import { anyNews } from '../../src/ports/changes.ts';
import type { Changes } from '../../src/ports/changes.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { Claiming, Consumer, Dispatch, Dispatcher } from '../../src/ports/dispatcher.ts';
import type { TaskRef } from '../../src/ports/records.ts';
import type { StoreTransaction } from '../../src/ports/store.ts';

/** A dispatcher of shared tasks with what it hangs on. */
export interface DispatcherUnderTest extends AsyncDisposable {
  readonly dispatcher: Dispatcher;
  readonly changes: Changes;
  /** Runs a transaction of the records; nothing announces it. */
  write(change: (transaction: StoreTransaction) => Promise<void>): Promise<void>;
  /** One more on the same queue and records, as another process would open it. */
  another(options?: DispatcherOptions): Promise<DispatcherUnderTest>;
  /** The queue holds nothing any more. */
  empty(): Promise<void>;
  /** The queue cannot be reached. @returns what ends that. */
  away(): Promise<() => Promise<void>>;
}

export interface DispatcherOptions {
  readonly namespace?: string;
  readonly clock?: Clock;
}

export type MakeDispatcher = (options?: DispatcherOptions) => Promise<DispatcherUnderTest>;

/** What every dispatcher does that brings shared tasks through a queue. @param unable why it cannot be asked on this machine. */
export function dispatcherConformance(name: string, make: MakeDispatcher, unable: string | undefined): void {
  describe.skipIf(unable !== undefined)(`dispatcher by ${name}${unable === undefined ? '' : ` (${unable})`}`, () => {
    sendCases(make);
    routeCases(make);
    placeCases(make);
    returnCases(make);
    lossCases(make);
  });
}

let count = 0;
/** A hand-out of a task of its own. */
function ref(epoch = 1): TaskRef {
  count += 1;
  return { taskId: `task-${process.pid}-${count}` as TaskId, epoch };
}

function dispatch(of: TaskRef, more: Partial<Dispatch> = {}): Dispatch {
  return { ref: of, priority: 0, route: '', carriedBy: undefined, ...more };
}

/** Sends what has become ready, commits, and tells whoever waits. */
async function send(through: DispatcherUnderTest, ...dispatches: readonly Dispatch[]): Promise<void> {
  await through.write((transaction) => through.dispatcher.send(transaction, dispatches));
  through.changes.announce({ ready: true, attend: false, scheduled: undefined, jobs: new Set() });
}

/** Goes by the machine until it is put ahead. */
function movableClock(): Clock & { ahead: number } {
  const clock = { ahead: 0, now: () => Date.now() + clock.ahead, monotonic: () => performance.now() + clock.ahead };
  return clock;
}

function sendCases(make: MakeDispatcher): void {
  it('brings what was sent in a transaction, and nothing of one that came to nothing', async () => {
    await using made = await make();
    const [kept, undone] = [ref(), ref()];
    const failing = made.write(async (transaction) => {
      await made.dispatcher.send(transaction, [dispatch(undone)]);
      throw new Error('not this one');
    });
    await expect(failing).rejects.toThrow('not this one');
    await send(made, dispatch(kept));
    const { consumer, offers, offered } = recording({ places: () => 5 });
    const delivery = made.dispatcher.deliver(consumer);
    await offers(1);
    await delivery.stop();
    expect(offered).toEqual([kept]);
  });

  it('brings what another process has sent', async () => {
    await using made = await make();
    await using other = await made.another();
    const { consumer, offers } = recording({ places: () => 5 });
    const delivery = made.dispatcher.deliver(consumer);
    const one = ref();
    await send(other, dispatch(one));
    expect(await offers(1)).toEqual([one]);
    await delivery.stop();
  });

  it('brings an id once that was sent twice, and every epoch of a task', async () => {
    await using made = await make();
    const first = ref();
    const second = { ...first, epoch: 2 };
    await send(made, dispatch(first));
    await send(made, dispatch(first), dispatch(second));
    const { consumer, offers } = recording({ places: () => 5 });
    const delivery = made.dispatcher.deliver(consumer);
    const offered = await offers(2);
    await delivery.stop();
    expect(new Set(offered.map(({ epoch }) => epoch))).toEqual(new Set([1, 2]));
  });

  it('leaves what somebody carries to the records of whoever does', async () => {
    await using made = await make();
    const [carried, shared] = [ref(), ref()];
    await send(made, dispatch(carried, { carriedBy: 'somebody' as never }), dispatch(shared));
    const { consumer, offers, offered } = recording({ places: () => 5 });
    const delivery = made.dispatcher.deliver(consumer);
    await offers(1);
    await delivery.stop();
    expect(offered).toEqual([shared]);
    const own = recording({ shares: false, ready: async (_, of) => ({ refs: of === 'carried' ? [carried] : [], more: false }) });
    const carrying = made.dispatcher.deliver(own.consumer);
    expect(await own.offers(1)).toEqual([carried]);
    await carrying.stop();
  });

  it('keeps namespaces apart', async () => {
    await using made = await make({ namespace: 'one' });
    await using other = await made.another({ namespace: 'other' });
    const [one, two] = [ref(), ref()];
    await send(made, dispatch(one));
    await send(other, dispatch(two));
    const [here, there] = [recording({ places: () => 5 }), recording({ places: () => 5 })];
    const deliveries = [made.dispatcher.deliver(here.consumer), other.dispatcher.deliver(there.consumer)];
    await Promise.all([here.offers(1), there.offers(1)]);
    await Promise.all(deliveries.map((delivery) => delivery.stop()));
    expect([here.offered, there.offered]).toEqual([[one], [two]]);
  });
}

function routeCases(make: MakeDispatcher): void {
  it('brings a task only to a consumer that has what it needs', async () => {
    await using made = await make();
    const [plain, special] = [ref(), ref()];
    await send(made, dispatch(plain), dispatch(special, { route: 'agent:codex,memoryMb>=4096' }));
    const simple = recording({ places: () => 5, accepts: (route) => route === '' });
    const able = recording({ places: () => 5, accepts: (route) => route !== '' });
    const deliveries = [made.dispatcher.deliver(simple.consumer), made.dispatcher.deliver(able.consumer)];
    await Promise.all([simple.offers(1), able.offers(1)]);
    await Promise.all(deliveries.map((delivery) => delivery.stop()));
    expect([simple.offered, able.offered]).toEqual([[plain], [special]]);
  });

  it('finds a route that was not known when it began', async () => {
    await using made = await make();
    await using other = await made.another();
    const { consumer, offers, round } = recording({ places: () => 5 });
    const delivery = made.dispatcher.deliver(consumer);
    await round(1);
    for (const route of ['a:first', 'b:second', 'c_third']) {
      const one = ref();
      await send(other, dispatch(one, { route }));
      expect((await offers(['a:first', 'b:second', 'c_third'].indexOf(route) + 1)).at(-1)).toEqual(one);
    }
    await delivery.stop();
  });
}

function placeCases(make: MakeDispatcher): void {
  it('brings as many as there are places, those of higher priority first, and the next when one is free', async () => {
    await using made = await make();
    const [low, high, middle] = [ref(), ref(), ref()];
    await send(made, dispatch(low, { priority: 1 }), dispatch(high, { priority: 3 }), dispatch(middle, { priority: 2 }));
    let places = 1;
    const offer = async (): Promise<Claiming> => {
      places -= 1;
      return 'claimed';
    };
    const { consumer, offers, offered } = recording({ places: () => places, offer });
    const delivery = made.dispatcher.deliver(consumer);
    expect(await offers(1)).toEqual([high]);
    places = 1;
    delivery.wake();
    expect(await offers(2)).toEqual([high, middle]);
    places = 1;
    delivery.wake();
    expect(await offers(3)).toEqual([high, middle, low]);
    await delivery.stop();
    expect(offered).toHaveLength(3);
  });

  it('gives each id to one of several consumers', async () => {
    await using made = await make();
    await using other = await made.another();
    const refs = Array.from({ length: 60 }, () => ref());
    const consumers = [recording({ places: () => 3 }), recording({ places: () => 3 })] as const;
    const deliveries = [made.dispatcher.deliver(consumers[0].consumer), other.dispatcher.deliver(consumers[1].consumer)];
    await send(made, ...refs.map((each) => dispatch(each)));
    const all = () => consumers.flatMap(({ offered }) => offered.map(({ taskId }) => taskId));
    while (all().length < refs.length) {
      made.changes.announce(anyNews);
      await Promise.race(consumers.map(({ offered, offers }) => offers(offered.length + 1)));
    }
    await Promise.all(deliveries.map((delivery) => delivery.stop()));
    expect(all().toSorted()).toEqual(refs.map(({ taskId }) => taskId).toSorted());
  });

  it('is idle once the queue has given everything that it has', async () => {
    await using made = await make();
    await send(made, dispatch(ref()), dispatch(ref()));
    let places = 1;
    const { consumer, offers, round } = recording({ places: () => places, offer: async () => ((places -= 1), 'claimed') });
    const delivery = made.dispatcher.deliver(consumer);
    await offers(1);
    expect(delivery.idle).toBe(false);
    places = 5;
    delivery.wake();
    await offers(2);
    made.changes.announce({ ...anyNews, ready: false });
    await round(2);
    expect(delivery.idle).toBe(true);
    await delivery.stop();
  });
}

function returnCases(make: MakeDispatcher): void {
  it('brings what one consumer declines to another', async () => {
    await using made = await make();
    await using other = await made.another();
    const one = ref();
    await send(made, dispatch(one));
    const declining = recording({ offer: async () => 'deferred' });
    const first = made.dispatcher.deliver(declining.consumer);
    await declining.offers(1);
    await first.stop();
    const taking = recording();
    const second = other.dispatcher.deliver(taking.consumer);
    // It comes again a second or two later, when nobody announces anything any more.
    expect(await taking.offers(1)).toEqual([one]);
    await second.stop();
  });

  it('asks the records for what it has declined as soon as there is a place for it', async () => {
    await using made = await make();
    const tookMs: number[] = [];
    // Once in three tries sooner than anything comes again by itself: a busy machine may be in the way of the others.
    for (let turn = 0; turn < 3 && Math.min(...tookMs) >= 900; turn += 1) {
      const one = ref();
      await send(made, dispatch(one));
      let may = false;
      const { consumer, offers } = recording({
        offer: async () => (may ? 'claimed' : 'deferred'),
        ready: async (_, of) => ({ refs: may && of === 'all' ? [one] : [], more: true }),
      });
      const delivery = made.dispatcher.deliver(consumer);
      await offers(1);
      may = true;
      const began = performance.now();
      delivery.wake();
      await offers(2);
      tookMs.push(performance.now() - began);
      await delivery.stop();
    }
    expect(Math.min(...tookMs)).toBeLessThan(900);
  });

  it('drops what is out of date', async () => {
    await using made = await make();
    const [old, next] = [ref(), ref()];
    await send(made, dispatch(old, { priority: 1 }));
    const { consumer, offers, offered } = recording({ offer: async ({ taskId }) => (taskId === old.taskId ? 'stale' : 'claimed') });
    const delivery = made.dispatcher.deliver(consumer);
    await offers(1);
    await send(made, dispatch(next));
    await offers(2);
    await delivery.stop();
    expect(offered).toEqual([old, next]);
  });

  it('gives back what was taken when it is stopped in between, and waits for what is under way', async () => {
    await using made = await make();
    await using other = await made.another();
    const one = ref();
    await send(made, dispatch(one));
    const answer = Promise.withResolvers<Claiming>();
    const { consumer, offers } = recording({ offer: () => answer.promise });
    const delivery = made.dispatcher.deliver(consumer);
    await offers(1);
    let stopped = false;
    const stopping = delivery.stop().then(() => (stopped = true));
    await new Promise((resolve) => setImmediate(resolve));
    expect(stopped).toBe(false);
    answer.resolve('deferred');
    await stopping;
    const taking = recording();
    const second = other.dispatcher.deliver(taking.consumer);
    expect(await taking.offers(1)).toEqual([one]);
    await second.stop();
  });
}

function lossCases(make: MakeDispatcher): void {
  it('has the records sent again when the queue gives nothing for a while', async () => {
    const clock = movableClock();
    await using made = await make({ clock });
    const [lost, again] = [ref(), ref()];
    await send(made, dispatch(lost));
    await made.empty();
    const asked: number[] = [];
    const redispatch = async (readyForMs: number): Promise<number> => {
      asked.push(readyForMs);
      await send(made, dispatch(again));
      return 1;
    };
    const { consumer, offers, round } = recording({ places: () => 3, redispatch });
    const delivery = made.dispatcher.deliver(consumer);
    await round(1);
    made.changes.announce(anyNews);
    await round(2);
    expect(asked).toEqual([]);
    clock.ahead = 6_000;
    made.changes.announce(anyNews);
    expect(await offers(1)).toEqual([again]);
    await delivery.stop();
    expect(asked).toEqual([5_000]);
  });

  it('goes on by itself when the queue was away', async () => {
    await using made = await make();
    const { consumer, offers, round } = recording({ places: () => 3 });
    const delivery = made.dispatcher.deliver(consumer);
    await round(1);
    const back = await made.away();
    made.changes.announce(anyNews);
    await round(2);
    await back();
    const one = ref();
    await send(made, dispatch(one));
    expect(await offers(1)).toEqual([one]);
    await delivery.stop();
  });

  it('tells the consumer when the queue is away for too long', async () => {
    const clock = movableClock();
    await using made = await make({ clock });
    const failure = Promise.withResolvers<unknown>();
    const failed: Consumer['failed'] = (error) => failure.resolve(error);
    const { consumer, round } = recording({ failed });
    const delivery = made.dispatcher.deliver(consumer);
    await round(1);
    const back = await made.away();
    const announcing = setInterval(() => {
      clock.ahead += 20_000;
      made.changes.announce(anyNews);
    }, 20);
    expect(await failure.promise).toBeInstanceOf(Error);
    clearInterval(announcing);
    await back();
    await delivery.stop();
  });
}
