import { expect, test } from 'vitest';
import { reasonsAgainst } from './gates.ts';
import { absent, baseOf, checked, failed, lint, passed, reported, world } from './testing/evidence.ts';

const tests = reported({ a: 'passed' });
const base = baseOf({ typeCheck: passed, tests, lint: lint(0) });
const good = { typeCheck: passed, tests, lint: lint(0) };
const { change } = world('alpha', {});
const against = (parts: Parameters<typeof checked>[0]) =>
  reasonsAgainst(base, { change, check: checked({ ...good, ...parts }), integrity: [] });

test('a change that keeps everything as it was has nothing against it', () => {
  expect(against({})).toEqual([]);
});

test('a check that the base has and that is no longer run is a reason', () => {
  expect(against({ build: absent })).toEqual(['The build that the base has was not run: There is none.']);
  expect(against({ typeCheck: absent })).toEqual(['The type check that the base has was not run: There is none.']);
  expect(against({ lint: absent })).toEqual(['The linter that the base has was not run: There is none.']);
  expect(against({ tests: absent })).toEqual(['One test that passed before was not run: a.']);
  const red = baseOf({ tests: reported({ a: 'failed' }) });
  expect(reasonsAgainst(red, { change, check: checked({ tests: absent }), integrity: [] })).toEqual([
    'The test command that the base has was not run: There is none.',
  ]);
});

test('what could not be run because of a failure is named once, by the failure', () => {
  expect(against({ build: failed, tests: absent })).toHaveLength(1);
  expect(against({ install: failed, build: absent, typeCheck: absent, tests: absent, lint: absent })).toHaveLength(1);
});

test('checks that the base does not have count for nobody', () => {
  const bare = baseOf({ build: absent, tests: absent });
  expect(reasonsAgainst(bare, { change, check: checked({ build: absent, tests: absent }), integrity: [] })).toEqual([]);
});
