import { mkdir, rm, symlink, truncate } from 'node:fs/promises';
import { dirname } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LogStand } from '../../../test/support/log-stand.ts';
import { beginAnew, heldSecret, logStand } from '../../../test/support/log-stand.ts';
import type { JobView } from '../../weaver/engine.ts';
import type { LogNews } from './follow-logs.ts';
import { followLogs } from './follow-logs.ts';
import { listLogs } from './list-logs.ts';
import type { WantedLines } from './read-log.ts';
import { linesOfLog, readLog } from './read-log.ts';

let stand: LogStand;
beforeAll(async () => {
  stand = await logStand();
});
afterAll(async () => {
  await stand[Symbol.asyncDispose]();
});

const all: WantedLines = { from: 1, limit: 1_000, isTail: false, find: undefined, raw: false };
const read = async (job: JobView, log: string, wanted: Partial<WantedLines> = {}) =>
  await readLog(stand.tools, job, log, { ...all, ...wanted });

/** Reads what is told until it was so many news. */
function following(job: JobView, options: { readonly last?: number } = {}) {
  const over = new AbortController();
  const news = followLogs(stand.tools, job.id, { signal: over.signal, ...options });
  return {
    async next(count: number): Promise<readonly LogNews[]> {
      const told: LogNews[] = [];
      while (told.length < count) told.push((await news.next()).value as LogNews);
      return told;
    },
    async rest(): Promise<readonly LogNews[]> {
      over.abort();
      return await Array.fromAsync(news);
    },
  };
}

const inShort = ({ log, from, lines }: LogNews) => [log, from, ...lines];

describe('the logs of a run', () => {
  it('are those of its agents in their places and then what is beside them, live while their task runs', async () => {
    const job = await stand.begin(['alpha', 'beta']);
    const smoke = `${await stand.shortIdOf(job.id, 'alpha')}-smoke.log`;
    await stand.print(job.id, smoke, 'ok\n');
    for (const world of ['gamma', 'beta', 'alpha', 'alpha-again']) await stand.print(job.id, world, 'one\n');
    await stand.print(job.id, 'x-notes.txt', 'none');
    await symlink('/etc/hostname', stand.file(job.id, 'leads-out.log'));
    const listed = async () => (await listLogs(stand.tools, job)).map(({ log, place, isLive }) => [log, place.kind, isLive]);
    expect(await listed()).toEqual([
      ['task-1.alpha', 'file', true],
      ['task-1.alpha-again', 'file', true],
      ['task-1.beta', 'file', true],
      ['task-1.gamma', 'file', false],
      [smoke.replace('.log', ''), 'file', true],
    ]);
    await stand.end();
    expect((await listed()).map(([, , isLive]) => isLive)).toEqual([false, false, false, false, false]);
  });

  it('are read where their files have gone, or lie on another machine, once their agent has ended', async () => {
    const job = await stand.begin(['alpha', 'beta']);
    await stand.print(job.id, 'alpha', 'one\ntwo\n');
    const files = dirname(stand.file(job.id, 'alpha'));
    await stand.end();
    await rm(files, { recursive: true });
    expect(await listLogs(stand.tools, job)).toMatchObject([
      { log: 'task-1.alpha', planTask: 'task-1', world: 'alpha', place: { kind: 'kept' }, isLive: false },
    ]);
    expect(await read(job, 'task-1.alpha', { from: 2 })).toMatchObject({ lines: [{ number: 2, text: 'two' }], total: 2, isLive: false });
  });

  it('leave others their turn while they are read, also those that were kept in one piece', async () => {
    const job = await stand.begin(['alpha']);
    await stand.print(job.id, 'alpha', `${'x'.repeat(99)}\n`.repeat(20_000));
    await stand.end();
    await rm(dirname(stand.file(job.id, 'alpha')), { recursive: true });
    const [log] = await listLogs(stand.tools, job);
    let turns = 0;
    const counting = setInterval(() => (turns += 1), 0);
    expect((await linesOfLog(stand.tools, job, log!, { ...all, limit: 1 })).total).toBe(20_000);
    clearInterval(counting);
    expect(turns).toBeGreaterThan(5);
  });

  it('are none where nothing was printed, and of no other name than those that are listed', async () => {
    const job = await stand.begin(['alpha']);
    expect(await listLogs(stand.tools, job)).toEqual([]);
    await stand.print(job.id, 'alpha', 'one\n');
    for (const name of ['task-1.beta', '../../miyabi.db', 'task-1-alpha', 'task-1-alpha.log', ''])
      await expect(read(job, name)).rejects.toMatchObject({ reason: 'notFoundOrLocked' });
    await stand.end();
  });
});

describe('lines of a log', () => {
  let job: JobView;
  const lines = (from: number, to: number) =>
    Array.from({ length: to - from + 1 }, (_, index) => ({ number: from + index, text: `line ${from + index}` }));
  beforeAll(async () => {
    job = await stand.begin(['alpha', 'beta']);
    await stand.print(job.id, 'alpha', Array.from({ length: 2_500 }, (_, index) => `line ${index + 1}\n`).join(''));
    await stand.print(job.id, 'alpha', 'half a li');
  });

  it('are told from a number on, or the last ones; one that is being printed waits for its end', async () => {
    expect(await read(job, 'task-1.alpha', { from: 2_400, limit: 5 })).toMatchObject({ lines: lines(2_400, 2_404), total: 2_500 });
    expect(await read(job, 'task-1.alpha', { from: 2_499, limit: 5 })).toMatchObject({ lines: lines(2_499, 2_500), isLive: true });
    expect((await read(job, 'task-1.alpha', { isTail: true, limit: 3 })).lines).toEqual(lines(2_498, 2_500));
    expect((await read(job, 'task-1.alpha', { isTail: true, from: 7 })).lines).toEqual(lines(1_501, 2_500));
    expect((await read(job, 'task-1.alpha', { from: 3_000 })).lines).toEqual([]);
  });

  it('are found in the whole log, wherever it is read', async () => {
    const { found, lines: told } = await read(job, 'task-1.alpha', { find: 'LINE 249', limit: 1 });
    expect(found).toEqual({ count: 11, numbers: [249, ...Array.from({ length: 10 }, (_, index) => 2_490 + index)] });
    expect(told).toEqual(lines(1, 1));
    const { found: many } = await read(job, 'task-1.alpha', { find: 'line' });
    expect([many!.count, many!.numbers.length]).toEqual([2_500, 1_000]);
    expect((await read(job, 'task-1.alpha')).found).toBeUndefined();
  });

  it('hold no secret, tell the JSON of known programs in words, and colours do not hide what is looked for', async () => {
    const said = JSON.stringify({ type: 'said', text: `looks for ${heldSecret}` });
    await stand.print(job.id, 'beta', `${said}\n\u001b[31mre\u001b[0md\u001b]52;c;x\u0007\n`);
    const told = await read(job, 'task-1.beta', { find: 'red' });
    expect(told.lines.map(({ text }) => text)).toEqual(['looks for [secret removed]', '\u001b[31mre\u001b[0md']);
    expect(told.found).toEqual({ count: 1, numbers: [2] });
    const [raw] = (await read(job, 'task-1.beta', { raw: true })).lines;
    expect(raw?.text).toBe('{"type":"said","text":"looks for [secret removed]"}');
  });

  it('are all told once nothing more is printed', async () => {
    await stand.end();
    expect((await read(job, 'task-1.alpha', { from: 2_501 })).lines).toEqual([{ number: 2_501, text: 'half a li' }]);
  });
});

describe('logs that are followed', () => {
  it('are told from where they stand, each line once and whole, in all worlds, also in those that begin meanwhile', async () => {
    const job = await stand.begin(['alpha', 'beta']);
    await stand.print(job.id, 'alpha', 'one\ntw');
    const follower = following(job);
    expect((await follower.next(1)).map(inShort)).toEqual([['task-1.alpha', 2]]);
    await stand.print(job.id, 'alpha', 'o\n');
    expect((await follower.next(1)).map(inShort)).toEqual([['task-1.alpha', 2, 'two']]);
    await stand.print(job.id, 'beta', 'first\n');
    expect((await follower.next(1)).map(inShort)).toEqual([['task-1.beta', 1, 'first']]);
    await stand.print(job.id, 'beta', 'last, without an end');
    expect((await follower.rest()).map(inShort)).toEqual([['task-1.beta', 2, 'last, without an end']]);
    await stand.end();
  });

  it('are told with their last lines first where that is wanted', async () => {
    const job = await stand.begin(['alpha']);
    await stand.print(job.id, 'alpha', 'one\ntwo\nthree\n');
    const follower = following(job, { last: 2 });
    expect((await follower.next(1)).map(inShort)).toEqual([['task-1.alpha', 2, 'two', 'three']]);
    expect(await follower.rest()).toEqual([]);
    await stand.end();
  });

  it('begin with 1 again where they are another one, or were cut', async () => {
    const job = await stand.begin(['alpha']);
    await stand.print(job.id, 'alpha', 'one\ntwo\n');
    const follower = following(job);
    await follower.next(1);
    await beginAnew(stand.file(job.id, 'alpha'), 'anew, and longer than it was before\n');
    expect((await follower.next(1)).map(inShort)).toEqual([['task-1.alpha', 1, 'anew, and longer than it was before']]);
    await truncate(stand.file(job.id, 'alpha'));
    await stand.print(job.id, 'alpha', 'short\n');
    expect((await follower.next(1)).map(inShort)).toEqual([['task-1.alpha', 1, 'short']]);
    await follower.rest();
    await stand.end();
  });

  it('are told without a secret whose halves come one after the other, and with no more lines than somebody reads', async () => {
    const job = await stand.begin(['alpha']);
    await mkdir(dirname(stand.file(job.id, 'alpha')), { recursive: true });
    await stand.print(job.id, 'alpha', '');
    const follower = following(job);
    await follower.next(1);
    await stand.print(job.id, 'alpha', `it is ${heldSecret.slice(0, 7)}`);
    await stand.print(job.id, 'alpha', `${heldSecret.slice(7)}\n`);
    expect((await follower.next(1)).map(inShort)).toEqual([['task-1.alpha', 1, 'it is [secret removed]']]);
    await stand.print(job.id, 'alpha', 'x\n'.repeat(3_000));
    const told = await follower.rest();
    expect(told.reduce((sum, { lines, skipped }) => sum + lines.length + skipped, 0)).toBe(3_000);
    expect(told.at(-1)).toMatchObject({ log: 'task-1.alpha', from: 2_002, skipped: 2_000 });
    await stand.end();
  });
});
