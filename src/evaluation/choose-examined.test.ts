import stringWidth from 'string-width';
import { expect, test } from 'vitest';
import { securityAnalyses, type SecurityEvidence, type SecurityLevel } from '../domain/security.ts';
import { choose, levelWorlds, undecided } from './choose.ts';
import { worldNames } from '../domain/world.ts';
import { explainChoice, explainLines } from './explain.ts';
import { baseOf, lint, reported, world } from './testing/evidence.ts';
import { examOf } from './testing/exam.ts';

const base = baseOf({ tests: reported({ green: 'passed', old: 'failed' }), lint: lint(0) });
const green = { tests: reported({ green: 'passed', old: 'passed' }), lint: lint(0) };
const three = ['alpha', 'beta', 'gamma'] as const;
const worlds = [world('alpha', green, { size: 3 }), world('beta', green, { size: 9 }), world('gamma', green, { size: 6 })];

function found(level: SecurityLevel): SecurityEvidence {
  const finding = { analysis: 'secrets', rule: 'private-key', level, path: 'a.js', line: 3, detail: 'It holds a private key.' } as const;
  return {
    analyses: securityAnalyses.map((analysis, index) => ({
      analysis,
      kind: 'analysed',
      findings: index === 0 ? [finding] : [],
      durationMs: 1,
    })),
  };
}

test('the world that passes the tests of others wins over a smaller change, and the path says so', () => {
  const exam = examOf(three, [
    { author: 'writer-1', ends: '-++' },
    { author: 'writer-2', ends: '-+-' },
  ]);
  const choice = choose({ base, worlds, exam });
  expect(choice).toMatchObject({ kind: 'chosen', winner: 'beta', decidedBy: 'examination', plain: { winner: 'alpha' } });
  expect(choice.funnel?.map(({ step, left }) => [step, left.length])).toEqual([
    ['integrity', 3],
    ['gates', 3],
    ['clusters', 3],
    ['examination', 1],
  ]);
  expect(choice.funnel?.at(-1)?.because).toMatch(/^By 2 tests of others beta is believed most \([\w ]+ %\), gamma next/);
  expect(choice.plain?.scores).toHaveLength(3);
});

test('among worlds that behave alike the smaller change wins, however many there are against it elsewhere', () => {
  const exam = examOf(three, [{ author: 'writer-1', ends: '-++' }]);
  const choice = choose({ base, worlds, exam });
  // alpha, which has the best score, is out for what was examined.
  expect(choice).toMatchObject({ winner: 'gamma', decidedBy: 'examination' });
  expect(choice.funnel?.map(({ step }) => step)).toEqual(['integrity', 'gates', 'clusters', 'examination', 'score', 'smaller-change']);
});

test('agreement makes sure, and where they differ and nothing decides the confidence is low', () => {
  const confidence = (answers: Parameters<typeof examOf>[2]) => {
    const choice = choose({ base, worlds, exam: examOf(three, [], answers) });
    return choice.kind === 'chosen' ? choice.confidence : Number.NaN;
  };
  const agreed = confidence({ alpha: '11', beta: '11', gamma: '11' });
  const split = confidence({ alpha: '11', beta: '12', gamma: '13' });
  expect(agreed).toBeGreaterThan(0.6);
  expect(split).toBeLessThan(0.4);
});

test('behaviours that cannot be told apart are named for a further test, which then decides', () => {
  const exam = examOf(three, [], { alpha: '1', beta: '2', gamma: '3' });
  expect(undecided({ base, worlds, exam })).toEqual(['alpha', 'gamma', 'beta']);
  expect(levelWorlds({ base, worlds, exam })).toEqual(['alpha', 'gamma', 'beta']);
  const distinguishing = examOf(three, [{ author: 'writer-3', ends: '--+' }]);
  const choice = choose({ base, worlds, exam, distinguishing });
  expect(choice).toMatchObject({ winner: 'gamma', decidedBy: 'distinguishing-test' });
  expect(undecided({ base, worlds, exam, distinguishing })).toEqual([]);
  expect(choice.funnel?.find(({ step }) => step === 'distinguishing-test')?.left).toEqual(['gamma']);
  expect(choice.examination?.tests.map(({ author }) => author)).toEqual(['writer-3']);
});

test('a judge decides between behaviours that the evidence leaves open, before the score does, and never for one that is less believed', () => {
  const exam = examOf(three, [{ author: 'writer-1', ends: '++-' }], { alpha: '1', beta: '2', gamma: '3' });
  const judge = { model: 'local/judge', asked: ['alpha', 'beta'], words: [] } as const;
  expect(levelWorlds({ base, worlds, exam })).toEqual(['alpha', 'beta']);
  expect(choose({ base, worlds, exam, judge: { ...judge, preferred: 'beta' } })).toMatchObject({ winner: 'beta', decidedBy: 'judge' });
  expect(choose({ base, worlds, exam, judge: { ...judge, preferred: 'gamma' } })).toMatchObject({
    winner: 'alpha',
    decidedBy: 'smaller-change',
  });
});

test('an examination that says nothing changes nothing', () => {
  const silent = examOf(three, [{ author: 'writer-1', ends: '+++' }]);
  const { examination, ...with_ } = choose({ base, worlds, exam: silent });
  expect(with_).toEqual(choose({ base, worlds }));
  expect(examination?.tests[0]?.weight).toBe(0);
  // Another test may tell apart what no test and no input has.
  expect(undecided({ base, worlds, exam: silent })).toEqual(['alpha', 'gamma', 'beta']);
});

test('why worlds that differ were not examined is said', () => {
  const unexamined = 'there are no tests of theirs';
  expect(choose({ base, worlds, unexamined }).caveats).toContain('Nothing was examined: there are no tests of theirs.');
  expect(choose({ base, worlds: worlds.slice(0, 1), unexamined }).caveats.join(' ')).not.toContain('Nothing was examined');
});

test('only worlds that pass the gates are compared: what another answers makes no majority', () => {
  const out = world('alpha', { ...green, tests: reported({ green: 'failed', old: 'passed' }) });
  const exam = examOf(['alpha', 'beta', 'gamma'], [], { alpha: '1', beta: '1', gamma: '2' });
  const choice = choose({ base, worlds: [out, worlds[1]!, worlds[2]!], exam });
  expect(choice).toMatchObject({ winner: 'gamma', examination: { clusters: [{ worlds: ['beta'] }, { worlds: ['gamma'] }] } });
});

test('a high finding keeps a world from winning unasked, a critical one altogether; the plain choice knows neither', () => {
  const secured = (level: SecurityLevel) =>
    choose({
      base,
      worlds: [world('alpha', green, { security: found(level) }), world('beta', green, { size: 9, security: found('low') })],
    });
  const high = secured('high');
  expect(high).toMatchObject({
    winner: 'beta',
    plain: { winner: 'beta' },
    verdicts: [{ status: 'failed', score: { security: 4 } }, { score: { security: 9.5 } }],
  });
  expect(high.verdicts[0]?.against).toEqual([
    expect.stringMatching(/^Security, high \(secrets, private-key\), a\.js:3: It holds a private key\./),
  ]);
  expect(high.verdicts[0]).not.toHaveProperty('isStopped');
  expect(secured('critical').verdicts[0]).toMatchObject({ isStopped: true, score: { security: 0 } });
  expect(high.verdicts[1]?.evidence?.security).toEqual(['low, private-key in a.js:3: It holds a private key.']);
});

test('what could not look makes less sure and is said', () => {
  const analyses = found('low').analyses.map((each, index) =>
    index === 2 ? ({ analysis: each.analysis, kind: 'unavailable', reason: 'No registry answers.' } as const) : each,
  );
  const choice = choose({ base, worlds: [world('alpha', green, { security: { analyses } })] });
  expect(choice).toMatchObject({ confidence: 0.88, verdicts: [{ score: { confidence: expect.closeTo(0.88) as number } }] });
  expect(choice.caveats).toContain('Security, vulnerabilities: unavailable, so not known. No registry answers.');
});

test('a change that no test vouches for is said to be one, and nobody is sure of it', () => {
  const gone = { kind: 'exit-code', passed: false, exitCode: 127, output: 'sh: vitest: not found', durationMs: 1 } as const;
  const blind = baseOf({ tests: gone, lint: lint(0) });
  const choice = choose({ base: blind, worlds: [world('alpha', { tests: gone, lint: lint(0) })] });
  expect(choice).toMatchObject({ kind: 'chosen', confidence: 0.25 });
  expect(choice.caveats[0]).toBe('No test of the project vouches for what alpha changed; only that it builds is known.');
  const nothing = { build: { kind: 'none', reason: 'There is none.' }, tests: gone } as const;
  expect(choose({ base: baseOf(nothing), worlds: [world('alpha', nothing)] }).caveats[0]).toMatch(
    /^Nothing at all vouches for what alpha changed/,
  );
});

test('new warnings are those that the base does not have, wherever their lines moved; unformatted files count as warnings', () => {
  const finding = (rule: string, line: number, severity: 'warning' | 'error' = 'warning') =>
    ({ rule, path: 'a.js', line, severity, message: `No ${rule}.` }) as const;
  const linted = (...findings: ReturnType<typeof finding>[]) => {
    const errors = findings.filter(({ severity }) => severity === 'error').length;
    return { ...lint(findings.length - errors, errors), findings };
  };
  const format = (...files: string[]) => ({ kind: 'reported', command: 'oxfmt --check', files }) as const;
  const before = baseOf({ tests: green.tests, lint: linted(finding('eqeqeq', 1), finding('no-var', 2)), format: format('old.js') });
  const after = {
    tests: green.tests,
    lint: linted(finding('eqeqeq', 7), finding('no-eval', 9, 'error')),
    format: format('old.js', 'a.js'),
  };
  const choice = choose({ base: before, worlds: [world('alpha', after)] });
  expect(choice.verdicts[0]).toMatchObject({
    score: { lint: 18.8, warnings: 6 },
    evidence: { lint: ['New error no-eval in a.js:9: No no-eval.', 'Not formatted: a.js'] },
  });
});

test('the explanation shows the matrix, who behaves alike, where they differ, the path, and who would have won without', () => {
  const exam = examOf(
    three,
    [
      { author: 'writer-1', ends: '-++' },
      { author: 'beta', ends: '++-' },
      { author: 'writer-2', ends: '+++' },
      { author: 'writer-2', ends: '-+-' },
    ],
    { alpha: '12', beta: '11', gamma: '1\u001b' },
  );
  const text = explainChoice(choose({ base, worlds, exam }));
  expect(text.replaceAll(/\s+/g, ' ')).toMatch(/^beta won because what it does is most likely right, by everybody's tests and answers/);
  expect(text).toMatch(
    / {2}test +alpha +beta +gamma +weight\n {2}writer-1: writer-1\.test\.js > 0 +- +\+ +\+ +1\.00\n.*\n {2}beta: beta\.test\.js > 0 +\+ +\(\+\) +- /,
  );
  expect(text).toMatch(/ {2}- writer-2: writer-2\.test\.js > 0: It passes in every world/);
  expect(text).toMatch(/ {2}- f\(1\) : alpha -> 2; beta -> 1; gamma ->/);
  expect(text).toMatch(/ {2}- beta: [\w ]+ %\n/);
  expect(text).toMatch(/ {2}examination +beta\. By 3 tests of others and 2 inputs beta is believed most/);
  expect(text).toMatch(/By score and size alone: alpha\./);
  expect(text).toMatch(/ {2}gamma {4}It behaves otherwise, and is less likely right \([\w ]+ %, beta [\w ]+ %\)\./);
  expect(text).not.toContain('\u001b');
});

test('a matrix of five worlds and names without end fits a terminal, and shows no more rows than one reads', () => {
  const five = worldNames.slice(0, 5);
  const many = Array.from({ length: 30 }, (_, index) => ({ author: 'writer-1' as const, ends: index % 2 === 0 ? '-++++' : '+-+++' }));
  const exam = examOf(five, many);
  const all = five.map((name, index) => world(name, green, { size: index + 2 }));
  const choice = choose({ base, worlds: all, exam: { ...exam, notes: ['x'.repeat(30).repeat(2)] } });
  const lines = explainLines(choice);
  expect(Math.max(...lines.map((line) => stringWidth(line)))).toBeLessThanOrEqual(80);
  expect(lines.filter((line) => line.includes('writer-1.test.js'))).toHaveLength(20);
  expect(lines).toContain('  And 10 more that count.');
});
