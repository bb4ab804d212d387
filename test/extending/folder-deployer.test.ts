import { mkdtemp, readFile, readdir, rm, mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FencedOff, type ChangeOfTarget, type DeployableRelease } from '../../src/ports/deployer.ts';
import { commitOf } from '../support/service-releases.ts';
import { createFolderDeployer } from './folder-deployer.ts';

let top: string;
beforeEach(async () => {
  top = await mkdtemp(join(tmpdir(), 'folder-deployer-'));
});
afterEach(async () => await rm(top, { recursive: true, force: true }));

const never = new AbortController().signal;
const by = (fence: number): ChangeOfTarget => ({ fence, signal: never, onLine: () => undefined });

async function release(number: number): Promise<DeployableRelease> {
  const folder = join(top, `built-${number}`);
  await mkdir(folder);
  await writeFile(join(folder, 'index.html'), `release ${number}`);
  return { number, commit: commitOf(number), folder, digest: '', environment: {} };
}

const page = () => readFile(join(top, 'target/current/index.html'), 'utf8');

test('releases serve one after the other, and the one before comes back', async () => {
  await using deployer = createFolderDeployer({ folder: join(top, 'target') });
  expect(await deployer.status(never)).toEqual({ fence: 0, serving: undefined, running: [], url: undefined });
  const [first, second] = [await release(1), await release(2)];
  for (const [fence, one] of [first, second].entries()) {
    await deployer.place(one, by(fence + 1));
    expect(await deployer.start(one, by(fence + 1))).toBe(false);
    await deployer.serve(one, by(fence + 1));
  }
  expect(await page()).toBe('release 2');
  expect(await deployer.status(never)).toMatchObject({ fence: 2, serving: { release: 2, commit: second.commit } });
  expect(await deployer.serveAsItIs(first, by(3))).toBe(true);
  expect(await page()).toBe('release 1');
  await deployer.retire({ running: [], placed: [] }, by(3));
  expect(await readdir(join(top, 'target/releases'))).toEqual(['1']);
  expect(await deployer.serveAsItIs(second, by(4))).toBe(false);
});

test('whoever has lost the environment changes nothing', async () => {
  await using deployer = createFolderDeployer({ folder: join(top, 'target') });
  const [first, second] = [await release(1), await release(2)];
  await deployer.place(first, by(5));
  await deployer.serve(first, by(5));
  await expect(deployer.place(second, by(4))).rejects.toThrow(FencedOff);
  await expect(deployer.serve(second, by(4))).rejects.toThrow(FencedOff);
  expect(await page()).toBe('release 1');
});
