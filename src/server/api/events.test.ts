import type { EventSourceMessage } from 'eventsource-parser';
import { EventSourceParserStream } from 'eventsource-parser/stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { ApiStand } from '../../../test/support/api-stand.ts';
import { apiStand } from '../../../test/support/api-stand.ts';
import type { TestEngine } from '../../../test/support/engine.ts';
import { openTestEngine } from '../../../test/support/engine.ts';
import type { EventCursor, JobEvent } from '../../domain/events.ts';
import type { JobId } from '../../domain/ids.ts';
import { displayId } from '../../domain/ids.ts';
import { defineTaskType } from '../../domain/task-type.ts';
import type { OperationTools } from '../../operations/tools.ts';
import { handle } from '../../weaver/handler.ts';
import { EventHub } from './event-hub.ts';
import { eventStream } from './event-stream.ts';

const nothing = defineTaskType({ name: 'nothing', schemaVersion: 1, payload: z.object({}), result: z.object({}) });

let made: TestEngine;
let api: ApiStand;
/** How often somebody has begun to read the events. */
let readers = 0;

beforeAll(async () => {
  made = await openTestEngine([handle(nothing, async () => ({ kind: 'success', result: {} }))], { synchronous: 'NORMAL' });
  const engine: OperationTools['engine'] = {
    ...made.engine,
    eventsOfAll: (options) => {
      readers += 1;
      return made.engine.eventsOfAll(options);
    },
  };
  const clock = { now: () => Date.now(), monotonic: () => performance.now() };
  api = await apiStand({ engine, ledger: made.database.ledger, clock } as unknown as OperationTools);
});

afterAll(async () => {
  await api[Symbol.asyncDispose]();
  await made[Symbol.asyncDispose]();
});

/** Submits a job of so many tasks. */
async function submitted(tasks: number): Promise<JobId> {
  const spec = { title: 'x', tasks: Array.from({ length: tasks }, (_, index) => ({ type: nothing.name, key: `t${index}`, payload: {} })) };
  return (await made.engine.submit(spec)).jobId;
}

/** What a browser reads; the first piece tells that it is heard. */
async function following(query = '', headers: Readonly<Record<string, string>> = {}) {
  const over = new AbortController();
  const answer = await fetch(`${api.url}/api/v1/events${query}`, {
    headers: { authorization: `Bearer ${api.tokens.read}`, ...headers },
    signal: over.signal,
  });
  expect([answer.status, answer.headers.get('content-type'), answer.headers.get('cache-control')]).toEqual([
    200,
    'text/event-stream',
    'no-store, no-transform',
  ]);
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const heard = Promise.withResolvers<void>();
  void answer
    .body!.pipeThrough(new TransformStream({ transform: (piece: Uint8Array, out) => (heard.resolve(), out.enqueue(piece)) }))
    .pipeTo(writable)
    .catch(() => undefined);
  await heard.promise;
  const messages = readable
    .pipeThrough(new TextDecoderStream() as never)
    .pipeThrough(new EventSourceParserStream())
    .getReader();
  return {
    async next(count: number): Promise<readonly EventSourceMessage[]> {
      const read: EventSourceMessage[] = [];
      while (read.length < count) {
        const { value, done } = await messages.read();
        if (done) break;
        read.push(value);
      }
      return read;
    },
    [Symbol.asyncDispose]: async () => {
      over.abort();
      await messages.cancel().catch(() => undefined);
    },
  };
}

const told = ({ data }: EventSourceMessage) => JSON.parse(data) as { readonly run: string; readonly seq: number; readonly type: string };

describe('what happens', () => {
  it('is told from now on, in its order, of all runs or of one', async () => {
    await submitted(1);
    await using all = await following();
    const [first, second] = [await submitted(2), await submitted(1)];
    await using one = await following(`?run=${displayId('run', second)}`, { 'last-event-id': '0' });
    const messages = await all.next(5);
    expect(messages.map(({ event }) => event)).toEqual(['job.submitted', 'task.created', 'task.created', 'job.submitted', 'task.created']);
    expect(messages.map(told).map(({ run, seq }) => [run, seq])).toEqual([
      ...[1, 2, 3].map((seq) => [displayId('run', first), seq]),
      ...[1, 2].map((seq) => [displayId('run', second), seq]),
    ]);
    expect((await one.next(2)).map(told)).toMatchObject([{ run: displayId('run', second), type: 'job.submitted' }, { seq: 2 }]);
    expect((await api.ask('/events?run=run_nothing1234')).status).toBe(404);
    expect((await api.ask('/events', { headers: { 'last-event-id': '1; x' } })).status).toBe(400);
    expect((await api.ask('/events', { token: '' })).status).toBe(401);
  });

  it('is told without gap or repetition to whoever comes again, while it goes on', async () => {
    let [at, first]: [string, string] = ['', ''];
    {
      await using reader = await following();
      await submitted(3);
      const messages = await reader.next(2);
      [first, at] = messages.map(({ id }) => id!) as [string, string];
    }
    const jobs = [submitted(20), submitted(20)];
    await using again = await following('', { 'last-event-id': at });
    jobs.push(submitted(20), submitted(20));
    await Promise.all(jobs);
    const rest = await again.next(2 + 4 * 21);
    const expected: string[] = [];
    for await (const { position } of made.engine.eventsOfAll({ after: first as EventCursor })) expected.push(position);
    expect([at, ...rest.map(({ id }) => id)]).toEqual(expected);
  });

  it('is read once for a hundred who follow it', async () => {
    const before = readers;
    await using stack = new AsyncDisposableStack();
    const all = await Promise.all(Array.from({ length: 100 }, async () => stack.use(await following())));
    await submitted(1);
    const messages = await Promise.all(all.map(async (reader) => await reader.next(2)));
    expect(new Set(messages.map((each) => each.map(({ id }) => id).join())).size).toBe(1);
    expect(readers - before).toBeLessThanOrEqual(1);
  });
});

const fail = (error: unknown): never => {
  throw error;
};

describe('a stream', () => {
  /** Tells so many events at once, then nothing. */
  function burst(count: number) {
    return {
      newestEvent: async () => '0' as EventCursor,
      async *eventsOfAll({ signal }: { readonly signal?: AbortSignal } = {}) {
        for (let seq = 1; seq <= count; seq += 1)
          yield {
            stream: 'job:1',
            seq,
            position: `${seq}`,
            version: 2,
            at: 0,
            type: 'job.sealed',
            data: { jobId: '1' },
          } as unknown as JobEvent;
        await new Promise<void>((resolve) => signal?.addEventListener('abort', () => resolve(), { once: true }));
      },
    };
  }

  it('ends when nobody reads what it is told, and leaves nothing behind', async () => {
    const hub = new EventHub(burst(3_000), fail);
    const stream = eventStream(hub, { only: undefined, missed: undefined, isLetIn: async () => true });
    await expect.poll(() => hub.size).toBe(0);
    let pieces = 0;
    for await (const _ of stream) pieces += 1;
    expect(pieces).toBe(2_000);
  });

  it('beats, and ends once its reader is let in no more', async () => {
    const hub = new EventHub(burst(0), fail, 5);
    let beats = 0;
    const stream = eventStream(hub, { only: undefined, missed: undefined, isLetIn: async () => (beats += 1) < 3 });
    const text = (await Array.fromAsync(stream.pipeThrough(new TextDecoderStream() as never))).join('');
    expect(text).toMatch(/^retry: 2000\n\nid: 0\n\n(?:: beat\n\n){3,}$/);
    expect(hub.size).toBe(0);
  });

  it('ends when nothing can be read, which is told, and is read again for whoever comes then', async () => {
    const failures: unknown[] = [];
    const broken = { ...burst(0), newestEvent: () => Promise.reject(new Error('the disk is full')) };
    const hub = new EventHub(broken, (error) => failures.push(error));
    const wanted = { only: undefined, missed: undefined, isLetIn: async () => true };
    for (let count = 1; count <= 2; count += 1) {
      await Array.fromAsync(eventStream(hub, wanted));
      expect([failures.length, hub.size]).toEqual([count, 0]);
    }
  });

  it('says that all is to be read anew where too much was missed', async () => {
    const hub = new EventHub(burst(0), fail);
    const stream = eventStream(hub, { only: undefined, missed: async () => 'too-many', isLetIn: async () => true });
    const reader = stream
      .pipeThrough(new TextDecoderStream() as never)
      .pipeThrough(new EventSourceParserStream())
      .getReader();
    expect((await reader.read()).value).toMatchObject({ event: 'reset', data: '{}', id: '0' });
    await reader.cancel();
  });
});
