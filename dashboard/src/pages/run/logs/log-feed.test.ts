import { beforeEach, expect, test } from 'vitest';
import type { FeedSize, LogWanted } from './log-feed.ts';
import { LogFeed } from './log-feed.ts';
import { lastOf } from './log-window.ts';

let log: string[];
let asked: LogWanted[];
/** Called for each frame that was asked for. */
let frames: Array<() => void>;

beforeEach(() => {
  log = Array.from({ length: 3_000 }, (_, index) => `line ${index + 1}`);
  asked = [];
  frames = [];
  globalThis.requestAnimationFrame = (draw) => frames.push(() => draw(0));
});

function openFeed(size?: FeedSize): LogFeed {
  return new LogFeed(async (wanted) => {
    asked.push(wanted);
    const from = 'from' in wanted ? wanted.from : Math.max(1, log.length - wanted.limit + 1);
    const lines = log.slice(from - 1, from - 1 + wanted.limit).map((text, index) => ({ number: from + index, text }));
    return await Promise.resolve({ lines, total: log.length });
  }, size);
}

function write(feed: LogFeed, ...lines: string[]): void {
  feed.hear({ run: 'run_a', log: 'task-1.alpha', from: log.length + 1, lines });
  log.push(...lines);
}

function reach(feed: LogFeed) {
  const { window } = feed.shown();
  return window === undefined ? undefined : [window.first, lastOf(window), window.total];
}

test('it begins with the last thousand lines, and goes on with what is written', async () => {
  const feed = openFeed();
  await feed.latest();
  write(feed, 'one', 'two');
  expect(reach(feed)).toEqual([2_001, 3_002, 3_002]);
  expect(feed.shown().follows).toBe(true);
});

test('what is written while it is read is neither lost nor told twice', async () => {
  const feed = openFeed();
  const reading = feed.latest();
  write(feed, 'while it is read');
  await reading;
  expect(reach(feed)).toEqual([2_002, 3_001, 3_001]);
  expect(feed.shown().window?.lines.at(-1)).toBe('while it is read');
});

test('where lines were missed the end is read anew', async () => {
  const feed = openFeed();
  await feed.latest();
  log.push('missed', 'missed too');
  write(feed, 'heard');
  await expect.poll(() => reach(feed)).toEqual([2_004, 3_003, 3_003]);
});

test('earlier lines come before what is shown, and it is followed no more', async () => {
  const feed = openFeed();
  await feed.latest();
  await feed.earlier();
  await feed.earlier();
  await feed.earlier();
  expect(reach(feed)).toEqual([1, 3_000, 3_000]);
  expect(feed.shown().follows).toBe(false);
  expect(asked).toHaveLength(3);
});

test('a line that is not there is gone to, and from there back to the end', async () => {
  const feed = openFeed();
  await feed.latest();
  await feed.goTo(700);
  expect(reach(feed)).toEqual([200, 1_199, 3_000]);
  write(feed, 'far below');
  expect(reach(feed)).toEqual([200, 1_199, 3_001]);
  feed.follow(true);
  await expect.poll(() => reach(feed)).toEqual([2_002, 3_001, 3_001]);
});

test('going to a line that is shown reads nothing', async () => {
  const feed = openFeed();
  await feed.latest();
  await feed.goTo(2_500);
  expect(asked).toHaveLength(1);
  expect(feed.shown().follows).toBe(false);
});

test('a hundred pieces are told in one frame', async () => {
  const feed = openFeed({ most: 3 });
  await feed.latest();
  frames.splice(0).forEach((draw) => draw());
  let told = 0;
  feed.subscribe(() => (told += 1));
  for (let piece = 0; piece < 100; piece += 1) write(feed, `piece ${piece}`);
  expect(frames).toHaveLength(1);
  frames.forEach((draw) => draw());
  expect(told).toBe(1);
  expect(feed.shown().window?.lines).toEqual(['piece 97', 'piece 98', 'piece 99']);
});

test('what cannot be read says so, and is read when it can be', async () => {
  let isThere = false;
  const feed = new LogFeed(async () => {
    if (!isThere) throw new Error('There is no such log.');
    return await Promise.resolve({ lines: [{ number: 1, text: 'here' }], total: 1 });
  });
  await feed.latest();
  expect(feed.shown().error?.message).toBe('There is no such log.');
  isThere = true;
  feed.hear({ run: 'run_a', log: 'task-1.alpha', from: 1, lines: ['here'] });
  await expect.poll(() => feed.shown().window).toBeDefined();
  expect(feed.shown()).toMatchObject({ error: undefined, window: { lines: ['here'] } });
});

test('what is only glanced at is told a few times a second', async () => {
  const feed = openFeed({ most: 3, restMs: 20 });
  let told = 0;
  feed.subscribe(() => (told += 1));
  await feed.latest();
  for (let piece = 0; piece < 100; piece += 1) write(feed, `piece ${piece}`);
  expect([told, frames.length]).toEqual([0, 0]);
  await expect.poll(() => told).toBe(1);
});
