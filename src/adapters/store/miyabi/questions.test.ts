import { expect, it } from 'vitest';
import type { JobId, TaskId } from '../../../domain/ids.ts';
import { overLedgers } from '../../../../test/support/ledger.ts';

const jobId = 'job' as JobId;
const question = (key: string, text = `May ${key}?`) => ({ jobId, key, taskId: 'task' as TaskId, text });

overLedgers((openTestLedger) => {
  it('asks the same question once, also after a restart, and gives it the answer that it was given', async () => {
    await using opened = await openTestLedger();
    const { questions } = opened.ledger;
    opened.clock.now = () => 1_000;
    const asked = { ...question('spend'), askedAt: 1_000, answer: undefined };
    expect(await questions.ask(question('spend'))).toEqual(asked);
    opened.clock.now = () => 2_000;
    const other = (await opened.another()).questions;
    expect(await other.ask(question('spend', 'May it, once more?'))).toEqual(asked);
    expect(await other.answer(jobId, 'spend', { approved: true, by: 'ada', reason: 'worth it' })).toBe(true);
    const answer = { approved: true, by: 'ada', at: 2_000, reason: 'worth it' };
    expect(await questions.ask(question('spend'))).toEqual({ ...asked, answer });
  });

  it('answers once', async () => {
    await using opened = await openTestLedger();
    const { questions } = opened.ledger;
    await questions.ask(question('spend'));
    expect(await questions.answer(jobId, 'spend', { approved: false, by: 'ada' })).toBe(true);
    expect(await questions.answer(jobId, 'spend', { approved: true, by: 'grace' })).toBe(false);
    expect(await questions.answer(jobId, 'unasked', { approved: true, by: 'grace' })).toBe(false);
    expect((await questions.ask(question('spend'))).answer).toMatchObject({ approved: false, by: 'ada', reason: undefined });
  });

  it('lists what is open in a run, or was, the oldest first', async () => {
    await using opened = await openTestLedger();
    const { questions } = opened.ledger;
    for (const [at, key] of ['z', 'answered', 'withdrawn', 'a'].entries()) {
      opened.clock.now = () => at;
      await questions.ask(question(key));
    }
    await questions.ask({ ...question('elsewhere'), jobId: 'other' as JobId });
    await questions.answer(jobId, 'answered', { approved: true, by: 'ada' });
    await questions.withdraw(jobId, 'withdrawn');
    expect((await questions.open(jobId)).map(({ key }) => key)).toEqual(['z', 'a']);
    expect((await questions.ofRun(jobId)).map(({ key }) => key)).toEqual(['z', 'answered', 'a']);
  });

  it('an answer stays when nobody waits for it any more, and a question that was withdrawn may be asked again', async () => {
    await using opened = await openTestLedger();
    const { questions } = opened.ledger;
    await questions.ask(question('answered'));
    await questions.answer(jobId, 'answered', { approved: true, by: 'ada' });
    await questions.withdraw(jobId, 'answered');
    expect((await questions.ask(question('answered'))).answer).toMatchObject({ approved: true });
    await questions.ask(question('withdrawn'));
    await questions.withdraw(jobId, 'withdrawn');
    expect(await questions.answer(jobId, 'withdrawn', { approved: true, by: 'ada' })).toBe(false);
    expect((await questions.ask(question('withdrawn'))).answer).toBeUndefined();
  });
});
