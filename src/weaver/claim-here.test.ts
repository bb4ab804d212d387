import { expect, it } from 'vitest';
import { z } from 'zod';
import { openTestEngine } from '../../test/support/engine.ts';
import { Failure } from '../domain/failure.ts';
import { defineTaskType } from '../domain/task-type.ts';
import type { Store } from '../ports/store.ts';
import { handle } from './handler.ts';

const type = defineTaskType({ name: 'claimed.step', schemaVersion: 1, payload: z.unknown(), result: z.unknown() });

/** Refuses one call, counted over everything that changes ask of the records about dependencies; `refused` says whether it came to that. */
function refusingCall(number: number) {
  let calls = 0;
  const wrap = (store: Store): Store => ({
    read: (look) => store.read(look),
    write: (change) =>
      store.write((records) => {
        const watched = new Proxy(records, {
          get(target, name) {
            const value: unknown = Reflect.get(target, name);
            if (name !== 'dependencies' || typeof value !== 'function') return value;
            return (...given: unknown[]): unknown => {
              calls += 1;
              if (calls === number)
                throw new Failure('configuration', { what: 'The database could not be read.', why: 'It is busy.', fix: 'Wait.' });
              return Reflect.apply(value, target, given);
            };
          },
        });
        return change(watched);
      }),
  });
  return { wrap, refused: () => calls >= number };
}

/** Two tasks become ready at once while two places are free; then three have to run at the same time to get anywhere. */
async function fanThenBarrier(wrapStore: (store: Store) => Store): Promise<void> {
  const together = Promise.withResolvers<void>();
  let running = 0;
  const steps = handle(type, async ({ key }) => {
    if (key.startsWith('barrier')) {
      running += 1;
      if (running === 3) together.resolve();
      await together.promise;
    }
    return { kind: 'success', result: key };
  });
  await using made = await openTestEngine([steps], { wrapStore });
  const { engine } = made;
  const spec = (key: string, on: readonly string[] = []) => ({
    type: type.name,
    key,
    payload: null,
    dependencies: on.map((dependency) => ({ on: dependency, until: 'settled' as const })),
  });
  await using worker = await engine.work({ jobs: 'unclaimed', concurrency: 3 });
  const fan = await engine.submit({ title: 'a fan', tasks: [spec('root'), spec('left', ['root']), spec('right', ['root'])] });
  expect(await worker.settled(fan.jobId)).toBe('completed');
  const barrier = await engine.submit({ title: 'all at once', tasks: [spec('barrier 1'), spec('barrier 2'), spec('barrier 3')] });
  expect(await worker.settled(barrier.jobId)).toBe('completed');
}

it('gives every place back, whichever claim of a change it is that fails', async () => {
  let refusals = 0;
  for (;;) {
    const store = refusingCall(refusals + 1);
    await fanThenBarrier(store.wrap);
    if (!store.refused()) break;
    refusals += 1;
  }
  expect(refusals).toBeGreaterThanOrEqual(2);
});
