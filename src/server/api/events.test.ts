import { appendFile, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { EventSourceMessage } from 'eventsource-parser';
import { EventSourceParserStream } from 'eventsource-parser/stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { ApiStand } from '../../../test/support/api-stand.ts';
import { apiStand } from '../../../test/support/api-stand.ts';
import type { TestEngine } from '../../../test/support/engine.ts';
import { openTestEngine } from '../../../test/support/engine.ts';
import { folderLogs } from '../../adapters/logs/folder-logs.ts';
import type { EventCursor, JobEvent } from '../../domain/events.ts';
import type { JobId } from '../../domain/ids.ts';
import { displayId } from '../../domain/ids.ts';
import { redactor } from '../../domain/redact.ts';
import type { StateFolder } from '../../domain/state-folder.ts';
import { stateFolder } from '../../domain/state-folder.ts';
import { defineTaskType } from '../../domain/task-type.ts';
import type { OperationTools } from '../../operations/tools.ts';
import { handle } from '../../weaver/handler.ts';
import { EventHub } from './event-hub.ts';
import type { Hubs } from './event-stream.ts';
import { eventStream } from './event-stream.ts';
import type { LogPiece } from './log-hub.ts';
import { LogHub } from './log-hub.ts';

const nothing = defineTaskType({ name: 'nothing', schemaVersion: 1, payload: z.object({}), result: z.object({}) });

let made: TestEngine;
let api: ApiStand;
let state: StateFolder;
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
  state = stateFolder(join(made.folder, 'state'));
  const logs = folderLogs(state);
  const redact = redactor([]);
  api = await apiStand({ engine, ledger: made.database.ledger, clock, logs, redact } as unknown as OperationTools);
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

const usual = { only: undefined, logs: [], missed: undefined, isLetIn: async () => true };
/** Prints into a log of `task-1`. */
async function print(run: JobId, world: string, text: string): Promise<void> {
  await mkdir(dirname(state.log(run, 'task-1', world)), { recursive: true });
  await appendFile(state.log(run, 'task-1', world), text);
}

function withLogs(events: EventHub): Hubs {
  return { events, logs: new LogHub({ logs: folderLogs(state), redact: redactor([]) }, fail) };
}

describe('what is printed', () => {
  const pieces = (messages: readonly EventSourceMessage[]) =>
    messages.filter(({ event }) => event === 'log').map(({ data }) => JSON.parse(data) as LogPiece);

  it('is told beside what happens to whoever wants it, without an id, from where each log stands', async () => {
    const [run, other] = [await submitted(1), await submitted(1)];
    await print(run, 'alpha', 'one\ntwo\n');
    await using first = await following(`?logs=${displayId('run', run)},last`);
    expect(pieces(await first.next(1))).toEqual([{ run: displayId('run', run), log: 'task-1.alpha', from: 3, lines: [] }]);
    await print(run, 'alpha', 'three\n');
    const piece = { run: displayId('run', run), log: 'task-1.alpha', from: 3, lines: ['three'] };
    const [message] = await first.next(1);
    expect([JSON.parse(message!.data), message!.id]).toEqual([piece, undefined]);
    await using second = await following(`?logs=${displayId('run', run)}`);
    expect(pieces(await second.next(1))).toEqual([{ ...piece, from: 4, lines: [] }]);
    await print(other, 'beta', 'of another\n');
    expect(pieces(await first.next(1))).toEqual([{ run: displayId('run', other), log: 'task-1.beta', from: 1, lines: ['of another'] }]);
    await print(run, 'alpha', 'four\n');
    for (const reader of [first, second]) expect(pieces(await reader.next(1))).toEqual([{ ...piece, from: 4, lines: ['four'] }]);
  });

  it('goes on after an event that a browser names in the address, and what it cannot set counts less than what it sets', async () => {
    const [first, second] = [await submitted(1), await submitted(1)];
    const all: JobEvent[] = [];
    for await (const event of made.engine.eventsOfAll()) all.push(event);
    const [before, later] = [first, second].map((run) => all.findLast(({ stream }) => stream === `job:${run}`)!.position);
    await using named = await following(`?after=${before}`);
    expect((await named.next(1)).map(told)).toMatchObject([{ run: displayId('run', second), type: 'job.submitted' }]);
    await using set = await following(`?after=${before}`, { 'last-event-id': later! });
    const third = await submitted(1);
    expect((await set.next(1)).map(told)).toMatchObject([{ run: displayId('run', third) }]);
  });

  it('is refused of no run, of too many, and after what is no event', async () => {
    const run = displayId('run', await submitted(1));
    expect((await api.ask(`/events?logs=${run},run_nothing1234`)).status).toBe(404);
    for (const query of [`logs=${Array.from({ length: 9 }, () => run).join()}`, 'logs=', 'after=1%3Bx'])
      expect((await api.ask(`/events?${query}`)).status).toBe(400);
  });

  it('is read as long as somebody is told of it', async () => {
    const run = await submitted(1);
    await print(run, 'alpha', 'one\n');
    const hubs = withLogs(new EventHub(burst(0), fail));
    const streams = [1, 2].map(() => eventStream(hubs, { ...usual, logs: [run] }).getReader());
    await expect.poll(() => hubs.logs.size).toBe(1);
    await streams[0]!.cancel();
    expect(hubs.logs.size).toBe(1);
    await streams[1]!.cancel();
    expect(hubs.logs.size).toBe(0);
  });

  it('of one run too many is told once another is listened to no more', async () => {
    const [one, other] = [await submitted(1), await submitted(1)];
    for (const run of [one, other]) await print(run, 'alpha', 'one\n');
    const hub = new LogHub({ logs: folderLogs(state), redact: redactor([]) }, fail, 1);
    const runs: string[] = [];
    const listener = { log: ({ run }: LogPiece) => void runs.push(run), end: () => undefined };
    const [endOne, endOther] = [one, other].map((run) => hub.follow(run, listener));
    await expect.poll(() => runs).toEqual([displayId('run', one)]);
    endOne!();
    await expect.poll(() => runs).toEqual([displayId('run', one), displayId('run', other)]);
    endOther!();
    expect(hub.size).toBe(0);
  });

  it('ends the streams of whoever is told when it cannot be read', async () => {
    const failures: unknown[] = [];
    const broken = { ofRun: () => Promise.reject(new Error('the disk is gone')), read: () => fail(new Error('nothing to read')) };
    const hubs = {
      events: new EventHub(burst(0), fail),
      logs: new LogHub({ logs: broken, redact: redactor([]) }, (error) => failures.push(error)),
    };
    await Array.fromAsync(eventStream(hubs, { ...usual, logs: [await submitted(1)] }));
    expect([failures.length, hubs.logs.size, hubs.events.size]).toEqual([1, 0, 0]);
  });

  it('is left out for a reader who is too slow, who is told how much it was, and goes on where it reads again', async () => {
    const run = await submitted(1);
    await print(run, 'alpha', '');
    const hubs = withLogs(new EventHub(burst(0), fail));
    const marks: number[] = [];
    hubs.logs.follow(run, { log: ({ from, lines }) => void marks.push(from + lines.length), end: () => undefined });
    const stream = eventStream(hubs, { ...usual, logs: [run] });
    for (let piece = 1; piece <= 10; piece += 1) {
      await print(run, 'alpha', `${'x'.repeat(100)}\n`.repeat(500));
      await expect.poll(() => marks.at(-1), { interval: 10 }).toBe(piece * 500 + 1);
    }
    const messages = stream
      .pipeThrough(new TextDecoderStream() as never)
      .pipeThrough(new EventSourceParserStream())
      .getReader();
    let [next, left, bytes] = [1, 0, 0];
    while (next <= 5_000) {
      const { value } = await messages.read();
      if (value?.event !== 'log') continue;
      const { from, lines, skipped = 0 } = JSON.parse(value.data) as LogPiece;
      expect(from).toBe(next + skipped);
      next = from + lines.length;
      left += skipped;
      bytes += value.data.length;
    }
    expect(left).toBeGreaterThan(1_000);
    expect(bytes).toBeLessThan(512 * 1_024);
    await print(run, 'alpha', 'and on\n');
    const { value } = await messages.read();
    expect(JSON.parse(value!.data)).toMatchObject({ from: 5_001, lines: ['and on'] });
    await messages.cancel();
  });
});

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

describe('a stream', () => {
  it('ends when nobody reads what it is told, and leaves nothing behind', async () => {
    const hub = new EventHub(burst(3_000), fail);
    const stream = eventStream(withLogs(hub), usual);
    await expect.poll(() => hub.size).toBe(0);
    let pieces = 0;
    for await (const _ of stream) pieces += 1;
    expect(pieces).toBe(2_000);
  });

  it('beats, and ends once its reader is let in no more', async () => {
    const hub = new EventHub(burst(0), fail, 5);
    let beats = 0;
    const stream = eventStream(withLogs(hub), { ...usual, isLetIn: async () => (beats += 1) < 3 });
    const text = (await Array.fromAsync(stream.pipeThrough(new TextDecoderStream() as never))).join('');
    expect(text).toMatch(/^retry: 2000\n\nid: 0\n\n(?:: beat\n\n){3,}$/);
    expect(hub.size).toBe(0);
  });

  it('tells its reader that the service is stopped, and nothing after it', async () => {
    const hub = new EventHub(burst(0), fail);
    const reader = eventStream(withLogs(hub), usual)
      .pipeThrough(new TextDecoderStream() as never)
      .pipeThrough(new EventSourceParserStream())
      .getReader();
    await expect.poll(() => hub.size).toBe(1);
    hub.close();
    expect((await reader.read()).value).toMatchObject({ event: 'closing', data: '{}' });
    expect([(await reader.read()).done, hub.size]).toEqual([true, 0]);
  });

  it('ends when nothing can be read, which is told, and is read again for whoever comes then', async () => {
    const failures: unknown[] = [];
    const broken = { ...burst(0), newestEvent: () => Promise.reject(new Error('the disk is full')) };
    const hub = new EventHub(broken, (error) => failures.push(error));
    for (let count = 1; count <= 2; count += 1) {
      await Array.fromAsync(eventStream(withLogs(hub), usual));
      expect([failures.length, hub.size]).toEqual([count, 0]);
    }
  });

  it('says that all is to be read anew where too much was missed', async () => {
    const hub = new EventHub(burst(0), fail);
    const stream = eventStream(withLogs(hub), { ...usual, missed: async () => 'too-many' });
    const reader = stream
      .pipeThrough(new TextDecoderStream() as never)
      .pipeThrough(new EventSourceParserStream())
      .getReader();
    expect((await reader.read()).value).toMatchObject({ event: 'reset', data: '{}', id: '0' });
    await reader.cancel();
  });
});
