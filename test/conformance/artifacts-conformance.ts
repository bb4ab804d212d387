import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Artifacts } from '../../src/ports/artifacts.ts';

/** What the suite needs to know of the store under test. */
export interface ArtifactsUnderTest extends AsyncDisposable {
  readonly artifacts: Artifacts;
}

/** @param clock to be used for every expiry; begins at the present and is moved ahead by the suite */
export type MakeArtifacts = (clock: { now(): number }) => Promise<ArtifactsUnderTest>;

const day = 24 * 60 * 60 * 1000;
const unknown = `sha256:${'0'.repeat(64)}`;

interface Scene extends AsyncDisposable {
  readonly artifacts: Artifacts;
  readonly clock: { at: number; now(): number };
}

async function scene(make: MakeArtifacts): Promise<Scene> {
  const clock = { at: Date.now(), now: () => clock.at };
  const made = await make(clock);
  return { artifacts: made.artifacts, clock, [Symbol.asyncDispose]: () => made[Symbol.asyncDispose]() };
}

async function* each<Piece>(...pieces: readonly Piece[]): AsyncIterable<Piece> {
  yield* pieces;
}

function text(content: Uint8Array | undefined): string | undefined {
  return content === undefined ? undefined : Buffer.from(content).toString();
}

async function streamed(artifacts: Artifacts, reference: string): Promise<string> {
  return Buffer.concat(await Array.fromAsync(artifacts.stream(reference))).toString();
}

/** One meaning for every artifact store: each must pass all of this. */
export function artifactsConformance(name: string, make: MakeArtifacts): void {
  describe(`artifacts in ${name}`, () => {
    contentCases(make);
    lifeCases(make);
    collectionCases(make);
    refusalCases(make);
    sizeCases(make);
  });
}

function contentCases(make: MakeArtifacts): void {
  it('gives back what was put, in one piece and as a stream', async () => {
    await using at = await scene(make);
    const { reference, bytes } = await at.artifacts.put('grüße');
    expect(reference).toBe(`sha256:${createHash('sha256').update('grüße').digest('hex')}`);
    expect(bytes).toBe(7);
    expect(text(await at.artifacts.read(reference))).toBe('grüße');
    expect(await streamed(at.artifacts, reference)).toBe('grüße');
  });

  it('gives the same content the same reference, however it comes', async () => {
    await using at = await scene(make);
    const ways = ['abc', Buffer.from('abc'), each(Buffer.from('a'), Buffer.from('bc')), each('ab', '', 'c')];
    const stored = await Promise.all(ways.map((content) => at.artifacts.put(content)));
    expect(new Set(stored.map(({ reference }) => reference)).size).toBe(1);
    expect(stored.map(({ bytes }) => bytes)).toEqual([3, 3, 3, 3]);
    expect(text(await at.artifacts.read(stored[0]?.reference ?? ''))).toBe('abc');
  });

  it('stores an empty value', async () => {
    await using at = await scene(make);
    for (const content of ['', new Uint8Array(), each<Uint8Array>()]) {
      const { reference, bytes } = await at.artifacts.put(content);
      expect(bytes).toBe(0);
      expect(await at.artifacts.read(reference)).toHaveLength(0);
      expect(await streamed(at.artifacts, reference)).toBe('');
    }
  });

  it('keeps bytes as they are, whatever they mean', async () => {
    await using at = await scene(make);
    const every = Uint8Array.from({ length: 3 * 1024 * 1024 + 7 }, (_, index) => (index * 31) & 255);
    const { reference } = await at.artifacts.put(every);
    expect(Buffer.compare((await at.artifacts.read(reference)) ?? Buffer.alloc(0), every)).toBe(0);
  });

  it('says that it has not got what nobody put', async () => {
    await using at = await scene(make);
    expect(await at.artifacts.read(unknown)).toBeUndefined();
    expect(await at.artifacts.extend(unknown, day)).toBeUndefined();
    await expect(streamed(at.artifacts, unknown)).rejects.toMatchObject({ name: 'Failure', reason: 'notFoundOrLocked' });
    expect(await at.artifacts.collect()).toEqual({ removed: 0, bytes: 0 });
  });

  it('can be left in the middle of a stream', async () => {
    await using at = await scene(make);
    const { reference } = await at.artifacts.put(Buffer.alloc(2 * 1024 * 1024, 'x'));
    for await (const piece of at.artifacts.stream(reference)) {
      expect(piece.byteLength).toBeGreaterThan(0);
      break;
    }
    expect(await at.artifacts.read(reference)).toHaveLength(2 * 1024 * 1024);
  });
}

function lifeCases(make: MakeArtifacts): void {
  it('keeps an artifact for 30 days, or as long as was asked for', async () => {
    await using at = await scene(make);
    expect(await at.artifacts.put('a')).toMatchObject({ expiresAt: at.clock.at + 30 * day });
    expect(await at.artifacts.put('b', { ttlMs: 5 })).toMatchObject({ expiresAt: at.clock.at + 5 });
  });

  it('counts the time to live from the end of the put', async () => {
    await using at = await scene(make);
    async function* slow(): AsyncIterable<string> {
      yield 'a';
      at.clock.at += day;
      yield 'b';
    }
    expect((await at.artifacts.put(slow(), { ttlMs: 10 })).expiresAt).toBe(at.clock.at + 10);
  });

  it('moves the expiry only to later when the same content is put again', async () => {
    await using at = await scene(make);
    const first = await at.artifacts.put('a', { ttlMs: 10 * day });
    expect(await at.artifacts.put('a', { ttlMs: day })).toEqual(first);
    expect(await at.artifacts.put('a', { ttlMs: 20 * day })).toEqual({ ...first, expiresAt: at.clock.at + 20 * day });
    at.clock.at += 20 * day - 1;
    expect(await at.artifacts.collect()).toEqual({ removed: 0, bytes: 0 });
    expect(text(await at.artifacts.read(first.reference))).toBe('a');
  });

  it('keeps the longest of many puts at once', async () => {
    await using at = await scene(make);
    const days = Array.from({ length: 20 }, (_, index) => ((index * 7) % 20) + 1);
    const stored = await Promise.all(days.map((ttl) => at.artifacts.put('a', { ttlMs: ttl * day })));
    for (const [index, ttl] of days.entries()) expect(stored[index]?.expiresAt).toBeGreaterThanOrEqual(at.clock.at + ttl * day);
    at.clock.at += 20 * day - 1;
    await at.artifacts.collect();
    expect(text(await at.artifacts.read(stored[0]?.reference ?? ''))).toBe('a');
  });

  it('extends a life and never shortens it', async () => {
    await using at = await scene(make);
    const stored = await at.artifacts.put('abc', { ttlMs: day });
    expect(await at.artifacts.extend(stored.reference, 10)).toEqual(stored);
    expect(await at.artifacts.extend(stored.reference, 3 * day)).toEqual({ ...stored, expiresAt: at.clock.at + 3 * day });
    at.clock.at += 3 * day - 1;
    expect((await at.artifacts.collect()).removed).toBe(0);
    expect(text(await at.artifacts.read(stored.reference))).toBe('abc');
  });

  it('keeps the longest of many extensions at once', async () => {
    await using at = await scene(make);
    const { reference } = await at.artifacts.put('a', { ttlMs: 1 });
    const days = Array.from({ length: 8 }, (_, index) => ((index * 7) % 20) + 1);
    const extended = await Promise.all(days.map((ttl) => at.artifacts.extend(reference, ttl * day)));
    for (const [index, ttl] of days.entries()) expect(extended[index]?.expiresAt).toBeGreaterThanOrEqual(at.clock.at + ttl * day);
    at.clock.at += Math.max(...days) * day - 1;
    await at.artifacts.collect();
    expect(text(await at.artifacts.read(reference))).toBe('a');
  });

  it('saves what has expired and is not collected yet', async () => {
    await using at = await scene(make);
    const { reference } = await at.artifacts.put('a', { ttlMs: day });
    at.clock.at += 2 * day;
    expect(text(await at.artifacts.read(reference))).toBe('a');
    expect(await at.artifacts.extend(reference, day)).toMatchObject({ expiresAt: at.clock.at + day });
    expect((await at.artifacts.collect()).removed).toBe(0);
    expect(text(await at.artifacts.read(reference))).toBe('a');
  });
}

function collectionCases(make: MakeArtifacts): void {
  it('collects what has expired and nothing else, and counts it', async () => {
    await using at = await scene(make);
    const short = [await at.artifacts.put('short', { ttlMs: day }), await at.artifacts.put('brief', { ttlMs: day })];
    const long = await at.artifacts.put('long', { ttlMs: day + 1 });
    at.clock.at += day;
    expect(await at.artifacts.collect()).toEqual({ removed: 2, bytes: 10 });
    expect(await at.artifacts.collect()).toEqual({ removed: 0, bytes: 0 });
    for (const { reference } of short) expect(await at.artifacts.read(reference)).toBeUndefined();
    expect(text(await at.artifacts.read(long.reference))).toBe('long');
  });

  it('stores again what was collected', async () => {
    await using at = await scene(make);
    const { reference } = await at.artifacts.put('a', { ttlMs: 0 });
    expect(await at.artifacts.collect()).toEqual({ removed: 1, bytes: 1 });
    expect((await at.artifacts.put('a')).reference).toBe(reference);
    expect(text(await at.artifacts.read(reference))).toBe('a');
  });

  it('never takes what a put under way at the same time reports', async () => {
    await using at = await scene(make);
    for (let round = 0; round < 100; round += 1) {
      const content = `round ${round}`;
      await at.artifacts.put(content, { ttlMs: 0 });
      const [{ reference }] = await Promise.all([at.artifacts.put(content), at.artifacts.collect(), at.artifacts.collect()]);
      expect(text(await at.artifacts.read(reference))).toBe(content);
    }
  });
}

function refusalCases(make: MakeArtifacts): void {
  const malformed = [
    '',
    'sha256:',
    'abc',
    '0'.repeat(64),
    `sha1:${'0'.repeat(40)}`,
    `sha256:${'0'.repeat(63)}`,
    `sha256:${'0'.repeat(65)}`,
    `sha256:${'A'.repeat(64)}`,
    `sha256:${'0'.repeat(64)}\n`,
    ` ${unknown}`,
    '../../../etc/passwd',
    `sha256:../../${'0'.repeat(58)}`,
    `sha256:${'../'.repeat(21)}x`,
    `sha256:%2e%2e%2f${'0'.repeat(55)}`,
  ];
  it.each(malformed)('refuses %j as a reference', async (reference) => {
    await using at = await scene(make);
    const refusal = { name: 'Failure', reason: 'usage', facts: { reference } };
    await expect(at.artifacts.read(reference)).rejects.toMatchObject(refusal);
    await expect(streamed(at.artifacts, reference)).rejects.toMatchObject(refusal);
    await expect(at.artifacts.extend(reference, day)).rejects.toMatchObject(refusal);
  });

  it.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, Number.MAX_SAFE_INTEGER])('refuses a time to live of %d ms', async (ttlMs) => {
    await using at = await scene(make);
    const { reference } = await at.artifacts.put('a');
    const refusal = { name: 'Failure', reason: 'usage', facts: { ttlMs } };
    await expect(at.artifacts.put('a', { ttlMs })).rejects.toMatchObject(refusal);
    await expect(at.artifacts.extend(reference, ttlMs)).rejects.toMatchObject(refusal);
  });

  it('stores nothing of a stream that breaks, and hands on why it broke', async () => {
    await using at = await scene(make);
    const reason = Object.assign(new Error('the program died'), { code: 'ENOENT', syscall: 'open' });
    async function* broken(): AsyncIterable<string> {
      yield 'first';
      throw reason;
    }
    await expect(at.artifacts.put(broken())).rejects.toBe(reason);
    const first = `sha256:${createHash('sha256').update('first').digest('hex')}`;
    expect(await at.artifacts.read(first)).toBeUndefined();
    at.clock.at += 40 * day;
    expect(await at.artifacts.collect()).toEqual({ removed: 0, bytes: 0 });
  });
}

function sizeCases(make: MakeArtifacts): void {
  it('holds only a small part of a large value in memory', async () => {
    await using at = await scene(make);
    // The garbage of reading reaches some 70 MB before the engine collects it, however much is read.
    const pieces = 256;
    const piece = Buffer.alloc(1024 * 1024);
    const before = process.memoryUsage.rss();
    let most = before;
    async function* large(): AsyncIterable<Uint8Array> {
      for (let index = 0; index < pieces; index += 1) {
        piece.fill(index);
        yield piece;
        most = Math.max(most, process.memoryUsage.rss());
      }
    }
    const { reference, bytes } = await at.artifacts.put(large());
    expect(bytes).toBe(pieces * piece.byteLength);
    let read = 0;
    for await (const part of at.artifacts.stream(reference)) {
      read += part.byteLength;
      most = Math.max(most, process.memoryUsage.rss());
    }
    expect(read).toBe(bytes);
    expect(most - before).toBeLessThan(bytes / 2);
  });
}
