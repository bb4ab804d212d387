import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ExamEvidence, TestAuthor } from '../../domain/examination.ts';
import { worldNames, type WorldName } from '../../domain/world.ts';
import { baseOf, reported } from '../testing/evidence.ts';
import { examOf, type Written } from '../testing/exam.ts';
import { examine } from './examine.ts';

const base = baseOf({ tests: reported({ 'own.test.js > old': 'passed' }) });
const three = ['alpha', 'beta', 'gamma'] as const;

function judged(evidence: ExamEvidence, worlds: readonly WorldName[] = three, mostPerAuthor = 100) {
  return examine(evidence, { base, worlds: worlds.map((world) => ({ world })), mostPerAuthor });
}

function believed(evidence: ExamEvidence, world: WorldName, worlds: readonly WorldName[] = three): number {
  return judged(evidence, worlds).clusters.find((cluster) => cluster.worlds.includes(world))?.belief ?? Number.NaN;
}

test('a test that a world passes and another fails counts, and says whose behaviour is right', () => {
  const exam = judged(examOf(three, [{ author: 'writer-1', ends: '++-' }]));
  expect(exam.tests).toMatchObject([{ id: 'writer-1: writer-1.test.js > 0', dropped: undefined, weight: 1 }]);
  expect(exam.clusters.map(({ worlds }) => worlds)).toEqual([['alpha', 'beta'], ['gamma']]);
  expect(exam.clusters[0]?.belief).toBeGreaterThan(0.8);
});

test.each<[string, Written, RegExp]>([
  ['passes everywhere', { author: 'writer-1', ends: '+++' }, /^It passes in every world /],
  ['fails everywhere', { author: 'writer-1', ends: '---' }, /^It fails in every world /],
  ['tells only its own author from the others', { author: 'alpha', ends: '+--' }, /^It fails in every other world /],
  ['is skipped', { author: 'writer-1', base: '?', ends: '++-' }, /^It is skipped/],
  ['timed out at the base', { author: 'writer-1', ends: '++-', message: 'Error: Test timed out in 5000ms.' }, /time limit/],
  ['needs a package', { author: 'writer-1', ends: '++-', message: "Error: Cannot find package 'chai' imported from a.js" }, /package/],
  ['needs a package, in CommonJS', { author: 'writer-1', ends: '++-', message: "Error: Cannot find module 'chai'" }, /package/],
  ['is for another runner', { author: 'writer-1', ends: '++-', message: 'ReferenceError: describe is not defined' }, /another test runner/],
])('a test says nothing where it %s', (_, written, reason) => {
  const [row] = judged(examOf(three, [written])).tests;
  expect(row).toMatchObject({ weight: 0 });
  expect(row?.dropped).toMatch(reason);
});

test.each([
  'AssertionError: expected 1 to be 2',
  'TypeError: shop.total is not a function',
  "SyntaxError: The requested module './shop.js' does not provide an export named 'total'",
  "Error: Cannot find module './shop.js'",
  'SyntaxError: Unexpected token in JSON at position 0',
])('failing at the base with "%s" is what a test of something new does', (message) => {
  expect(judged(examOf(three, [{ author: 'writer-1', ends: '++-', message }])).tests).toMatchObject([{ dropped: undefined, weight: 1 }]);
});

test("a test that passes at the base counts less, one that ends otherwise the second time or is the project's own not at all", () => {
  const evidence = examOf(three, [{ author: 'writer-1', base: '+', ends: '++-' }]);
  const [regression] = judged(evidence).tests;
  expect(regression?.weight).toBeGreaterThan(0);
  expect(regression?.weight).toBeLessThan(1);
  const [pool] = evidence.pool;
  const flaky = { ...evidence, pool: [{ ...pool!, second: reported({ 'writer-1.test.js > 0': 'failed' }) }] };
  expect(judged(flaky).tests).toMatchObject([{ dropped: 'It did not end alike twice at the base.', weight: 0 }]);
  const own = reported({ 'own.test.js > old': 'passed' });
  const projects = { ...evidence, pool: [{ ...pool!, first: own, second: own }] };
  expect(judged(projects).tests[0]).toMatchObject({ dropped: "It is one of the project's own tests." });
});

test('a file that cannot be loaded at the base for want of what is asked for stands for its tests; one that is no code does not', () => {
  const evidence = examOf(three, [{ author: 'writer-1', ends: '++-' }]);
  const unloaded = (message: string) => {
    const first = reported({ 'writer-1.test.js > (whole file)': 'failed' });
    const cases = first.kind === 'reported' ? first.cases.map((each) => ({ ...each, message })) : [];
    const whole = { ...first, cases } as typeof first;
    return judged({ ...evidence, pool: [{ author: 'writer-1', first: whole, second: whole }] }).tests;
  };
  expect(unloaded("SyntaxError: The requested module './f.js' does not provide an export named 'f'")).toMatchObject([
    { dropped: undefined, weight: 1 },
  ]);
  expect(unloaded("SyntaxError: Unexpected token '}'")).toMatchObject([{ dropped: 'Its file can not be read as code.' }]);
});

test('a name that a world invented is no demand on the others; one that a writer took from the issue is', () => {
  const message = 'TypeError: f.mine is not a function';
  const outcomes = (author: TestAuthor) =>
    judged(examOf(three, [{ author, ends: '++-', message }])).tests.flatMap(({ cells }) => cells.map(({ outcome }) => outcome));
  expect(outcomes('alpha')).toEqual(['passed', 'passed', 'unknown']);
  expect(outcomes('writer-1')).toEqual(['passed', 'passed', 'failed']);
});

test('a world whose run is ended by the time limit passes nothing that others come to', () => {
  const evidence = examOf(three, [{ author: 'writer-1', ends: '+++' }]);
  const columns = evidence.columns.map((column) =>
    column.world === 'gamma'
      ? { ...column, tests: [{ author: 'writer-1' as const, evidence: { kind: 'timeout', afterMs: 9, cases: [] } as const }] }
      : column,
  );
  expect(believed({ ...evidence, columns }, 'alpha')).toBeGreaterThan(2 * believed({ ...evidence, columns }, 'gamma'));
});

test('worlds that answer differently are told apart, by the simplest input, and those who are in the majority are believed more', () => {
  const exam = judged(examOf(three, [], { alpha: '1144', beta: '1144', gamma: '1243' }));
  expect(exam.clusters.map(({ worlds }) => worlds)).toEqual([['alpha', 'beta'], ['gamma']]);
  expect(exam.differences).toEqual([
    {
      call: 'f(1)',
      answers: [
        { worlds: ['alpha', 'beta'], answer: '1' },
        { worlds: ['gamma'], answer: '2' },
      ],
    },
  ]);
  expect(exam.inputs).toBe(4);
});

test('even where no two behave alike, the one that answers most often as others do is believed most', () => {
  const exam = judged(examOf(three, [], { alpha: '1111', beta: '2111', gamma: '1121' }));
  expect(exam.clusters[0]?.worlds).toEqual(['alpha']);
});

test('of one author no more tests count than are allowed', () => {
  const many = Array.from({ length: 5 }, (): Written => ({ author: 'writer-1', ends: '++-' }));
  const exam = judged(examOf(three, many), three, 2);
  expect(exam.tests.filter(({ weight }) => weight > 0)).toHaveLength(2);
  expect(exam.tests.at(-1)?.dropped).toBe('Its author wrote more than 2 tests.');
});

test('where nothing was seen only the very same change makes worlds alike', () => {
  const evidence = { pool: [], columns: [], probes: [], notes: ['Nobody wrote a test.'] };
  const worlds = [
    { world: 'alpha', patchDigest: 'x' },
    { world: 'beta', patchDigest: 'y' },
    { world: 'gamma', patchDigest: 'x' },
  ] as const;
  const exam = examine(evidence, { base, worlds, mostPerAuthor: 9 });
  expect(exam.clusters.map((cluster) => cluster.worlds)).toEqual([['alpha', 'gamma'], ['beta']]);
  expect(exam.notes).toEqual(['Nobody wrote a test.']);
});

const four = ['alpha', 'beta', 'gamma', 'delta'] as const;
const authors = [...four, 'writer-1', 'writer-2'] as const;
const ends = fc.array(fc.constantFrom('+', '-', '+', '-', '?'), { minLength: 4, maxLength: 4 }).map((list) => list.join(''));
const written: fc.Arbitrary<Written> = fc.record({ author: fc.constantFrom(...authors), base: fc.constantFrom('-', '+'), ends });
const pool = fc.array(written, { maxLength: 12 });
const answers = fc.array(fc.constantFrom('0', '1', '2'), { minLength: 4, maxLength: 4 }).map((list) => list.join(''));
const answering = fc.record({ alpha: answers, beta: answers, gamma: answers, delta: answers });

/** That the clusters stay what they are is what these properties are about: each world answers one input in its own way. */
const apart = { alpha: 'a', beta: 'b', gamma: 'c', delta: 'd' };

test('beliefs lie between 0 and 1, and every world is in one cluster', () => {
  fc.assert(
    fc.property(pool, answering, (tests, given) => {
      const { clusters } = judged(examOf(four, tests, given), four);
      expect(clusters.every(({ belief }) => belief >= 0 && belief <= 1)).toBe(true);
      expect(clusters.flatMap(({ worlds }) => worlds).toSorted()).toEqual([...four].toSorted());
    }),
  );
});

test('one more test that a world passes never lowers what is believed of it, and one that it fails never raises it', () => {
  fc.assert(
    fc.property(pool, written, (tests, more) => {
      const before = examOf(four, tests, apart);
      const after = examOf(four, [...tests, more], apart);
      for (const [place, world] of four.entries()) {
        if (more.author === world) continue;
        const [was, is] = [believed(before, world, four), believed(after, world, four)];
        const end = more.ends[place];
        expect(end === '+' ? is - was : 0).toBeGreaterThanOrEqual(-0.001);
        expect(end === '-' ? is - was : 0).toBeLessThanOrEqual(0.001);
      }
    }),
  );
});

test("a world's own tests never change what is believed of it", () => {
  fc.assert(
    fc.property(pool, fc.constantFrom(...four), (tests, world) => {
      const without = tests.filter(({ author }) => author !== world);
      expect(believed(examOf(four, tests, apart), world, four)).toBe(believed(examOf(four, without, apart), world, four));
    }),
  );
});

test("a world's tests raise who passes them by as much as they lower all who fail them together: they gain nothing for its own", () => {
  const change = (world: WorldName) =>
    Math.log(
      believed(examOf(four, [{ author: 'alpha', ends: '+--+' }], apart), world, four) / believed(examOf(four, [], apart), world, four),
    );
  expect(change('alpha')).toBe(0);
  expect(change('delta')).toBeGreaterThan(-1.25 * change('beta'));
});

test('the order in which worlds and authors are handed over changes nothing, and names only names', () => {
  fc.assert(
    fc.property(pool, answering, fc.shuffledSubarray([...four], { minLength: 4 }), (tests, given, order) => {
      const evidence = examOf(four, tests, given);
      const renamed = (name: string): string =>
        (four as readonly string[]).includes(name) ? (order[four.indexOf(name as WorldName & 'alpha')] ?? name) : name;
      const turned: ExamEvidence = {
        ...evidence,
        pool: evidence.pool.map((each) => ({ ...each, author: renamed(each.author) as TestAuthor })).toReversed(),
        columns: evidence.columns
          .map((column) => ({
            ...column,
            world: renamed(column.world) as WorldName,
            tests: column.tests.map((each) => ({ ...each, author: renamed(each.author) as TestAuthor })),
          }))
          .toReversed(),
      };
      const as = (exam: ExamEvidence, name: (world: string) => string) =>
        Object.fromEntries(
          judged(exam, worldNames.slice(0, 4)).clusters.flatMap(({ worlds, belief }) => worlds.map((world) => [name(world), belief])),
        );
      expect(as(turned, (world) => world)).toEqual(as(evidence, renamed));
    }),
  );
});
