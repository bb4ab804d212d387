import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { divided } from '../support/campaign.ts';
import { freshPostgres, noPostgres } from '../support/postgres.ts';
import type { FreshPostgres } from '../support/postgres.ts';
import { distributedStand } from './distributed-stand.ts';

const lacking = noPostgres();
const why = lacking === undefined ? '' : ` (${lacking})`;

const moments = (['claim', 'record', 'settle'] as const).flatMap((at) => (['before', 'after'] as const).map((when) => ({ at, when })));

let database: FreshPostgres | undefined;

beforeAll(async () => {
  if (lacking === undefined) database = await freshPostgres();
});

afterAll(async () => await database?.[Symbol.asyncDispose]());

async function standOf(namespace: string) {
  if (database === undefined) throw new Error('There is no database.');
  return await distributedStand(database.url, namespace);
}

describe.skipIf(lacking !== undefined)(`a worker that is killed${why}`, () => {
  for (const { tags, ...die } of divided(moments, 3))
    it.concurrent(`${die.when} the commit of its ${die.at} loses no task, and nothing is done twice`, { tags }, async () => {
      await using stand = await standOf(`${die.at}.${die.when}`);
      const victim = await stand.start({ die, concurrency: 1 });
      victim.send('arm');
      await victim.until('armed');
      const jobId = await stand.submit(['one']);
      await victim.exited;
      expect(victim.child.signalCode).toBe('SIGKILL');
      // What it was killed after acting, it has done.
      expect(stand.done()).toHaveLength(die.at === 'claim' ? 0 : 1);
      await stand.work();
      await stand.ended(jobId);
      await stand.expectWhole(jobId);
      const executions = { claim: { before: 1, after: 2 }, record: { before: 2, after: 2 }, settle: { before: 2, after: 1 } };
      const [one] = (await stand.engine.result(jobId)).tasks;
      expect(one?.task.executions).toBe(executions[die.at][die.when]);
    });

  it.concurrent('while it executes hands its tasks to one that lives', async () => {
    await using stand = await standOf('executing');
    const victim = await stand.start({ concurrency: 2 });
    const jobId = await stand.submit(['hang', 'probe']);
    await Promise.all([victim.until('started', 'hang'), victim.until('probed', 'probe')]);
    await stand.work();
    await victim.kill();
    await stand.ended(jobId);
    await stand.expectWhole(jobId);
    for (const { attempts } of (await stand.engine.result(jobId)).tasks)
      expect(attempts).toMatchObject([{ outcome: 'error', errorKind: 'infrastructure' }, { outcome: 'success' }]);
  });
});

describe.skipIf(lacking !== undefined)(`a worker that is frozen${why}`, () => {
  it.concurrent('for three leases writes nothing afterwards and does nothing outside, and goes on with what is new', async () => {
    await using stand = await standOf('frozen');
    const sleeper = await stand.start({ concurrency: 2, labels: ['test:sleeper'] });
    const jobId = await stand.submit(['hang', 'probe']);
    await Promise.all([sleeper.until('started', 'hang'), sleeper.until('probed', 'probe')]);
    sleeper.freeze();
    await stand.work();
    await stand.ended(jobId);
    await stand.outlast(3);
    await stand.expectWhole(jobId);
    const [before, done] = [await stand.recordsOf(jobId), stand.done()];
    sleeper.send('go on');
    sleeper.thaw();
    // Of `hang` the intent is refused, of `probe` what is to be done after its look.
    await Promise.all([sleeper.until('refused', 'hang'), sleeper.until('refused', 'probe')]);
    const later = await stand.submit(['later'], { needs: ['test:sleeper'] });
    await sleeper.until('returned', 'later');
    await stand.ended(later);
    await stand.expectWhole(later);
    expect(await stand.recordsOf(jobId)).toEqual(before);
    expect(stand.done().slice(0, done.length)).toEqual(done);
    expect(stand.done()).toHaveLength(done.length + 1);
    expect(sleeper.stderr).toBe('');
  });
});
