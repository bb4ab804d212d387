import { expect, test } from 'vitest';
import { z } from 'zod';
import { scriptedModels } from '../../../test/support/scripted-models.ts';
import { inOrder, openScriptedProvider } from '../../../test/support/scripted-provider/scripted-provider.ts';
import type { Turn } from '../../../test/support/scripted-provider/scripted-provider.ts';
import { Failure } from '../../domain/failure.ts';
import type { JobId, TaskId } from '../../domain/ids.ts';
import type { Caller } from '../../ports/exchange.ts';
import type { Models } from '../../ports/model.ts';
import { askRole } from './ask-role.ts';
import type { RoleQuestion } from './ask-role.ts';

const caller: Caller = {
  jobId: 'job' as JobId,
  taskId: 'task' as TaskId,
  planTask: undefined,
  world: undefined,
  purpose: 'analyse',
  limits: [],
  cacheScope: 'shared',
  incidental: [],
  askToGoOn: () => Promise.resolve(false),
  onEvent: () => {},
};

const schema = z.object({ size: z.number().refine((size) => size <= 10, 'must be at most 10'), why: z.string() });

function question(provider = 'anthropic', signal = new AbortController().signal): RoleQuestion<z.infer<typeof schema>> {
  const model = { provider, model: 'scripted-1' };
  return {
    role: 'analyse',
    model,
    caller,
    schema,
    instructions: 'You judge.',
    prompt: 'How large is it?',
    mostOutputTokens: 1_000,
    signal,
  };
}

async function ask(turns: readonly Turn[], provider?: string) {
  await using scripted = await openScriptedProvider({ script: inOrder(turns) });
  const answer = await askRole(scriptedModels(scripted), question(provider));
  return { answer, requests: scripted.requests.slice() };
}

const right = { size: 3, why: 'It is small.' };
const say = (value: unknown): Turn => ({ say: typeof value === 'string' ? value : JSON.stringify(value) });

test.each(['anthropic', 'openai', 'local'])('data is asked for and given by the protocol of %s', async (provider) => {
  const { answer, requests } = await ask([say(right)], provider);
  expect(answer).toEqual({ kind: 'answered', value: right, costMicroUsd: 10_000 });
  expect(requests).toHaveLength(1);
  expect(requests[0]?.text).toContain('How large is it?');
  expect(requests[0]?.text).toContain('"why"');
});

test.each([
  ['in a fence', `\`\`\`json\n${JSON.stringify(right)}\n\`\`\``],
  ['with words around it', `Sure! ${JSON.stringify(right)} I hope that helps.`],
  ['with fields that nobody asked for', { ...right, securityHole: true, constructor: { prototype: {} } }],
])('an answer %s is read at once', async (_, text) => {
  const { answer, requests } = await ask([say(text)]);
  expect(answer).toMatchObject({ kind: 'answered', value: right });
  expect(requests).toHaveLength(1);
});

test.each([
  ['a wrong type', { size: 'three', why: 'x' }, /expected number/],
  ['a broken limit', { size: 11, why: 'x' }, /must be at most 10/],
  ['half a JSON', '{"size": 3, "wh', /cut off/],
  ['two answers', '{"size": 3, "why": "a"} or {"size": 4, "why": "b"}', /2 different JSON objects/],
  ['a refusal', 'I cannot help with that.', /no JSON object/],
])('%s is sent back once with what is wrong, and then right', async (_, faulty, told) => {
  const { answer, requests } = await ask([say(faulty), say(right)]);
  expect(answer).toEqual({ kind: 'answered', value: right, costMicroUsd: 20_000 });
  expect(requests).toHaveLength(2);
  expect(requests[1]?.messages.at(-1)?.text).toMatch(told);
  expect(requests[1]?.messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'user']);
});

test('what is wrong twice is not asked a third time', async () => {
  const { answer, requests } = await ask([say('no'), say({ size: 3 }), say(right)]);
  expect(answer).toMatchObject({
    kind: 'unusable',
    reason: expect.stringMatching(/expected string, received undefined/),
    costMicroUsd: 20_000,
  });
  expect(requests).toHaveLength(2);
});

test('ten megabytes are neither read nor sent back', async () => {
  const { answer, requests } = await ask([say(`{"why":"${'x'.repeat(10_000_000)}"}`), say(right)]);
  expect(answer).toMatchObject({ kind: 'answered', value: right });
  expect(requests[1]!.rawBody.length).toBeLessThan(40_000);
});

test.each<[string, Turn, RegExp]>([
  ['a wrong key', { fail: 401 }, /./],
  ['a provider that fails', { fail: 500 }, /./],
  ['a connection that breaks', 'reset', /./],
  ['garbage', 'garbage', /./],
])('%s is no error of ours: the rules take over, with the reason', async (_, turn, reason) => {
  const { answer, requests } = await ask([turn]);
  expect(answer).toMatchObject({ kind: 'unusable', reason: expect.stringMatching(reason), costMicroUsd: expect.any(Number) });
  expect(requests).toHaveLength(1);
});

test('a model that is not set up is told in its own words', async () => {
  const why = new Failure('configuration', { what: 'There is no key for anthropic.', why: 'why', fix: 'fix' });
  const models = { language: () => Promise.reject(why) } as unknown as Models;
  expect(await askRole(models, question())).toEqual({ kind: 'unusable', reason: 'There is no key for anthropic', costMicroUsd: 0 });
});

test('a defect of ours is thrown, and so is the reason for which the task is stopped', async () => {
  const broken = { language: () => Promise.reject(new TypeError('a defect')) } as unknown as Models;
  await expect(askRole(broken, question())).rejects.toThrow('a defect');
  await using scripted = await openScriptedProvider({ script: () => 'endless' });
  const stopping = new AbortController();
  const asked = askRole(scriptedModels(scripted), question('anthropic', stopping.signal));
  await scripted.waitForRequest(1);
  stopping.abort(new Error('cancelled'));
  await expect(asked).rejects.toThrow('cancelled');
});
