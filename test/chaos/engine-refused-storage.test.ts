import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Failure } from '../../src/domain/failure.ts';
import type { Store } from '../../src/ports/store.ts';
import { happened, spec, steps, submitted, success, taskByKey } from '../conformance/engine/support.ts';
import { openTestEngine } from '../support/engine.ts';

const timing = { leaseMs: 600, heartbeatMs: 200, graceMs: 100, livenessMs: 50 };

const full = new Failure('configuration', { what: 'The database could not be used.', why: 'Its disk is full.', fix: 'Free some space.' });

/** A storage that refuses what it is told to. */
function refusing(refusal: Error = full) {
  const left = { reads: 0, writes: 0 };
  const refuse = (what: keyof typeof left): boolean => {
    if (left[what] <= 0) return false;
    left[what] -= 1;
    return true;
  };
  return {
    left,
    wrapStore: (store: Store): Store => ({
      read: (look) => (refuse('reads') ? Promise.reject(refusal) : store.read(look)),
      write: (change) => (refuse('writes') ? Promise.reject(refusal) : store.write(change)),
    }),
  };
}

describe('a storage', () => {
  it('that refuses the end of an attempt is asked again: what was done is kept', async () => {
    const storage = refusing();
    let calls = 0;
    const once = async () => {
      calls += 1;
      storage.left.writes = 5;
      return success('kept');
    };
    await using made = await openTestEngine([steps({ once })], { timing: { ...timing, leaseMs: 20_000 }, wrapStore: storage.wrapStore });
    const jobId = await submitted(made.engine, { tasks: [spec('once')] });
    await using worker = await made.engine.work({ jobs: [jobId], concurrency: 1 });
    expect(await worker.settled(jobId)).toBe('completed');
    expect((await taskByKey(made.engine, jobId, 'once')).task).toMatchObject({ result: { value: 'kept' }, failures: 0, leasesLost: 0 });
    expect(calls).toBe(1);
  });

  it('that refuses to be read holds delivery up only as long', async () => {
    const storage = refusing();
    await using made = await openTestEngine([steps()], { wrapStore: storage.wrapStore });
    await using other = await made.another([steps()]);
    await using _worker = await made.engine.work({ jobs: 'unclaimed', concurrency: 1 });
    storage.left.reads = 5;
    const jobId = await submitted(other.engine, { tasks: [spec('a')] });
    await Array.fromAsync(other.engine.events(jobId, { follow: true }));
    expect(storage.left.reads).toBe(0);
    expect(await other.engine.status(jobId)).toMatchObject({ state: 'completed' });
  });

  it.each([
    ['that refuses for longer than a lease lasts', full, Infinity],
    ['that has a defect', new TypeError('undefined is not a function'), 1],
  ])('%s ends the worker: others take over, and it says so', async (_, error, reads) => {
    const storage = refusing(error);
    await using made = await openTestEngine([steps()], { timing, wrapStore: storage.wrapStore });
    await using other = await made.another([steps()], { timing });
    const worker = await made.engine.work({ jobs: 'unclaimed', concurrency: 1 });
    storage.left.reads = reads;
    const jobId = await submitted(other.engine, { tasks: [spec('a')] });
    await expect(worker.ended).rejects.toBe(error);
    await using second = await other.engine.work({ jobs: [jobId], concurrency: 1 });
    expect(await second.settled(jobId)).toBe('completed');
    storage.left.reads = 0;
    const open = await other.engine.submit({ title: 'open', open: true, tasks: [spec('b')] });
    await expect(worker.settled(open.jobId)).rejects.toBe(error);
    await worker.stop();
  });

  it('that has stored a claim which it said it refused gets the lease back', async () => {
    let lie = false;
    const lying = (store: Store): Store => ({
      read: (look) => store.read(look),
      write: async (change) => {
        const value = await store.write(change);
        if (!lie) return value;
        lie = false;
        throw new Failure('configuration', { what: 'Nobody knows.', why: 'The disk did not answer.', fix: 'Look at the disk.' });
      },
    });
    const epochs: number[] = [];
    const note = async ({ epoch }: { readonly epoch: number }) => {
      epochs.push(epoch);
      return success(null);
    };
    await using made = await openTestEngine([steps({ note })], { wrapStore: lying });
    await using other = await made.another([steps()]);
    const { jobId } = await other.engine.submit({ title: 'open', open: true, tasks: [] });
    await using _worker = await made.engine.work({ jobs: [jobId], concurrency: 1 });
    lie = true;
    await other.engine.add(jobId, [spec('note')]);
    await happened(other.engine, jobId, (event) => event.type === 'task.started');
    await other.engine.seal(jobId);
    // Whoever looks after something finds it.
    await other.engine.submit({ title: 'another', tasks: [spec('b')] });
    await Array.fromAsync(other.engine.events(jobId, { follow: true }));
    expect((await taskByKey(other.engine, jobId, 'note')).attempts.map(({ outcome }) => outcome)).toEqual(['released', 'success']);
    expect(epochs).toHaveLength(1);
  });
});

describe('a heartbeat', () => {
  it('lets no worker begin when it cannot start, and leaves nothing behind', async () => {
    await using made = await openTestEngine([steps()]);
    const jobId = await submitted(made.engine, { tasks: [spec('a')] });
    // The engine has its file open; the thread finds a folder of that name.
    renameSync(join(made.folder, 'weaver.db'), join(made.folder, 'moved.db'));
    mkdirSync(join(made.folder, 'weaver.db'));
    await expect(made.engine.work({ jobs: [jobId], concurrency: 1 })).rejects.toMatchObject({ reason: 'configuration' });
    expect(readdirSync(join(made.folder, 'locks'))).toEqual([]);
    expect(await made.engine.status(jobId)).toMatchObject({ carriedBy: undefined, counts: { queued: 1 } });
  });

  it('starts in a program that was given to Node as text', () => {
    const folder = mkdtempSync(join(tmpdir(), 'weaver-text-'));
    const program = `
      import { openEngine } from ${JSON.stringify(new URL('../../src/weaver-package.ts', import.meta.url).href)};
      await using engine = await openEngine({ folder: ${JSON.stringify(folder)}, registrations: [] });
      await using worker = await engine.work({ jobs: 'unclaimed', concurrency: 0 });
      console.log('works');`;
    try {
      expect(execFileSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' })).toBe('works\n');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('an engine that is disposed', () => {
  it('leaves no timer that asks a closed database, whoever still listens', () => {
    const folder = mkdtempSync(join(tmpdir(), 'weaver-listening-'));
    const program = `
      import { openEngine } from ${JSON.stringify(new URL('../../src/weaver-package.ts', import.meta.url).href)};
      const engine = await openEngine({ folder: ${JSON.stringify(folder)}, registrations: [] });
      const { jobId } = await engine.submit({ title: 'open', open: true, tasks: [] });
      const listening = engine.events(jobId, { follow: true })[Symbol.asyncIterator]();
      await listening.next();
      await engine[Symbol.asyncDispose]();
      setTimeout(() => console.log('alive'), 600);`;
    try {
      expect(execFileSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' })).toBe('alive\n');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('a cleaner in the folder of locks', () => {
  it('ends the worker that others take for dead', async () => {
    await using made = await openTestEngine([steps()], { timing });
    await using other = await made.another([steps()], { timing });
    const jobId = await submitted(made.engine, { tasks: [spec('a')] });
    const worker = await made.engine.work({ jobs: [jobId], concurrency: 0 });
    for (const file of readdirSync(join(made.folder, 'locks'))) rmSync(join(made.folder, 'locks', file));
    await using second = await other.engine.work({ jobs: [jobId], concurrency: 1 });
    await expect(worker.ended).rejects.toMatchObject({ text: { why: expect.stringContaining('The file was removed') } });
    expect(await second.settled(jobId)).toBe('completed');
  });
});
