import { execFileSync, fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { folderArtifacts } from './folder-artifacts.ts';
import type { RoundsMessage } from './testing/rounds-program.ts';

const day = 24 * 60 * 60 * 1000;
const children: ChildProcess[] = [];
const clock = { at: 0, now: () => clock.at };
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'artifacts-'));
  clock.at = Date.now();
});

afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  rmSync(folder, { recursive: true, force: true });
});

const artifactsIn = (path: string) => folderArtifacts({ folder: path, clock });

function folderOf(reference: string): string {
  const digest = reference.slice('sha256:'.length);
  return join(folder, digest.slice(0, 2), digest.slice(2));
}

/** The one file that an artifact is. */
function fileOf(reference: string): string {
  const names = readdirSync(folderOf(reference));
  expect(names).toHaveLength(1);
  return join(folderOf(reference), names[0] ?? '');
}

function overwrite(path: string, content: string): void {
  chmodSync(path, 0o600);
  writeFileSync(path, content);
}

describe('the folder', () => {
  it('is not touched before something is stored, and then made for the user alone', async () => {
    const deep = join(folder, 'not', 'there', 'yet');
    const artifacts = artifactsIn(deep);
    expect(await artifacts.collect()).toEqual({ removed: 0, bytes: 0 });
    expect(readdirSync(folder)).toEqual([]);
    const { reference } = await artifacts.put('a');
    expect(Buffer.from((await artifactsIn(deep).read(reference)) ?? []).toString()).toBe('a');
  });

  it('holds one file for each content, named for the time at which it expires', async () => {
    const artifacts = artifactsIn(folder);
    for (const ttlMs of [10, 30, 20]) await artifacts.put('a', { ttlMs });
    const { reference } = await artifacts.put('a', { ttlMs: 25 });
    expect(fileOf(reference)).toBe(join(folderOf(reference), String(clock.at + 30)));
    expect(readFileSync(fileOf(reference), 'utf8')).toBe('a');
    expect(readdirSync(join(folder, 'incoming'))).toEqual([]);
  });

  it('is empty again when everything was collected, but for what is not ours', async () => {
    const artifacts = artifactsIn(folder);
    const { reference } = await artifacts.put('a', { ttlMs: 0 });
    writeFileSync(join(folder, 'notes.txt'), 'mine');
    writeFileSync(join(folder, 'incoming', 'notes.txt'), 'mine');
    utimesSync(join(folder, 'incoming', 'notes.txt'), 1, 1);
    expect(await artifacts.collect()).toEqual({ removed: 1, bytes: 1 });
    expect(existsSync(folderOf(reference))).toBe(false);
    expect(existsSync(join(folder, 'notes.txt'))).toBe(true);
    expect(existsSync(join(folder, 'incoming', 'notes.txt'))).toBe(true);
  });

  it('takes away a second name that a crash left, before its time', async () => {
    const artifacts = artifactsIn(folder);
    const { reference, expiresAt } = await artifacts.put('abc');
    writeFileSync(join(folderOf(reference), String(expiresAt - 1)), 'abc');
    expect(await artifacts.collect()).toEqual({ removed: 0, bytes: 3 });
    expect(fileOf(reference)).toBe(join(folderOf(reference), String(expiresAt)));
  });

  it('counts a folder that a crash left empty as no artifact', async () => {
    const artifacts = artifactsIn(folder);
    const reference = `sha256:${'0'.repeat(64)}`;
    mkdirSync(folderOf(reference), { recursive: true });
    expect(await artifacts.read(reference)).toBeUndefined();
    expect(await artifacts.extend(reference, day)).toBeUndefined();
    expect(await artifacts.collect()).toEqual({ removed: 0, bytes: 0 });
    expect(existsSync(folderOf(reference))).toBe(false);
  });
});

describe('damage', () => {
  it.each(['cde', 'ab', 'abcd', ''])('is told when the content became %j, and not handed out', async (content) => {
    const artifacts = artifactsIn(folder);
    const { reference } = await artifacts.put('abc');
    overwrite(fileOf(reference), content);
    const failure = { name: 'Failure', reason: 'failed', text: { what: expect.stringContaining('is damaged'), fix: expect.any(String) } };
    await expect(artifacts.read(reference)).rejects.toMatchObject(failure);
    await expect(Array.fromAsync(artifacts.stream(reference))).rejects.toMatchObject(failure);
  });

  it('is mended by putting the content again, also for a shorter time', async () => {
    const artifacts = artifactsIn(folder);
    const stored = await artifacts.put('abc');
    overwrite(fileOf(stored.reference), 'xyz');
    expect(await artifacts.put('abc', { ttlMs: 1 })).toEqual(stored);
    expect(Buffer.from((await artifacts.read(stored.reference)) ?? []).toString()).toBe('abc');
  });
});

describe('a folder that cannot be used', () => {
  const failure = { name: 'Failure', reason: 'configuration', text: { what: expect.stringContaining('The artifact folder') } };

  it('is told when something else lies there', async () => {
    const path = join(folder, 'file');
    writeFileSync(path, '');
    for (const taken of [path, join(path, 'below')]) {
      const artifacts = artifactsIn(taken);
      await expect(artifacts.put('a')).rejects.toMatchObject({ ...failure, facts: { folder: taken } });
      await expect(artifacts.collect()).rejects.toMatchObject(failure);
      await expect(artifacts.read(`sha256:${'0'.repeat(64)}`)).rejects.toMatchObject(failure);
    }
  });

  it('is told when it is not writable', async (context) => {
    if (process.getuid?.() === 0) context.skip('root may write to every folder');
    chmodSync(folder, 0o500);
    await expect(artifactsIn(folder).put('a')).rejects.toMatchObject({ ...failure, facts: { code: 'EACCES' } });
    chmodSync(folder, 0o700);
  });

  it('is told when what is being written is taken away', async () => {
    async function* robbed(): AsyncIterable<string> {
      yield 'a';
      rmSync(join(folder, 'incoming'), { recursive: true });
    }
    await expect(artifactsIn(folder).put(robbed())).rejects.toMatchObject({ ...failure, facts: { code: 'ENOENT' } });
  });

  it('is told when its disk is full, keeps what it has and works again when there is space', async (context) => {
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder], { stdio: 'ignore' });
    } catch {
      return context.skip('a small disk cannot be mounted here');
    }
    try {
      const artifacts = artifactsIn(folder);
      const { reference } = await artifacts.put('small');
      const full = { ...failure, text: { fix: expect.stringContaining('Free space') }, facts: { code: 'ENOSPC' } };
      await expect(artifacts.put(Buffer.alloc(2 * 1024 * 1024))).rejects.toMatchObject(full);
      expect(readdirSync(join(folder, 'incoming'))).toEqual([]);
      expect(await artifacts.read(reference)).toHaveLength(5);
      await artifacts.put(Buffer.alloc(512 * 1024));
    } finally {
      execFileSync('umount', [folder]);
    }
  });
});

/** A process on the same folder, and what it says. */
function start(role: string, rounds = 0) {
  const program = fileURLToPath(new URL('./testing/rounds-program.ts', import.meta.url));
  const child = fork(program, [role, folder, String(rounds)], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  children.push(child);
  const exited = once(child, 'exit');
  const said = async <Type extends RoundsMessage['type']>(type: Type) => {
    const [message] = (await Promise.race([once(child, 'message'), exited])) as [RoundsMessage];
    expect(message).toMatchObject({ type });
    return message as Extract<RoundsMessage, { readonly type: Type }>;
  };
  return { child, exited, said };
}

describe('several processes', () => {
  it('never lose what a put or an extend reported to a collector', async () => {
    const collecting = start('collect');
    await collecting.said('ready');
    const putting = [start('put', 100), start('put', 100)];
    const put = await Promise.all(putting.map(({ said }) => said('put')));
    collecting.child.send('stop');
    const { removed } = await collecting.said('collected');
    await Promise.all([...putting, collecting].map(({ exited }) => exited));

    expect(put.flatMap(({ missing }) => missing)).toEqual([]);
    const references = put.flatMap((each) => each.references);
    expect(references).toHaveLength(200);
    const artifacts = artifactsIn(folder);
    for (const reference of references) expect(await artifacts.read(reference)).toBeDefined();
    // Both got their turn: some were taken before they were renewed, some were not.
    expect(removed).toBeGreaterThan(0);
    expect(put.reduce((sum, { again }) => sum + again, 0)).toBeLessThan(200);
  });

  it('find an artifact at any moment while another moves its expiry', async () => {
    const extending = start('extend', 1500);
    const [reference = ''] = (await extending.said('put')).references;
    const artifacts = artifactsIn(folder);
    let ended = false;
    const end = extending.exited.then(() => (ended = true));
    while (!ended) {
      for (let read = 0; read < 10; read += 1) expect(await artifacts.read(reference)).toBeDefined();
      expect((await artifacts.collect()).removed).toBe(0);
    }
    await end;
    expect(Number(fileOf(reference).split('/').at(-1))).toBeGreaterThan(clock.at + 1500 * 1000);
  });

  it('leave nothing for good when one is killed while it writes', async () => {
    const writing = start('hang');
    await writing.said('ready');
    writing.child.kill('SIGKILL');
    expect(await writing.exited).toEqual([null, 'SIGKILL']);
    const artifacts = artifactsIn(folder);
    clock.at = Date.now() + day / 2;
    expect(await artifacts.collect()).toEqual({ removed: 0, bytes: 0 });
    expect(readdirSync(join(folder, 'incoming'))).toHaveLength(1);
    clock.at = Date.now() + day + 1000;
    expect(await artifacts.collect()).toEqual({ removed: 0, bytes: 'the beginning'.length });
    expect(readdirSync(join(folder, 'incoming'))).toEqual([]);
  });
});
