import { expect, test } from 'vitest';
import { workflowStand } from '../../test/support/workflow-stand.ts';
import { readQuestionKey } from '../domain/question-key.ts';
import type { RunAttributes } from '../domain/run.ts';
import { askPerson, isQuestionProgress } from './ask-person.ts';

const question = { key: 'may-edit', text: 'alpha: May it edit package.json?', ifNobody: 'no' } as const;

async function stand({ attended = true, approveAll = false } = {}) {
  const opened = await workflowStand({ 'a.txt': 'a\n' });
  const given = opened.context(1, {});
  const attributes = { ...(given.attributes as RunAttributes), approveAll };
  const ending = new AbortController();
  const told = Promise.withResolvers<unknown>();
  const { ledger } = opened.tools;
  return {
    ask: async (signal = new AbortController().signal, more: Partial<Parameters<typeof askPerson>[2]> = {}) =>
      await askPerson(
        { ledger, attended, clock: opened.tools.clock },
        { ...given, attributes, signal: ending.signal, progress: told.resolve },
        { ...question, ...more },
        signal,
      ),
    questions: ledger.questions,
    answers: ledger.answers,
    /** A yes of ada that stands for what is asked under such a key. */
    give: async (key: string, scope: 'run' | 'always') => {
      const { kind, about } = readQuestionKey(key);
      const said = { kind, about, scope, question: 'May it?', by: 'ada', reason: undefined, at: 1 };
      await ledger.standingAnswers.give({ givenTo: key, repositoryId: attributes.repositoryId, jobId: given.jobId, ...said });
    },
    jobId: given.jobId,
    /** The task itself is to end: its process stops, for instance. */
    ending,
    told: told.promise,
    [Symbol.asyncDispose]: async () => await opened[Symbol.asyncDispose](),
  };
}

test('an answer that is given in another process is found, and is the answer from then on', async () => {
  await using here = await stand();
  const answer = here.ask();
  const told = await here.told;
  expect(isQuestionProgress(told)).toBe(true);
  expect(told).toMatchObject({ question: { text: question.text } });
  expect(await here.questions.open(here.jobId)).toHaveLength(1);
  await here.questions.answer(here.jobId, question.key, { approved: true, by: 'ada' });
  expect(await answer).toBe(true);
  expect(await here.ask()).toBe(true);
  expect(await here.questions.ofRun(here.jobId)).toMatchObject([{ answer: { approved: true, by: 'ada' } }]);
});

test('a no is a no', async () => {
  await using here = await stand();
  const answer = here.ask();
  await here.told;
  await here.questions.answer(here.jobId, question.key, { approved: false, by: 'ada' });
  expect(await answer).toBe(false);
});

test('with --yes nobody is asked, and it is kept who said so', async () => {
  await using here = await stand({ approveAll: true });
  expect(await here.ask()).toBe(true);
  expect(await here.questions.ofRun(here.jobId)).toMatchObject([{ answer: { approved: true, by: '--yes' } }]);
});

test('where nobody is there it is a no, unless the question is to stand until somebody is', async () => {
  await using here = await stand({ attended: false });
  expect(await here.ask()).toBe(false);
  expect(await here.questions.ofRun(here.jobId)).toMatchObject([{ answer: { approved: false, by: 'nobody was there to ask' } }]);
  const standing = here.ask(undefined, { key: 'budget', ifNobody: 'wait' });
  await here.told;
  await here.questions.answer(here.jobId, 'budget', { approved: true, by: 'ada' });
  expect(await standing).toBe(true);
});

test('when the time of its world is up it is a no, and nobody can answer any more', async () => {
  await using here = await stand();
  const time = new AbortController();
  const answer = here.ask(time.signal);
  await here.told;
  time.abort();
  expect(await answer).toBe(false);
  expect(await here.questions.open(here.jobId)).toEqual([]);
  expect(await here.questions.answer(here.jobId, question.key, { approved: true, by: 'ada' })).toBe(false);
});

test('when the task ends the question stays, and an answer that comes meanwhile is there when it begins anew', async () => {
  await using here = await stand();
  const answer = here.ask();
  await here.told;
  here.ending.abort(new Error('the process stops'));
  await expect(answer).rejects.toThrow('the process stops');
  expect(await here.questions.open(here.jobId)).toMatchObject([{ key: question.key }]);
  await here.questions.answer(here.jobId, question.key, { approved: true, by: 'ada' });
  expect(await here.ask()).toBe(true);
});

test.each(['run', 'always'] as const)(
  'a yes that was given before holds (%s): nobody is asked, and it is kept who said so',
  async (scope) => {
    await using here = await stand({ attended: false });
    const deed = `permission:${'a'.repeat(32)}`;
    await here.give(deed, scope);
    expect(await here.ask(undefined, { key: `another-task:${deed}` })).toBe(true);
    const words = scope === 'run' ? 'ada, for this run' : 'ada, for every run here';
    expect(await here.questions.ofRun(here.jobId)).toMatchObject([{ answer: { approved: true, by: words } }]);
    expect(await here.answers.ofRun(here.jobId)).toMatchObject([
      { kind: 'permission', answer: 'approve', by: 'ada', scope, standing: expect.any(String), resumedAt: expect.any(Number) },
    ]);
    // What another deed is about is another question.
    expect(await here.ask(undefined, { key: `permission:${'b'.repeat(32)}` })).toBe(false);
  },
);

test('a yes that is given while two worlds ask the same is the answer to both', async () => {
  await using here = await stand();
  const deed = `permission:${'a'.repeat(32)}`;
  const answer = here.ask(undefined, { key: `another-task:${deed}` });
  await here.told;
  await here.give(deed, 'run');
  expect(await answer).toBe(true);
});

test('no yes stands for the budget of the month, which is that of other repositories too', async () => {
  await using here = await stand();
  await here.give('budget:month:2026-11', 'always');
  const time = new AbortController();
  const answer = here.ask(time.signal, { key: 'budget:month:2026-12' });
  await here.told;
  time.abort();
  expect(await answer).toBe(false);
});
