import stringWidth from 'string-width';
import { expect, test } from 'vitest';
import { choose } from './choose.ts';
import { explainChoice, explainLines, tellChoice } from './explain.ts';
import { absent, baseOf, ended, failed, lint, reported, world } from './testing/evidence.ts';
import { plain, table, wrap } from './text-table.ts';

const base = baseOf({ tests: reported({ green: 'passed', old: 'failed' }) });
const green = { tests: reported({ green: 'passed', old: 'passed' }) };
const choice = choose({
  base,
  worlds: [
    world('alpha', { tests: reported({ green: 'passed', old: 'failed' }) }),
    world('beta', green, { size: 1 }),
    world('gamma', { build: failed, tests: absent }),
    world('delta', green, { size: 7 }),
    ended('epsilon', 'timeout', 'It was still at work after 30 minutes.'),
  ],
});

test('a choice is told in words first, then with every world in a table', () => {
  const lines = explainLines(choice);
  expect(lines[0]).toBe('beta won because its change is the smallest of those with the best score. It');
  expect(lines[1]).toBe('repairs one test that failed before, breaks none that passed, and changes one');
  const text = lines.join('\n');
  expect(text).toMatch(/ {2}alpha {4}It could have won, but is 25 points behind, most of it in tests\./);
  expect(text).toMatch(/ {2}gamma {4}The build fails: a\.ts\(1,1\): error TS1: no/);
  expect(text).toMatch(/ {2}delta {4}It has the same score, but changes 7 lines where beta changes 1\./);
  expect(text).toMatch(/ {2}epsilon {2}It was still at work after 30 minutes\./);
  expect(text).toMatch(/ {2}- No linter found: lint n\/a\./);
  expect(text).toMatch(/^> beta +won +100\.0 +30\.0 +30\.0 +n\/a +n\/a +n\/a +2\/2 +1 +1$/m);
  expect(text).toMatch(/^ {2}epsilon timeout +-( +-){8}$/m);
  expect(text).toMatch(/beta {5}repairs old/);
});

test('it fits a terminal of 80 columns, and a narrow one as far as the table allows', () => {
  expect(Math.max(...explainLines(choice).map((line) => stringWidth(line)))).toBeLessThanOrEqual(80);
  const narrow = explainLines(choice, 40).filter((line) => !/\d\.\d|world /.test(line) && !line.includes('epsilon timeout'));
  expect(Math.max(...narrow.map((line) => stringWidth(line)))).toBeLessThanOrEqual(40);
});

test.each([
  [
    'by points',
    [world('alpha', green), world('beta', { tests: reported({ green: 'passed', old: 'failed' }) })],
    /^alpha won by 25 points\./,
  ],
  ['as the only world', [world('alpha', green)], /^alpha won as the only world\./],
  ['by the order', [world('alpha', green), world('beta', green)], /^alpha won only by the order of the worlds/],
  [
    'because no other passed',
    [world('alpha', green), ended('beta', 'failed', 'No.')],
    /^alpha won because no other world passed the gates\./,
  ],
])('a world that won %s is said to have', (_, worlds, sentence) => {
  expect(explainChoice(choose({ base, worlds })).replaceAll('\n', ' ')).toMatch(sentence);
});

test('when nobody won it says why, for each', () => {
  const text = explainChoice(choose({ base, worlds: [ended('alpha', 'failed', 'No candidate passed.')] }));
  expect(text).toMatch(/^No world won\. The only world/);
  expect(text).toMatch(/Why not\n {2}alpha {4}No candidate passed\./);
});

test('names of tests cannot move the cursor, add lines or hide', () => {
  const evil = 'a\u001b[2J\u001b]0;title\u0007b\nc\u202ed\u200be\r';
  expect(plain(evil)).toBe('ab cde');
  const text = explainChoice(
    choose({
      base: baseOf({ tests: reported({ [evil]: 'passed' }), lint: lint(0) }),
      worlds: [world('alpha', { tests: reported({ [evil]: 'failed' }) })],
    }),
  );
  // eslint-disable-next-line no-control-regex
  expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
});

test('why a choice came out as it did is told in a few sentences, the same as in full', () => {
  const worlds = [world('alpha', green, { size: 4 }), world('beta', green, { size: 9 })];
  const made = choose({ base, worlds });
  const { why, whyNot } = tellChoice(made);
  expect(why).toMatch(/^alpha won because its change is the smallest of those with the best score\. .*Confidence \d+ %\.$/);
  expect(whyNot).toEqual([{ world: 'beta', reasons: ['It has the same score, but changes 9 lines where alpha changes 4.'] }]);
  expect(explainChoice(made).replaceAll(/\s+/g, ' ')).toContain(why);
});

test('a table is aligned by the width of what it shows', () => {
  const rows = table(
    [
      { head: 'a', align: 'left' },
      { head: 'b', align: 'right' },
    ],
    [
      ['漢字', '1'],
      ['x', '100'],
    ],
  );
  expect(rows).toEqual(['a      b', '漢字   1', 'x    100']);
});

test('words wider than a line stand alone', () => {
  expect(wrap('a bbbbbbbb c', 4, '  ')).toEqual(['a', '  bbbbbbbb', '  c']);
});

test('what a judge said is told where one was asked, and that it decided', () => {
  const worlds = [world('alpha', green, { size: 9 }), world('beta', green, { size: 4 })];
  const words = ['alpha and beta: alpha is better. It handles\u001b[2J an empty cart.'];
  const judge = { model: 'local/judge', asked: ['alpha', 'beta'], preferred: 'alpha', words } as const;
  const text = explainChoice(choose({ base, worlds, judge }));
  expect(text.replaceAll('\n', ' ')).toMatch(
    /^alpha won because local\/judge, asked about the changes with the best score in either order,/,
  );
  expect(text).toMatch(/ {2}beta {5}It has the same score, but the judge preferred alpha\./);
  expect(text).toMatch(/What the judge said\n {2}- alpha and beta: alpha is better\. It handles an empty cart\./);
  const without = explainChoice(choose({ base, worlds, judge: { ...judge, preferred: undefined } }));
  expect(without).toMatch(/^beta won because its change is the smallest/);
  expect(without).toMatch(/What the judge said/);
});
