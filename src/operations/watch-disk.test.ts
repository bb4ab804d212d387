import { expect, it } from 'vitest';
import type { JobId } from '../domain/ids.ts';
import type { Ballast } from '../ports/ballast.ts';
import { diskWatcher, watchDisk } from './watch-disk.ts';

const [one, two] = ['01890000-0000-7000-8000-000000000001', '01890000-0000-7000-8000-000000000002'] as JobId[];

/** A disk with so much room, and a ballast of a hundred bytes on it. */
function disk(freeBytes: number) {
  const is = { free: freeBytes, held: 0 };
  const wanted = { bytes: 100 };
  const ballast: Ballast = {
    state: async () => await Promise.resolve({ wantedBytes: wanted.bytes, heldBytes: is.held }),
    hold: async () => {
      if (wanted.bytes === 0) [is.held, is.free] = [0, is.free + is.held];
      else if (is.held === 0 && is.free >= 400) [is.held, is.free] = [100, is.free - 100];
      return await Promise.resolve(is.held > 0);
    },
    giveBack: () => {
      const any = is.held > 0;
      [is.free, is.held] = [is.free + is.held, 0];
      return any;
    },
  };
  const paused: JobId[] = [];
  const told: string[] = [];
  const engine = {
    jobs: async () => await Promise.resolve([{ id: one }, { id: two }]),
    pause: async (id: JobId) => await Promise.resolve(id === one && paused.push(id) > 0),
  };
  const tools = { engine, ballast, freeBytes: async () => await Promise.resolve(is.free), sharing: false } as unknown as Parameters<
    typeof diskWatcher
  >[0];
  return { is, wanted, ballast, tools, paused, told, tell: (text: string) => void told.push(text) };
}

it('holds the ballast where there is room, and says nothing of it', async () => {
  const { is, tools, told, tell } = disk(1_000);
  const look = diskWatcher(tools, tell);
  await look();
  await look();
  expect(is).toEqual({ held: 100, free: 900 });
  expect(told).toEqual([]);
});

it('gives back what is held where nothing is to be any more', async () => {
  const { is, wanted, tools, told, tell } = disk(1_000);
  const look = diskWatcher(tools, tell);
  await look();
  wanted.bytes = 0;
  await look();
  expect(is).toEqual({ held: 0, free: 1_000 });
  expect(told).toEqual([]);
});

it('gives it back when the disk is full, pauses what runs, and holds it again when there is room', async () => {
  const { is, tools, paused, told, tell } = disk(1_000);
  const look = diskWatcher(tools, tell);
  await look();
  is.free = 10;
  await look();
  expect(is).toEqual({ held: 0, free: 110 });
  expect(paused).toEqual([one]);
  expect(told).toEqual([expect.stringMatching(/^The disk is full/), expect.stringMatching(/^run_\w+ is paused: the disk is full/)]);
  await look();
  expect(told).toHaveLength(2);
  is.free = 1_000;
  await look();
  expect(is.held).toBe(100);
  expect(told.at(-1)).toMatch(/^There is room on the disk again/);
});

it('sees that somebody has given it back who could not write', async () => {
  const { ballast, tools, paused, tell } = disk(1_000);
  const look = diskWatcher(tools, tell);
  await look();
  ballast.giveBack();
  await look();
  expect(paused).toEqual([one]);
});

it('pauses with the next look what could not be paused at once', async () => {
  const { is, tools, paused, tell } = disk(1_000);
  let isFirst = true;
  const engine = {
    ...tools.engine,
    jobs: async () => {
      if (!isFirst) return await tools.engine.jobs();
      isFirst = false;
      throw new Error('not yet');
    },
  };
  is.held = 100;
  is.free = 10;
  const look = diskWatcher({ ...tools, engine }, tell);
  await expect(look()).rejects.toThrow('not yet');
  expect(paused).toEqual([]);
  await look();
  expect(paused).toEqual([one]);
});

it('pauses no run that many machines work on', async () => {
  const { is, tools, paused, told, tell } = disk(1_000);
  const look = diskWatcher({ ...tools, sharing: true }, tell);
  await look();
  is.free = 10;
  await look();
  expect(paused).toEqual([]);
  expect(told).toHaveLength(1);
});

it('looks again and again, and tells what went wrong', async () => {
  const { tools } = disk(1_000);
  const told = Promise.withResolvers<string>();
  const ballast = { ...tools.ballast, state: async () => await Promise.reject(new Error('the disk is away')) };
  await using _watching = watchDisk({ ...tools, ballast }, { everyMs: 5, tell: told.resolve });
  expect(await told.promise).toContain('the disk is away');
});
