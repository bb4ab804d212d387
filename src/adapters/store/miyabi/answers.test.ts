import { expect, it } from 'vitest';
import { overLedgers } from '../../../../test/support/ledger.ts';
import type { JobId, RepositoryId, TaskId } from '../../../domain/ids.ts';
import type { AnsweredQuestion, NewStandingAnswer } from '../../../ports/answers.ts';

const jobId = 'job' as JobId;
const taskId = 'task' as TaskId;

function answered(id: string, answeredAt: number, more: Partial<AnsweredQuestion> = {}): AnsweredQuestion {
  const said = { answer: 'approve', by: 'ada', how: 'api', reason: 'fine', world: undefined, scope: 'once', standing: undefined } as const;
  const about = { kind: 'plan', severity: 'medium', title: 'Add', issue: 'ada/shop#1', question: 'Go on?' } as const;
  return { id, jobId, taskId, ...about, ...said, askedAt: 1, answeredAt, resumedAt: undefined, ...more };
}

function standing(givenTo: string, repositoryId: RepositoryId, more: Partial<NewStandingAnswer> = {}): NewStandingAnswer {
  const said = { scope: 'always', kind: 'plan', about: '', question: 'Go on?', by: 'ada', reason: undefined } as const;
  return { givenTo, repositoryId, jobId, ...said, at: 10, ...more };
}

overLedgers((openTestLedger) => {
  it('keeps one answer for each question, and later only that the run went on with it', async () => {
    await using opened = await openTestLedger();
    const { answers } = opened.ledger;
    await answers.record(answered('one', 2));
    await answers.record(answered('one', 9, { by: 'grace', resumedAt: 5 }));
    await answers.record(answered('one', 9, { resumedAt: 7 }));
    expect(await answers.ofRun(jobId)).toEqual([answered('one', 2, { resumedAt: 5 })]);
    await answers.record(answered('whole', 3, { answer: 'fix', world: 'alpha', standing: 'another', resumedAt: 4 }));
    expect((await answers.ofRun(jobId))[1]).toEqual(
      answered('whole', 3, { answer: 'fix', world: 'alpha', standing: 'another', resumedAt: 4 }),
    );
    await answers.wentOn('one', 8);
    await answers.wentOn('nothing', 8);
    await answers.record(answered('gone', 4));
    await answers.wentOn('gone', 8);
    expect((await answers.ofRun(jobId)).map(({ id, resumedAt }) => [id, resumedAt])).toEqual([
      ['one', 5],
      ['whole', 4],
      ['gone', 8],
    ]);
    expect(await answers.ofRun('nobody' as JobId)).toEqual([]);
    await expect(answers.record(answered('no', 1, { answer: 'reject', scope: 'always' }))).rejects.toThrow(/check/i);
  });

  it('tells answers from the newest on, page by page', async () => {
    await using opened = await openTestLedger();
    const { answers } = opened.ledger;
    for (const [id, at] of [
      ['a', 1],
      ['b', 3],
      ['c', 3],
      ['d', 2],
    ] as const)
      await answers.record(answered(id, at));
    const first = await answers.newest({ limit: 2 });
    expect(first.map(({ id }) => id)).toEqual(['c', 'b']);
    expect((await answers.newest({ limit: 2, before: first[1]! })).map(({ id }) => id)).toEqual(['d', 'a']);
  });

  it('finds the answer that holds for a question of the run or of its repository, until it is revoked', async () => {
    await using opened = await openTestLedger();
    const { standingAnswers } = opened.ledger;
    const { id: repositoryId } = await opened.ledger.repository('/one');
    const { id: elsewhere } = await opened.ledger.repository('/other');
    const asked = { repositoryId, jobId, kind: 'plan', about: '' } as const;
    const other = { ...asked, jobId: 'other' as JobId };
    expect(await standingAnswers.find(asked)).toBeUndefined();
    await standingAnswers.give(standing('one', repositoryId, { scope: 'run' }));
    expect(await standingAnswers.find(asked)).toMatchObject({ scope: 'run', by: 'ada', jobId });
    expect(await standingAnswers.find(other)).toBeUndefined();
    await standingAnswers.give(standing('two', repositoryId, { at: 11, reason: 'I trust it' }));
    const found = await standingAnswers.find(other);
    expect(found).toEqual({ ...standing('two', repositoryId, { at: 11, reason: 'I trust it' }), id: expect.any(String) });
    for (const unlike of [{ kind: 'review' }, { about: 'a deed' }, { repositoryId: elsewhere }] as const)
      expect(await standingAnswers.find({ ...other, ...unlike })).toBeUndefined();
    expect(await standingAnswers.revoke(found!.id, 'grace')).toBe(true);
    expect(await standingAnswers.revoke(found!.id, 'grace')).toBe(false);
    expect(await standingAnswers.find(other)).toBeUndefined();
    // Who carries the run on after a crash gives it once more.
    await standingAnswers.give(standing('two', repositoryId));
    expect(await standingAnswers.find(other)).toBeUndefined();
  });

  it('lists the answers that hold, those of runs that have ended left out', async () => {
    await using opened = await openTestLedger();
    const { ledger } = opened;
    const { id } = await ledger.repository('/one');
    for (const job of ['open', 'over']) {
      await opened.rows(
        `INSERT INTO weaver_job (id, namespace, short_id, title, state, budget, counts, cost_micro_usd, wall_ms, last_seq, sealed, paused, has_ready, unmoved, created_at, ended_at)
          VALUES ('${job}', 'default', 'x', 'x', ${job === 'open' ? "'running'" : "'failed'"}, '{}', '{}', 0, 0, 0, 1, 0, 0, 0, 1, ${job === 'open' ? 'NULL' : '2'})`,
      );
    }
    const given = { open: { jobId: 'open', scope: 'run' }, over: { jobId: 'over', scope: 'run' }, ever: { jobId: 'over' } } as const;
    for (const [name, more] of Object.entries(given))
      await ledger.standingAnswers.give(standing(name, id, more as Partial<NewStandingAnswer>));
    const all = await ledger.standingAnswers.newest({ limit: 10 });
    expect(all.map(({ givenTo }) => givenTo)).toEqual(['ever', 'open']);
    expect((await ledger.standingAnswers.newest({ limit: 10, before: all[0]! })).map(({ givenTo }) => givenTo)).toEqual(['open']);
    await expect(ledger.standingAnswers.give(standing('never', id, { kind: 'choice' }))).rejects.toThrow(/check/i);
  });

  it('keeps with the answer to a running task what is told of it and what stands by it, in one piece', async () => {
    await using opened = await openTestLedger();
    const { ledger } = opened;
    const { id: repositoryId } = await ledger.repository('/one');
    await ledger.questions.ask({ jobId, key: 'may', taskId, text: 'May it?' });
    const kept = { answered: answered('may', 2), standing: standing('may', repositoryId, { kind: 'permission', about: 'deed' }) };
    expect(await ledger.questions.answer(jobId, 'may', { approved: true, by: 'ada' }, kept)).toBe(true);
    const late = { answered: answered('late', 2), standing: standing('late', repositoryId) };
    expect(await ledger.questions.answer(jobId, 'may', { approved: true, by: 'ada' }, late)).toBe(false);
    expect((await ledger.answers.ofRun(jobId)).map(({ id }) => id)).toEqual(['may']);
    expect((await ledger.standingAnswers.newest({ limit: 9 })).map(({ givenTo }) => givenTo)).toEqual(['may']);
  });
});
