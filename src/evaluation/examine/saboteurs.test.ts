import fc from 'fast-check';
import { expect, test } from 'vitest';
import { worldNames, type WorldName } from '../../domain/world.ts';
import { baseOf, reported } from '../testing/evidence.ts';
import { examOf, type Written } from '../testing/exam.ts';
import { examine } from './examine.ts';

const base = baseOf({ tests: reported({ 'own.test.js > old': 'passed' }) });
const worlds = worldNames.slice(0, 5);

/** What is believed of each world: four that do as they should, and epsilon. */
function believed(tests: readonly Written[], answers: Readonly<Partial<Record<WorldName, string>>> = {}): Readonly<Record<string, number>> {
  const { clusters } = examine(examOf(worlds, tests, answers), { base, worlds: worlds.map((world) => ({ world })), mostPerAuthor: 100 });
  return Object.fromEntries(clusters.flatMap((cluster) => cluster.worlds.map((world) => [world, cluster.belief])));
}

/** Tests that see whose code they run on, and fail or pass as it suits their author. */
const toxic = (author: WorldName, accomplices: readonly WorldName[] = [author]) =>
  fc
    .array(fc.tuple(fc.constantFrom('+', '-'), fc.array(fc.constantFrom('+', '-'), { minLength: 5, maxLength: 5 })), { maxLength: 8 })
    .map((rows) =>
      rows.map(([before, ends]): Written => {
        const told = worlds.map((world, place) => (accomplices.includes(world) ? '+' : (ends[place] ?? '-')));
        return { author, base: before, ends: told.join('') };
      }),
    );

const honest: readonly Written[] = worlds.slice(0, 4).map((author) => ({ author, ends: '++++-' }));
const answers = { alpha: '1111', beta: '1111', gamma: '1111', delta: '1111', epsilon: '1222' };

test('a saboteur among five never makes itself the most believed by tests of its own', () => {
  fc.assert(
    fc.property(toxic('epsilon'), fc.constantFrom([], honest), (sabotage, others) => {
      const { epsilon = 0, ...rivals } = believed([...others, ...sabotage]);
      expect(epsilon).toBeLessThanOrEqual(Math.max(...Object.values(rivals)));
    }),
  );
});

test('a saboteur wins no tie either where others wrote tests, or made-up inputs tell it from the rest', () => {
  fc.assert(
    fc.property(toxic('epsilon'), fc.boolean(), (sabotage, byInputs) => {
      const { epsilon = 0, ...rivals } = byInputs ? believed(sabotage, answers) : believed([...honest, ...sabotage]);
      expect(epsilon).toBeLessThan(Math.max(...Object.values(rivals)));
    }),
  );
});

test('two saboteurs among five who do the same gain nothing by tests that fail for all others', () => {
  const two = { ...answers, delta: '1222' };
  fc.assert(
    fc.property(toxic('delta', ['delta', 'epsilon']), toxic('epsilon', ['delta', 'epsilon']), (one, other) => {
      const { delta = 0, epsilon = 0, ...rivals } = believed([...one, ...other], two);
      expect(Math.max(delta, epsilon)).toBeLessThan(Math.max(...Object.values(rivals)));
    }),
  );
});

test('a test of somebody who sees only the issue outweighs two saboteurs who do different things', () => {
  const writer: readonly Written[] = [{ author: 'writer-1', ends: '+++--' }];
  fc.assert(
    fc.property(toxic('delta', ['delta', 'epsilon']), toxic('epsilon', ['delta', 'epsilon']), (one, other) => {
      const { delta = 0, epsilon = 0, ...rivals } = believed([...writer, ...one, ...other], { ...answers, delta: '1333' });
      expect(Math.max(delta, epsilon)).toBeLessThan(Math.max(...Object.values(rivals)));
    }),
  );
});

test('three that behave alike and wrote tests are believed more than two who differ and pass each other', () => {
  const tests: readonly Written[] = [
    ...(['alpha', 'beta', 'gamma'] as const).map((author): Written => ({ author, ends: '+++--' })),
    { author: 'delta', ends: '---++' },
    { author: 'epsilon', ends: '---++' },
  ];
  const { alpha = 0, delta = 0, epsilon = 0 } = believed(tests, { ...answers, delta: '1333' });
  expect(alpha).toBeGreaterThan(Math.max(delta, epsilon));
});

test('thousands of tests of one author are neither counted nor told one by one', () => {
  const names = Object.fromEntries(Array.from({ length: 10_000 }, (_, place) => [`epsilon.test.js > ${place}`, 'failed' as const]));
  const many = reported(names);
  const exam = examOf(worlds, honest);
  const flooded = {
    ...exam,
    pool: [...exam.pool, { author: 'epsilon' as const, first: many, second: many }],
    columns: exam.columns.map((column) => ({ ...column, tests: [...column.tests, { author: 'epsilon' as const, evidence: many }] })),
  };
  const { tests } = examine(flooded, { base, worlds: worlds.map((world) => ({ world })), mostPerAuthor: 100 });
  expect(tests.filter(({ author }) => author === 'epsilon').length).toBeLessThanOrEqual(150);
  expect(tests.filter(({ weight }) => weight > 0).map(({ author }) => author)).toEqual(['alpha', 'beta', 'gamma', 'delta']);
});
