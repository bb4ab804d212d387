import { expect, test } from 'vitest';
import type { WorldEvidence } from '../domain/choice.ts';
import type { CheckEvidence } from '../domain/evidence.ts';
import { choose, levelWorlds } from './choose.ts';
import { absent, baseOf, commit, ended, failed, lint, passed, reported, world } from './testing/evidence.ts';

const base = baseOf({ tests: reported({ green: 'passed', old: 'failed' }), lint: lint(0) });
const green = { tests: reported({ green: 'passed', old: 'passed' }), lint: lint(0) };
const still = { tests: reported({ green: 'passed', old: 'failed' }), lint: lint(0) };

function against(worlds: readonly WorldEvidence[], name = 'alpha', evidence = base): readonly string[] {
  return choose({ base: evidence, worlds }).verdicts.find((verdict) => verdict.world === name)?.against ?? ['not there'];
}

test('the world that repairs an old failure wins by score', () => {
  const choice = choose({ base, worlds: [world('beta', green), world('alpha', still)] });
  expect(choice).toMatchObject({ kind: 'chosen', winner: 'beta', commit: commit('2'), decidedBy: 'score', margin: 18.7 });
  expect(choice.verdicts).toMatchObject([
    { world: 'alpha', status: 'success', fixed: [], against: [] },
    { world: 'beta', status: 'success', fixed: ['old'], broken: [], against: [], size: 2, files: ['src/0.js'] },
  ]);
});

test.each<[string, Partial<CheckEvidence>, RegExp]>([
  ['the build fails', { ...green, build: failed, tests: absent }, /^The build fails: a\.ts\(1,1\): error TS1: no$/],
  ['the type check fails', { ...green, typeCheck: failed }, /^The type check fails/],
  [
    'the dependencies cannot be installed',
    { ...green, install: failed, build: absent, tests: absent },
    /^The dependencies cannot be installed/,
  ],
  ['an old test breaks', { tests: reported({ green: 'failed', old: 'passed' }) }, /^It breaks one test that passed before: green\.$/],
  ['an old test is skipped', { tests: reported({ green: 'skipped', old: 'passed' }) }, /^It breaks one test/],
  ['an old test is gone', { tests: reported({ old: 'passed' }) }, /^One test that passed before was not run: green\.$/],
  ['the tests are gone', { tests: absent }, /was not run: green/],
  ['the tests hang', { tests: { kind: 'timeout', afterMs: 9_000, cases: [{ id: 'green', status: 'passed' }] } }, /time limit after 9 s/],
  [
    'the runner leaves with 1',
    { tests: reported({ green: 'passed', old: 'passed' }, { exitCode: 1 }) },
    /ended with 1 although no test failed/,
  ],
  ['the report is not whole', { tests: reported({ green: 'passed', old: 'passed' }, { incomplete: true }) }, /before its report/],
])('a world cannot win when %s, whatever its score', (_, check, reason) => {
  const worlds = [world('alpha', { lint: lint(0), ...check }, { size: 1 }), world('beta', still, { size: 900 })];
  expect(choose({ base, worlds })).toMatchObject({ kind: 'chosen', winner: 'beta', decidedBy: 'only-one-passed', margin: undefined });
  const reasons = against(worlds);
  expect(reasons).toHaveLength(1);
  expect(reasons[0]).toMatch(reason);
});

test('a world that changed nothing, or touched the tests, cannot win', () => {
  const finding = { rule: 'test-deleted', path: 'a.test.js', detail: 'It deletes the test file a.test.js.' } as const;
  expect(against([world('alpha', green, { files: 0 })])).toEqual(['It changed nothing.']);
  expect(against([world('alpha', green, { integrity: [finding] })])).toEqual([finding.detail]);
});

test('what already failed at the base counts against nobody', () => {
  const broken = baseOf({ build: failed, typeCheck: failed, tests: reported({ a: 'passed' }, { exitCode: 1 }) });
  const worlds = [world('alpha', { build: failed, typeCheck: failed, tests: reported({ a: 'passed' }, { exitCode: 1 }) })];
  expect(against(worlds, 'alpha', broken)).toEqual([]);
});

test('the agent that only repairs has to repair something', () => {
  expect(against([world('alpha', still, { agent: 'repair' })])).toEqual(['It repairs none of the tests that failed before.']);
  expect(against([world('alpha', still, { agent: 'command' })])).toEqual([]);
  expect(against([world('alpha', green, { agent: 'repair' })])).toEqual([]);
});

test('of equal scores the smaller change wins, then fewer files, then the order of the names', () => {
  const decide = (...worlds: WorldEvidence[]) => {
    const choice = choose({ base, worlds });
    return choice.kind === 'chosen' ? [choice.winner, choice.decidedBy, choice.margin] : [];
  };
  expect(decide(world('alpha', green, { size: 4 }), world('gamma', green, { size: 3 }))).toEqual(['gamma', 'smaller-change', 0]);
  expect(decide(world('alpha', green, { files: 2 }), world('gamma', green, { files: 1 }))).toEqual(['gamma', 'smaller-change', 0]);
  expect(decide(world('gamma', green), world('beta', green))).toEqual(['beta', 'order', 0]);
});

test('a world that ended early is told of and cannot win', () => {
  const choice = choose({
    base,
    worlds: [ended('alpha', 'timeout', 'It ran for 30 minutes.'), ended('beta', 'skipped', 'it failed too often')],
  });
  expect(choice).toMatchObject({
    kind: 'none-passed',
    reason: 'None of 2 worlds produced a change that could be checked. Left out: beta (it failed too often).',
    verdicts: [
      { world: 'alpha', status: 'timeout', score: undefined, against: ['It ran for 30 minutes.'] },
      { world: 'beta', status: 'skipped' },
    ],
  });
});

test('when no world was run that is said, with why', () => {
  const left = [ended('alpha', 'skipped', 'tried again at ten'), ended('beta', 'skipped', 'tried again at eleven')];
  expect(choose({ base, worlds: left })).toMatchObject({
    kind: 'none-passed',
    reason: 'None of 2 worlds was run. Left out: alpha (tried again at ten), beta (tried again at eleven).',
  });
  expect(choose({ base, worlds: left.slice(1) })).toMatchObject({
    reason: 'The only world was not run. Left out: beta (tried again at eleven).',
  });
  expect(choose({ base, worlds: [world('gamma', green), ...left], minSuccessful: 2 })).toMatchObject({
    kind: 'none-passed',
    reason: '1 of 3 worlds passed, and 2 must before one may win. Left out: alpha (tried again at ten), beta (tried again at eleven).',
  });
});

test('when no world passes the gates none is chosen', () => {
  const choice = choose({ base, worlds: [world('alpha', { ...green, build: failed, tests: absent }), ended('beta', 'failed', 'No.')] });
  expect(choice).toMatchObject({ kind: 'none-passed', reason: '1 of 2 worlds produced a change, and none of these passed the gates.' });
  expect(choose({ base, worlds: [] }).kind).toBe('none-passed');
});

test('what was not known is said and lowers the confidence', () => {
  const poor = baseOf({ build: absent, tests: absent });
  const choice = choose({ base: poor, worlds: [world('alpha', { build: absent, tests: absent })] });
  expect(choice).toMatchObject({ kind: 'chosen', confidence: 0 });
  expect(choice.caveats.join('\n')).toMatch(/build n\/a[\s\S]*tests n\/a[\s\S]*lint n\/a[\s\S]*security n\/a/);
  const rich = choose({ base, worlds: [world('alpha', green)] });
  expect(rich).toMatchObject({ kind: 'chosen', confidence: 0.8 });
  const close = choose({ base, worlds: [world('alpha', green), world('beta', green, { size: 9 })] });
  expect(close).toMatchObject({ kind: 'chosen', confidence: 0.4 });
});

test('an install that passed is not needed for a build to count', () => {
  expect(choose({ base: baseOf({ install: passed }), worlds: [world('alpha', { install: passed })] })).toMatchObject({
    kind: 'chosen',
    verdicts: [{ score: { build: 30 } }],
  });
});

test('a test file or a command that could not even be loaded is repaired once its tests are reported and green', () => {
  const unloaded = baseOf({ tests: reported({ 'a.test.js > (whole file)': 'failed', 'b.test.js > b': 'passed' }) });
  const loaded = (a: 'passed' | 'failed') =>
    world('alpha', { tests: reported({ 'a.test.js > a': a, 'b.test.js > b': 'passed' }) }, { agent: 'repair' });
  expect(choose({ base: unloaded, worlds: [loaded('passed')] })).toMatchObject({
    kind: 'chosen',
    verdicts: [{ fixed: ['a.test.js > (whole file)'], score: { testsPassed: 2, testsTotal: 2 } }],
  });
  expect(choose({ base: unloaded, worlds: [loaded('failed')] }).kind).toBe('none-passed');
  const silent = baseOf({ tests: { kind: 'exit-code', passed: false, exitCode: 1, output: 'SyntaxError', durationMs: 1 } });
  expect(choose({ base: silent, worlds: [loaded('passed')] })).toMatchObject({
    kind: 'chosen',
    verdicts: [{ fixed: ['the test command'] }],
  });
  expect(choose({ base: silent, worlds: [loaded('failed')] }).kind).toBe('none-passed');
});

test('worlds that made the very same change agree, and do not lower the confidence', () => {
  const [alpha, beta, gamma] = [world('alpha', green), world('beta', green), world('gamma', green)];
  const same = (one: typeof alpha, patchDigest: string) => ({ ...one, patchDigest });
  const all = choose({ base, worlds: [same(alpha, 'x'), same(beta, 'x')] });
  expect(all).toMatchObject({ winner: 'alpha', decidedBy: 'agreement', margin: undefined });
  const other = choose({ base, worlds: [same(alpha, 'x'), same(beta, 'x'), same(gamma, 'y')] });
  expect(other).toMatchObject({ winner: 'alpha', decidedBy: 'order', margin: 0 });
  expect(all.kind === 'chosen' && other.kind === 'chosen' && all.confidence > other.confidence).toBe(true);
});

test('nobody wins while fewer worlds pass than must', () => {
  const worlds = [world('alpha', green), world('beta', green)];
  expect(choose({ base, worlds, minSuccessful: 2 })).toMatchObject({ kind: 'chosen', winner: 'alpha' });
  expect(choose({ base, worlds, minSuccessful: 3 })).toMatchObject({
    kind: 'none-passed',
    reason: '2 of 2 worlds passed, and 3 must before one may win.',
  });
});

test('a judge is asked only about worlds that the evidence leaves level, one for each change', () => {
  const digest = (one: ReturnType<typeof world>, patchDigest: string) => ({ ...one, patchDigest });
  const worlds = [
    digest(world('alpha', green, { size: 9 }), 'x'),
    digest(world('beta', green, { size: 4 }), 'y'),
    digest(world('gamma', green, { size: 4 }), 'y'),
    digest(world('delta', green, { size: 5 }), 'z'),
    digest(world('epsilon', green, { size: 30 }), 'v'),
    digest(world('zeta', still, { size: 1 }), 'w'),
  ];
  expect(levelWorlds({ base, worlds })).toEqual(['beta', 'delta', 'alpha']);
  expect(levelWorlds({ base, worlds: [worlds[1]!, worlds[2]!] })).toEqual([]);
  expect(levelWorlds({ base, worlds: [worlds[0]!, worlds[5]!] })).toEqual([]);
  expect(levelWorlds({ base, worlds: [worlds[0]!, worlds[1]!], minSuccessful: 3 })).toEqual([]);
});

test('among level worlds the one that the judge preferred wins, whatever its size; no other can be made to win by it', () => {
  const worlds = [world('alpha', green, { size: 9 }), world('beta', green, { size: 4 }), world('gamma', still)];
  const judge = { model: 'local/judge', asked: ['alpha', 'beta'], words: ['alpha and beta: alpha is better.'] } as const;
  const preferring = (preferred: 'alpha' | 'beta' | 'gamma' | undefined) => choose({ base, worlds, judge: { ...judge, preferred } });
  expect(preferring('alpha')).toMatchObject({ winner: 'alpha', decidedBy: 'judge', margin: 0, judge: { model: 'local/judge' } });
  expect(preferring('beta')).toMatchObject({ winner: 'beta', decidedBy: 'judge' });
  expect(preferring('gamma')).toMatchObject({ winner: 'beta', decidedBy: 'smaller-change' });
  expect(preferring(undefined)).toMatchObject({ winner: 'beta', decidedBy: 'smaller-change', judge: { words: judge.words } });
});
