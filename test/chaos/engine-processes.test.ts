import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { jobHasEnded } from '../../src/domain/job.ts';
import { divided } from '../support/campaign.ts';
import { openTestEngine } from '../support/engine.ts';
import { programRegistration } from '../support/engine-program.ts';
import type { ProgramRequest } from '../support/engine-program.ts';
import { handle } from '../../src/weaver/handler.ts';
import { defaultTiming } from '../../src/weaver/parts.ts';
import { programType } from '../support/engine-program.ts';
import { Program } from './program.ts';

let folder: string;
const programs: Program[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'weaver-processes-'));
});

afterEach(async () => {
  for (const program of programs.splice(0)) await program.kill();
  rmSync(folder, { recursive: true, force: true });
});

function start(request: Omit<ProgramRequest, 'folder'>): Program {
  const program = new Program({ ...request, folder });
  programs.push(program);
  return program;
}

const task = (key: string, more: object = {}) => ({ type: 'test.program' as const, key, payload: {}, ...more });
const finisher = handle(programType, async ({ key }) => ({ kind: 'success', result: `finished ${key}` }));

describe('several processes on one file', () => {
  it('finishes at once what a killed process had begun', async () => {
    const program = start({ tasks: [task('before'), task('hang', { dependencies: [{ on: 'before', until: 'succeeded' }] })] });
    const { jobId } = await program.until('submitted');
    await program.until('started', 'hang');
    program.child.kill('SIGKILL');
    await program.exited;

    await using made = await openTestEngine([finisher], { folder });
    expect((await made.engine.status(jobId))?.carriedBy).toBeUndefined();
    const since = performance.now();
    await using worker = await made.engine.work({ jobs: [jobId], concurrency: 2 });
    expect(await worker.settled(jobId)).toBe('completed');
    expect(performance.now() - since).toBeLessThan(defaultTiming.leaseMs / 2);
    const [before, hang] = (await made.engine.result(jobId)).tasks;
    expect(before?.task).toMatchObject({ state: 'succeeded', executions: 1, result: { value: 'before' } });
    expect(hang?.task).toMatchObject({ state: 'succeeded', executions: 2, leasesLost: 0, failures: 0, crashes: 0 });
    expect(hang?.attempts).toMatchObject([{ outcome: 'error', errorKind: 'infrastructure' }, { outcome: 'success' }]);
    expect(hang?.decisions).toMatchObject([{ kind: 'retry', reason: 'Its process died (1/5 in a row); tried again after 0s' }]);
    const events = await Array.fromAsync(made.engine.events(jobId));
    expect(events.map((event) => event.seq)).toEqual(events.map((_, index) => index + 1));
  });

  it('takes back the leases of a process that is killed while others run', async () => {
    await using made = await openTestEngine([finisher], { folder });
    const program = start({ tasks: [task('hang')] });
    const { jobId } = await program.until('submitted');
    await program.until('started');
    await using worker = await made.engine.work({ jobs: 'unclaimed', concurrency: 2 });
    program.child.kill('SIGKILL');
    await program.exited;
    const since = performance.now();
    expect(await worker.settled(jobId)).toBe('completed');
    expect(performance.now() - since).toBeLessThan(defaultTiming.leaseMs / 2);
  });

  it('cancels a job that another process executes', async () => {
    const program = start({ tasks: [task('hang')] });
    const { jobId } = await program.until('submitted');
    await program.until('started');
    await using made = await openTestEngine([programRegistration], { folder });
    await made.engine.cancel(jobId, 'seen enough');
    expect(await program.until('aborted')).toMatchObject({ reason: expect.stringContaining('seen enough') });
    expect(await program.until('settled')).toMatchObject({ state: 'cancelled' });
    await program.exited;
    expect(program.child.exitCode).toBe(0);
  });

  it('gives a task up that five processes in a row have died of, and says so', { tags: ['campaign'] }, async () => {
    await using made = await openTestEngine([finisher], { folder });
    const { jobId } = await made.engine.submit({ title: 'poison', tasks: [task('poison', { budget: { attempts: 1 } })] });
    for (let round = 1; round <= 5; round += 1) {
      expect(await made.engine.status(jobId)).toMatchObject({ state: 'running' });
      const program = start({ carry: jobId });
      await program.until('started');
      await program.exited;
    }
    expect(await made.engine.status(jobId)).toMatchObject({ state: 'failed' });
    const [poison] = (await made.engine.result(jobId)).tasks;
    expect(poison?.task).toMatchObject({ state: 'dead', reason: expect.stringMatching(/^Its process died 5 times in a row/), crashes: 5 });
    expect(poison?.attempts.map((attempt) => attempt.outcome)).toEqual(['error', 'error', 'error', 'error', 'error']);
  });

  it('cancels a job whose process was killed: what it was executing ends too, and its key is free', async () => {
    const program = start({ tasks: [task('hang')], exclusiveKey: 'issue-1' });
    const { jobId } = await program.until('submitted');
    await program.until('started');
    program.child.kill('SIGKILL');
    await program.exited;
    await using made = await openTestEngine([programRegistration], { folder });
    await made.engine.cancel(jobId, 'not needed');
    expect(await made.engine.status(jobId)).toMatchObject({
      state: 'cancelled',
      cancelReason: 'not needed',
      counts: { cancelled: 1, running: 0 },
    });
    const again = await made.engine.submit({ title: 'again', tasks: [task('a')], exclusiveKey: 'issue-1' });
    expect(again.kind).toBe('submitted');
  });

  it('ends a cancelled job whose process is killed before it has stopped, as soon as somebody looks', async () => {
    const program = start({ tasks: [task('hang-deaf')] });
    const { jobId } = await program.until('submitted');
    await program.until('started');
    await using made = await openTestEngine([programRegistration], { folder });
    await made.engine.cancel(jobId, 'not needed');
    expect(await made.engine.status(jobId)).toMatchObject({ state: 'running', counts: { running: 1 } });
    program.child.kill('SIGKILL');
    await program.exited;
    expect(await made.engine.status(jobId)).toMatchObject({
      state: 'cancelled',
      carriedBy: undefined,
      counts: { running: 0, cancelled: 1 },
    });
  });

  it('shows no task as running that a dead process was executing', async () => {
    const program = start({ tasks: [task('hang')] });
    const { jobId } = await program.until('submitted');
    await program.until('started');
    program.child.kill('SIGKILL');
    await program.exited;
    await using made = await openTestEngine([programRegistration], { folder });
    expect(await made.engine.status(jobId)).toMatchObject({
      state: 'running',
      carriedBy: undefined,
      counts: { running: 0, queued: 1 },
      bottleneck: 'No process carries it',
    });
  });

  it('lets processes work side by side without ever telling anybody that the database is locked', { tags: ['campaign'] }, async () => {
    const tasks = Array.from({ length: 300 }, (_, index) => task(`task-${index}`));
    const both = [start({ tasks }), start({ tasks })];
    for (const program of both) {
      expect(await program.until('settled')).toMatchObject({ state: 'completed' });
      await program.exited;
      expect(program.stderr).toBe('');
      expect(program.child.exitCode).toBe(0);
    }
    await using made = await openTestEngine([], { folder });
    for (const job of await made.engine.jobs()) {
      expect(job.counts).toMatchObject({ succeeded: 300, queued: 0, running: 0 });
      const events = await Array.fromAsync(made.engine.events(job.id));
      expect(events.map((event) => event.seq)).toEqual(events.map((_, index) => index + 1));
    }
  });

  const deaths = [1, 2, 3, 4, 5, 6, 7, 8, 9].flatMap((at) => (['before', 'after'] as const).map((when) => ({ at, when })));
  for (const { tags, ...die } of divided(deaths, 3))
    it(`comes to the same end when it is killed ${die.when} commit ${die.at}`, { tags }, async () => {
      const program = start({
        tasks: [task('a'), task('b', { dependencies: [{ on: 'a', until: 'succeeded' }] })],
        concurrency: 1,
        die,
      });
      await program.exited;
      await using made = await openTestEngine([programRegistration], { folder });
      await using worker = await made.engine.work({ jobs: 'unclaimed', concurrency: 1 });
      for (const job of await made.engine.jobs()) {
        expect(jobHasEnded(await worker.settled(job.id))).toBe(true);
        const ended = await made.engine.status(job.id);
        expect(ended).toMatchObject({ state: 'completed', counts: { succeeded: 2 } });
        for (const { task: each, attempts } of (await made.engine.result(job.id)).tasks) {
          expect(each).toMatchObject({ state: 'succeeded', result: { value: each.key } });
          expect(attempts).toHaveLength(each.executions);
          expect(attempts.filter((attempt) => attempt.outcome === 'success')).toHaveLength(1);
        }
        const events = await Array.fromAsync(made.engine.events(job.id));
        expect(events.map((event) => event.seq)).toEqual(events.map((_, index) => index + 1));
      }
    });
});

describe('a handler that never lets the event loop turn', () => {
  it('keeps its lease', async () => {
    const spinning = handle(programType, async () => {
      const until = performance.now() + 2_000;
      while (performance.now() < until) Math.sqrt(until);
      return { kind: 'success', result: 'spun' };
    });
    const timing = { leaseMs: 1_000, heartbeatMs: 200 };
    await using made = await openTestEngine([spinning], { folder, timing });
    const watcher = start({ tasks: [task('hang')] });
    await watcher.until('started');
    const { jobId } = await made.engine.submit({ title: 'busy', tasks: [task('spin')] });
    await using worker = await made.engine.work({ jobs: [jobId], concurrency: 1 });
    expect(await worker.settled(jobId)).toBe('completed');
    const [spin] = (await made.engine.result(jobId)).tasks;
    expect(spin?.task).toMatchObject({ executions: 1, leasesLost: 0 });
  });
});
