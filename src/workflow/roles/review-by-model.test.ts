import { expect, test } from 'vitest';
import { inOrder } from '../../../test/support/scripted-provider/scripted-provider.ts';
import type { Turn } from '../../../test/support/scripted-provider/scripted-provider.ts';
import type { ReviewReport } from '../../domain/review.ts';
import { roleStand } from '../testing/role-stand.ts';
import { reviewByModel } from './review-by-model.ts';

const approved: ReviewReport = {
  score: 90,
  breakdown: { tests: 35, lint: null, security: null, docs: null },
  recommendation: 'APPROVE',
  issues: ['one'],
};
const finding = (severity: string, text = 'It divides by zero for an empty cart.') => ({ severity, path: 'src/cart.js', line: 3, text });
const say = (...findings: readonly object[]): Turn => ({ say: JSON.stringify({ findings }) });

async function read(turns: readonly Turn[], report = approved, patch = '+ a change\n') {
  await using stand = await roleStand({ roles: ['review'], script: inOrder(turns) });
  return {
    ...(await reviewByModel(stand.tools, stand.context, { report, patch: () => Promise.resolve(patch) })),
    requests: stand.requests.slice(),
  };
}

test('a grave finding takes the approval away, and all findings are told, the gravest first', async () => {
  const { report, requests } = await read([say(finding('low', 'A name'), finding('high'))]);
  expect(report).toMatchObject({ score: 90, recommendation: 'REVIEW' });
  expect(report.issues).toEqual([
    'one',
    'high: src/cart.js:3: It divides by zero for an empty cart. (local/scripted)',
    'low: src/cart.js:3: A name. (local/scripted)',
  ]);
  expect(requests[0]?.text).toMatch(/\[begin change (\S+)\]\n\+ a change\n\n\[end change \1\]/);
});

test('lesser findings are told and take nothing away; no answer gives an approval', async () => {
  expect((await read([say(finding('medium'))])).report.recommendation).toBe('APPROVE');
  expect((await read([say()], { ...approved, recommendation: 'REVIEW' })).report.recommendation).toBe('REVIEW');
  expect((await read([say(finding('critical'))], { ...approved, recommendation: 'REJECT' })).report.recommendation).toBe('REJECT');
});

test('where the answer is of no use the report stays as it is, and it is said', async () => {
  const { report, warnings } = await read([{ fail: 401 }]);
  expect(report).toEqual(approved);
  expect(warnings).toEqual([expect.stringMatching(/^The model's review was not usable \(.+\): rules instead\.$/)]);
});

test('of a change that is too long the beginning is read, and that is said', async () => {
  const { warnings, requests } = await read([say()], approved, '+ line\n'.repeat(40_000));
  expect(warnings).toEqual(['local/scripted read only the first 200,000 characters of the change.']);
  expect(requests[0]!.text.length).toBeLessThan(210_000);
});

test('a secret that a model repeats is taken out', async () => {
  const { report } = await read([say(finding('high', `It logs AKIA${'A'.repeat(16)} on start.`))]);
  expect(report.issues.at(-1)).toBe('high: src/cart.js:3: It logs [secret removed] on start. (local/scripted)');
});

test('what a model writes stays on its line', async () => {
  const { report } = await read([say(finding('high', 'one\n\u001b[2Jtwo\u202e'))]);
  expect(report.issues.at(-1)).toBe('high: src/cart.js:3: one [2Jtwo. (local/scripted)');
});
