import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JobId } from '../../src/domain/ids.ts';
import type { Engine } from '../../src/weaver/engine.ts';
import { handle } from '../../src/weaver/handler.ts';
import { openTestEngine } from '../support/engine.ts';
import { programType } from '../support/engine-program.ts';
import { Program } from './program.ts';

const timing = { leaseMs: 1_000, heartbeatMs: 200, graceMs: 5_000, livenessMs: 200 };

let folder: string;
let program: Program | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'weaver-stopped-'));
});

afterEach(async () => {
  await program?.kill();
  program = undefined;
  rmSync(folder, { recursive: true, force: true });
});

async function until(engine: Engine, jobId: JobId, type: 'lease.lost'): Promise<void> {
  for await (const event of engine.events(jobId, { follow: true })) if (event.type === type) return;
}

const task = (key: string) => ({ type: 'test.program' as const, key, payload: {} });
const finisher = handle(programType, async ({ key }) => ({ kind: 'success', result: `finished ${key}` }));

describe('a process that is stopped for longer than its leases last', () => {
  it('has lost them when it goes on: its handler is told, and what it reports is not applied', async () => {
    program = new Program({ folder, tasks: [task('hang-deaf')], timing });
    const { jobId } = await program.until('submitted');
    await program.until('started');
    await using made = await openTestEngine([finisher], { folder, timing });
    await using worker = await made.engine.work({ jobs: 'unclaimed', concurrency: 1 });
    program.child.kill('SIGSTOP');
    await until(made.engine, jobId, 'lease.lost');
    // The process lives, so the job is still its own: nobody else begins what it may be in the middle of.
    expect(await made.engine.status(jobId)).toMatchObject({ state: 'running', counts: { running: 0 }, carriedBy: expect.any(String) });
    await expect(made.engine.work({ jobs: [jobId], concurrency: 1 })).rejects.toMatchObject({ reason: 'notFoundOrLocked' });

    program.child.kill('SIGCONT');
    expect(await program.until('aborted')).toMatchObject({ reason: expect.stringContaining('lease was lost') });
    while (program.messages.filter((message) => message.type === 'started').length < 2) await program.next();
    program.finish();
    expect(await program.until('settled')).toMatchObject({ state: 'completed' });
    expect(await worker.settled(jobId)).toBe('completed');
    const [settled] = (await made.engine.result(jobId)).tasks;
    expect(program.messages.filter((message) => message.type === 'returned')).toHaveLength(2);
    expect(settled?.task).toMatchObject({ state: 'succeeded', executions: 2, leasesLost: 1 });
    expect(settled?.attempts).toMatchObject([
      { outcome: 'error', errorKind: 'infrastructure', reason: expect.stringMatching(/^The lease of process .* ran out$/) },
      { outcome: 'success', epoch: settled?.task.epoch },
    ]);
    expect(settled?.task).toMatchObject({ result: { value: `hang-deaf of epoch ${settled?.task.epoch}` } });
  });

  it('loses its jobs to others when it is killed without going on', async () => {
    program = new Program({ folder, tasks: [task('hang')], timing });
    const { jobId } = await program.until('submitted');
    await program.until('started');
    await using made = await openTestEngine([finisher], { folder, timing });
    await using worker = await made.engine.work({ jobs: 'unclaimed', concurrency: 1 });
    program.child.kill('SIGSTOP');
    await until(made.engine, jobId, 'lease.lost');
    await program.kill();
    expect(await worker.settled(jobId)).toBe('completed');
    const [settled] = (await made.engine.result(jobId)).tasks;
    expect(settled?.task).toMatchObject({ state: 'succeeded', executions: 2, leasesLost: 1, result: { value: 'finished hang' } });
  });

  it('keeps them when it was stopped for less', async () => {
    program = new Program({ folder, tasks: [task('hang')], timing: { ...timing, leaseMs: 20_000 } });
    const { jobId } = await program.until('submitted');
    await program.until('started');
    await using made = await openTestEngine([finisher], { folder, timing });
    const { jobId: short } = await made.engine.submit({ title: 'meanwhile', tasks: [task('short')] });
    program.child.kill('SIGSTOP');
    await using worker = await made.engine.work({ jobs: [short], concurrency: 1 });
    expect(await worker.settled(short)).toBe('completed');
    program.child.kill('SIGCONT');
    program.finish();
    expect(await program.until('settled')).toMatchObject({ state: 'completed' });
    const [settled] = (await made.engine.result(jobId)).tasks;
    expect(settled?.task).toMatchObject({ state: 'succeeded', executions: 1, leasesLost: 0 });
  });
});
