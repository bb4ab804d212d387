import { expect, test } from 'vitest';
import { workflowStand } from '../../test/support/workflow-stand.ts';
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
