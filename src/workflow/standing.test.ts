import { beforeEach, afterEach, expect, it } from 'vitest';
import { workflowStand } from '../../test/support/workflow-stand.ts';
import type { WorkflowStand } from '../../test/support/workflow-stand.ts';
import { answeredByTime } from '../domain/outcome.ts';
import type { Outcome } from '../domain/outcome.ts';
import type { ApprovalAnswer } from './approve.ts';
import { approve } from './approve.ts';
import type { AskedOf } from './escalate.ts';
import { approvalSignal, escalationOf } from './escalate.ts';
import { questionId } from './question-id.ts';
import { runOf } from './tools.ts';

let stand: WorkflowStand;

beforeEach(async () => {
  stand = await workflowStand({ 'a.txt': 'a\n' });
});

afterEach(async () => await stand[Symbol.asyncDispose]());

/** A gate of a run, told by a digit, as it is executed: before its answer, or with it. */
async function gate(
  run: number,
  { answer, by = 'ada', ...asked }: { readonly answer?: ApprovalAnswer | null; readonly by?: string } & Partial<AskedOf> = {},
): Promise<Outcome> {
  const given = stand.context(run, {});
  const words = { severity: 'medium', reason: 'large', recommendation: 'Look.', actions: { approve_anyway: 'Go on' } } as const;
  const details = escalationOf(runOf(given), { kind: 'plan', ...words, ...asked });
  const stored = answer === undefined ? undefined : { signal: approvalSignal, payload: answer, by, at: 20, since: 10 };
  const payload = { reason: 'large', question: 'Go on with it?', details, patience: { ms: 1_000, otherwise: 'reject' as const } };
  return await approve(stand.tools).handler({ ...given, payload, answer: stored });
}

const kept = async (run: number) => await stand.tools.ledger.answers.ofRun(stand.context(run, {}).jobId);
const standing = async () => await stand.tools.ledger.standingAnswers.newest({ limit: 10 });

it('is kept by whoever goes on with the run, where who answered died before they could, and once', async () => {
  expect(await gate(1)).toMatchObject({ kind: 'blocked', need: { details: { kind: 'plan', canStand: true } } });
  const answer = { approved: true, scope: 'always', reason: 'as ever', how: 'api' } as const;
  for (let time = 0; time < 2; time += 1)
    expect(await gate(1, { answer })).toMatchObject({ kind: 'success', result: { approvedBy: 'ada' } });
  const { jobId, taskId } = stand.context(1, {});
  const id = questionId(jobId, { kind: 'blocked', askedAt: 10, asker: taskId });
  const told = { by: 'ada', scope: 'always', reason: 'as ever' };
  expect(await kept(1)).toMatchObject([
    { id, ...told, how: 'api', askedAt: 10, answeredAt: 20, resumedAt: expect.any(Number), standing: undefined },
  ]);
  expect(await standing()).toMatchObject([{ ...told, givenTo: id, kind: 'plan', about: '', question: 'Go on with it?' }]);
});

it('answers at once what is asked later, in the name of who gave it, however often that is executed', async () => {
  await gate(1, { answer: { approved: true, scope: 'always' } });
  for (let time = 0; time < 2; time += 1) {
    stand.pass(1_000);
    expect(await gate(2)).toMatchObject({
      kind: 'success',
      result: { approvedBy: 'ada, for every run here' },
      observations: [expect.stringMatching(/^Nobody had to be asked: answered by ada, for every run here \(1{32}\.[0-9a-f]{16}\)\.$/)],
    });
  }
  const [given] = await standing();
  expect(await kept(2)).toMatchObject([{ answer: 'approve', by: 'ada', scope: 'always', standing: given?.id }]);
});

it('holds for its own kind, in its own run where that was said, and until it is revoked', async () => {
  await gate(1, { answer: { approved: true, scope: 'run' } });
  expect(await gate(1)).toMatchObject({ kind: 'success', result: { approvedBy: 'ada, for this run' } });
  expect(await gate(2)).toMatchObject({ kind: 'blocked' });
  expect(await gate(1, { kind: 'review' })).toMatchObject({ kind: 'blocked' });
  const [given] = await standing();
  await stand.tools.ledger.standingAnswers.revoke(given!.id, 'grace');
  expect(await gate(1)).toMatchObject({ kind: 'blocked' });
});

it('never answers what is critical or has to be looked at each time, and such an answer does not stand itself', async () => {
  await gate(1, { answer: { approved: true, scope: 'always' } });
  for (const asked of [{ severity: 'critical' }, { onlyOnce: true }, { kind: 'choice' }, { kind: 'secrets' }] as const) {
    expect(await gate(1, asked)).toMatchObject({ kind: 'blocked', need: { details: { canStand: false } } });
    expect(await gate(2, { ...asked, answer: { approved: true, scope: 'always' } })).toMatchObject({ kind: 'success' });
  }
  expect(await standing()).toHaveLength(1);
  expect((await kept(2)).map(({ scope }) => scope)).toEqual(['once']);
});

it('a no, and silence, hold once', async () => {
  expect(await gate(1, { answer: { approved: false, scope: 'always', reason: 'no' } })).toMatchObject({ kind: 'failure' });
  expect(await gate(2, { answer: null, by: answeredByTime })).toMatchObject({ kind: 'failure', reason: 'nobody answered in time' });
  expect(await standing()).toEqual([]);
  expect(await kept(1)).toMatchObject([{ answer: 'reject', scope: 'once', reason: 'no' }]);
  expect(await kept(2)).toMatchObject([{ answer: 'reject', by: 'nobody in time' }]);
});
