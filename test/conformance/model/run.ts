import { isDeepStrictEqual } from 'node:util';
import { expect } from 'vitest';
import { choose } from './choose.ts';
import { Model } from './model.ts';
import type { Operation } from './operations.ts';
import { engineHistory, engineSnapshot, modelHistory, modelSnapshot } from './snapshots.ts';
import { Stand } from './stand.ts';
import type { StandOptions } from './stand.ts';

/** How much of what was drawn meant something, and how often an engine gave which answer. */
export interface Tally {
  operations: number;
  readonly answers: Map<string, number>;
}

/**
 * Moves the model and an engine by the same operations, and compares them: every answer, what is true after every operation, and
 * the whole history at the end.
 *
 * @returns everything that the engine has recorded, for the comparison with another one.
 * @throws where they are not the same, with both.
 */
export async function runSequence(operations: readonly Operation[], options: StandOptions, tally?: Tally): Promise<unknown> {
  await using stand = await Stand.open(options);
  const model = new Model(stand.clock.now(), stand.clock.monotonic());
  const marks: number[][] = [];
  const answers: unknown[] = [];
  for (const [index, operation] of operations.entries()) {
    const action = choose(operation, model);
    if (action === undefined) continue;
    const at = `after ${index} ${JSON.stringify(action)}`;
    const expected = model.act(action);
    const actual = await stand.act(action);
    await stand.look();
    same(actual, expected, `the answer ${at}`);
    same(await engineSnapshot(stand), modelSnapshot(model), `the records ${at}`);
    marks.push(model.jobs.map((job) => job.events.length));
    answers.push(actual);
    count(tally, action.op, actual);
  }
  const history = await engineHistory(stand, marks);
  same(history, modelHistory(model, marks), 'the history');
  return { answers, history, end: await engineSnapshot(stand), events: await stand.events() };
}

/** Comparing twice is cheap where it is equal, and the second says what is different. */
function same(actual: unknown, expected: unknown, what: string): void {
  if (!isDeepStrictEqual(withoutUndefined(actual), withoutUndefined(expected))) expect(actual, what).toEqual(expected);
}

function withoutUndefined(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutUndefined);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).flatMap(([key, part]) => (part === undefined ? [] : [[key, withoutUndefined(part)]])));
}

function count(tally: Tally | undefined, op: string, answer: unknown): void {
  if (tally === undefined) return;
  tally.operations += 1;
  const { kind, claimed } = (typeof answer === 'object' && answer !== null ? answer : {}) as { kind?: string; claimed?: string };
  const name = `${op}: ${kind ?? claimed ?? (typeof answer === 'string' ? answer : 'done')}`;
  tally.answers.set(name, (tally.answers.get(name) ?? 0) + 1);
}
