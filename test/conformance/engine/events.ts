import { describe, expect, it } from 'vitest';
import type { JobEvent } from '../../../src/domain/events.ts';
import { after, asking, failing, idOf, run, runJob, spec, steps, submitted } from './support.ts';
import type { MakeEngine, StepHandler } from './support.ts';

/** The stream of what happens to a job. */
export function eventCases(make: MakeEngine): void {
  describe('events', () => {
    it('numbers the events of a job without gaps and can be read from any of them', async () => {
      await using made = await make([steps({ bad: failing })]);
      const { engine } = made;
      const job = await run(engine, [spec('a'), spec('bad'), spec('c', after('bad'))]);
      const all = await Array.fromAsync(engine.events(job.id));
      expect(all.map((event) => event.seq)).toEqual(all.map((_, index) => index + 1));
      expect(all[0]).toMatchObject({ type: 'job.submitted', version: expect.any(Number), stream: `job:${job.id}` });
      expect(all.at(-1)).toMatchObject({ type: 'job.state', data: { state: 'failed' } });
      expect(await Array.fromAsync(engine.events(job.id, { sinceSeq: 3 }))).toEqual(all.slice(3));
      const states = all.flatMap((event) => (event.type === 'task.state' && event.data.key === 'c' ? [event.data.state] : []));
      expect(states).toEqual(['skipped']);
    });

    it('tells the story of a task that fails, waits and succeeds', async () => {
      let calls = 0;
      const eventful: StepHandler = async (context) => {
        calls += 1;
        return calls === 1 ? { kind: 'failure', reason: 'no' } : asking({ from: 'person' })(context);
      };
      await using made = await make([steps({ eventful })]);
      const job = await run(made.engine, [spec('eventful')]);
      if (job.state === 'waiting') await made.engine.signal(await idOf(made.engine, job.id, 'eventful'), 'go', 1, 'ada');
      await runJob(made.engine, job.id);
      const told = (await Array.fromAsync(made.engine.events(job.id))).map((event) =>
        event.type === 'task.state' ? [event.data.state, event.data.waiting, event.data.reason].filter(Boolean).join(' / ') : event.type,
      );
      expect(told).toEqual([
        'job.submitted',
        'task.created',
        'task.started',
        'pending / backoff / Retry attempt 2/5 after 0.01s',
        'ready / The wait before the next attempt is over',
        'task.started',
        'pending / person / needs an answer',
        'job.state',
        'task.answered',
        'ready / «go» answered by ada',
        'job.state',
        'task.started',
        'succeeded / Succeeded',
        'job.state',
      ]);
    });

    it('orders the events of all jobs by their positions', async () => {
      await using made = await make([steps()]);
      const jobs = await Promise.all([1, 2, 3].map(() => submitted(made.engine, { tasks: [spec('a')] })));
      await using worker = await made.engine.work({ jobs, concurrency: 3 });
      await Promise.all(jobs.map((job) => worker.settled(job)));
      const all = (await Promise.all(jobs.map((job) => Array.fromAsync(made.engine.events(job))))).flat();
      expect(new Set(all.map((event) => event.position)).size).toBe(all.length);
      // What others have not committed yet may hold back what comes after it: it is waited for.
      const told: JobEvent[] = [];
      const enough = new AbortController();
      for await (const event of made.engine.eventsOfAll({ follow: true, signal: enough.signal })) {
        told.push(event);
        if (told.length === all.length) enough.abort();
      }
      for (const job of jobs) {
        const ofJob = (events: readonly JobEvent[]) => events.filter((event) => event.stream === `job:${job}`);
        expect(ofJob(told)).toEqual(ofJob(all));
      }
      const half = told[Math.floor(told.length / 2)]?.position;
      const rest = await Array.fromAsync(made.engine.eventsOfAll(half === undefined ? {} : { after: half }));
      expect(rest).toEqual(told.slice(Math.floor(told.length / 2) + 1));
      expect(await made.engine.newestEvent()).toBe(told.at(-1)?.position);
    });

    it('reads more events than fit into one look', async () => {
      await using made = await make([steps()]);
      const jobId = await submitted(made.engine, { tasks: Array.from({ length: 700 }, (_, index) => spec(`task-${index}`)) });
      const all = await Array.fromAsync(made.engine.events(jobId));
      expect(all.map((event) => event.seq)).toEqual(Array.from({ length: 701 }, (_, index) => index + 1));
    });

    it('follows a job to its end', async () => {
      await using made = await make([steps()]);
      const jobId = await submitted(made.engine, { tasks: [spec('a')] });
      const following = Array.fromAsync(made.engine.events(jobId, { follow: true }));
      await runJob(made.engine, jobId);
      expect((await following).at(-1)).toMatchObject({ type: 'job.state', data: { state: 'completed' } });
      expect(await following).toEqual(await Array.fromAsync(made.engine.events(jobId)));
    });

    it('follows from another engine', async () => {
      await using made = await make([steps()]);
      await using other = await made.another([steps()]);
      const jobId = await submitted(made.engine, { tasks: [spec('a')] });
      const following = Array.fromAsync(other.engine.events(jobId, { follow: true, sinceSeq: 1 }));
      await runJob(made.engine, jobId);
      expect(await following).toEqual((await Array.fromAsync(made.engine.events(jobId))).slice(1));
    });

    it('stops following when the signal aborts', async () => {
      await using made = await make([steps()]);
      const jobId = await submitted(made.engine, { tasks: [spec('a')] });
      const abort = new AbortController();
      const following = Array.fromAsync(made.engine.events(jobId, { follow: true, signal: abort.signal }));
      abort.abort();
      await expect(following).resolves.toBeInstanceOf(Array);
    });

    it('refuses to tell of a job that does not exist', async () => {
      await using made = await make([steps()]);
      for (const follow of [false, true]) {
        const events = made.engine.events('nowhere' as never, { follow });
        await expect(Array.fromAsync(events)).rejects.toMatchObject({ reason: 'notFoundOrLocked' });
      }
    });

    it('tells nothing of a job in another namespace', async () => {
      await using made = await make([steps()]);
      await using staging = await made.another([steps()], { namespace: 'staging' });
      const jobId = await submitted(made.engine, { tasks: [spec('a')] });
      await expect(Array.fromAsync(staging.engine.events(jobId))).rejects.toMatchObject({ reason: 'notFoundOrLocked' });
    });

    it('stops following when the engine is disposed, whoever still listens', async () => {
      await using made = await make([steps()]);
      const other = await made.another([steps()]);
      const jobId = await submitted(made.engine, { tasks: [spec('a')] });
      const left = other.engine.events(jobId, { follow: true })[Symbol.asyncIterator]();
      await left.next();
      const following = Array.fromAsync(other.engine.events(jobId, { follow: true }));
      await other[Symbol.asyncDispose]();
      expect(Array.isArray(await following)).toBe(true);
      expect(await left.next()).toMatchObject({ done: true });
    });
  });
}
