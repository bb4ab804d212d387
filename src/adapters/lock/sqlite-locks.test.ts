import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { sqliteLocks } from './sqlite-locks.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'locks-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

it('is held by one at a time, also within one process', async () => {
  const locks = sqliteLocks(folder);
  const held = await locks.tryAcquire('repository/one');
  expect(held).toBeDefined();
  expect(await locks.tryAcquire('repository/one')).toBeUndefined();
  const other = await locks.tryAcquire('repository/two');
  expect(other).toBeDefined();
  await held?.release();
  await held?.release();
  const again = await locks.tryAcquire('repository/one');
  expect(again).toBeDefined();
  await again?.release();
  await other?.release();
});

it('is handed to whoever waits for it', async () => {
  const locks = sqliteLocks(folder);
  const held = await locks.acquire('a');
  const order: string[] = [];
  const waiting = locks.acquire('a').then((next) => {
    order.push('acquired');
    return next;
  });
  await new Promise((resolve) => setImmediate(resolve));
  order.push('released');
  await held.release();
  await (await waiting).release();
  expect(order).toEqual(['released', 'acquired']);
});

it('stops waiting when the signal aborts', async () => {
  const locks = sqliteLocks(folder);
  const held = await locks.acquire('a');
  const abort = new AbortController();
  const waiting = locks.acquire('a', abort.signal);
  abort.abort();
  await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
  await held.release();
});

it('leaves nothing behind when it is released for good', async () => {
  const held = await sqliteLocks(folder).acquire('process-1');
  await held.release({ remove: true });
  expect(readdirSync(folder)).toEqual([]);
});

it('notices that its file was taken away, and leaves that of its successor alone', async () => {
  const locks = sqliteLocks(folder);
  const held = await locks.acquire('life');
  expect(held.isIntact?.()).toBe(true);
  rmSync(join(folder, 'life.lock'));
  expect(held.isIntact?.()).toBe(false);
  const successor = await locks.acquire('life');
  expect(held.isIntact?.()).toBe(false);
  await held.release({ remove: true });
  expect(successor.isIntact?.()).toBe(true);
  await successor.release({ remove: true });
});

it('is free again when its holder is killed', async () => {
  const program = `
    import { sqliteLocks } from ${JSON.stringify(new URL('./sqlite-locks.ts', import.meta.url).href)};
    await sqliteLocks(${JSON.stringify(folder)}).acquire('life');
    console.log('held');
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  const locks = sqliteLocks(folder);
  expect(await locks.tryAcquire('life')).toBeUndefined();
  child.kill('SIGKILL');
  await once(child, 'exit');
  const held = await locks.tryAcquire('life');
  expect(held).toBeDefined();
  await held?.release();
});

it('is held by one at a time, also while those who held it take its file away', async () => {
  const program = `
    import { rmSync, writeFileSync } from 'node:fs';
    import { sqliteLocks } from ${JSON.stringify(new URL('./sqlite-locks.ts', import.meta.url).href)};
    const [folder, inside] = ${JSON.stringify([folder, join(folder, 'inside')])};
    const until = Date.now() + 1_500;
    while (Date.now() < until) {
      const held = await sqliteLocks(folder).tryAcquire('restore');
      if (held === undefined) continue;
      writeFileSync(inside, '', { flag: 'wx' });
      rmSync(inside);
      await held.release({ remove: true });
    }`;
  const children = Array.from({ length: 4 }, () =>
    spawn(process.execPath, ['--input-type=module-typescript', '-e', program], { stdio: ['ignore', 'inherit', 'pipe'] }),
  );
  const ends = await Promise.all(
    children.map(async (child) => {
      const [said, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
      return { code, said };
    }),
  );
  expect(ends).toEqual(ends.map(() => ({ code: 0, said: '' })));
}, 20_000);

it('makes a folder that is for its owner alone', () => {
  const made = join(folder, 'new');
  sqliteLocks(made);
  expect(statSync(made).mode & 0o777).toBe(0o700);
});
