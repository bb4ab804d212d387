import { watch } from 'node:fs/promises';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { expect, test } from 'vitest';
import { agentTaskDefaults } from '../../../test/support/agent-task.ts';
import type { ScriptedCall, ScriptedRequest, Turn } from '../../../test/support/scripted-provider/scripted-provider.ts';
import { refusalBody } from '../../adapters/models/wire/wire.ts';
import { Failure } from '../../domain/failure.ts';
import { providerProtocols } from '../../domain/model.ts';
import type { AgentEvent } from '../../ports/agent.ts';
import type { Models } from '../../ports/model.ts';
import { openTrial } from './testing/harness.ts';
import { scriptedModels } from './testing/scripted-models.ts';

const files = { 'a.js': 'export const a = 1;\n', 'b.js': 'export const b = 2;\n' };
const done: Turn = { say: 'I did it. It is right.' };
const read = (path: string): ScriptedCall => ({ tool: 'read', input: { path } });
const call = (...calls: readonly ScriptedCall[]): Turn => ({ call: calls });

const toolEvents = (events: readonly AgentEvent[]) => events.filter((event) => event.type === 'tool');

test('an answer without a call is the end, with its text as the summary', async () => {
  await using trial = await openTrial(files, [call(read('a.js')), done]);
  expect(await trial.run()).toEqual({ end: { kind: 'finished' }, summary: 'I did it. It is right.' });
});

test('several calls of one answer are carried out in their order', async () => {
  await using trial = await openTrial(files, [
    call(
      { tool: 'write', input: { path: 'c.js', content: 'one' } },
      { tool: 'edit', input: { path: 'c.js', old: 'one', new: 'two' } },
      read('c.js'),
    ),
    done,
  ]);
  await trial.run();
  expect(trial.results().map((text) => text.split('\n')[0])).toEqual([
    'Made c.js (1 lines).',
    'Replaced in c.js, line 1. It reads now:',
    '     1\ttwo',
  ]);
});

test('the same call three times in a row ends it, after a remark at the second', async () => {
  await using trial = await openTrial(files, () => call(read('a.js')));
  expect(await trial.run()).toEqual({
    end: { kind: 'limit', limit: 'loop', reason: 'the same call of read 3 times in a row' },
    summary: '',
  });
  expect(trial.provider.requests).toHaveLength(3);
  expect(trial.results()[1]).toContain('That was the very call you made just before.');
});

test('a call twenty times in one answer ends it as well', async () => {
  await using trial = await openTrial(files, [call(...Array.from({ length: 20 }, () => read('a.js')))]);
  expect((await trial.run()).end).toMatchObject({ kind: 'limit', limit: 'loop' });
  expect(toolEvents(trial.events)).toHaveLength(2);
});

test('the same error three times in a row ends it, whatever is asked', async () => {
  await using trial = await openTrial(files, ({ turnIndex }) =>
    call({ tool: 'edit', input: { path: 'a.js', old: `not there ${turnIndex}`, new: '' } }),
  );
  expect((await trial.run()).end).toEqual({
    kind: 'limit',
    limit: 'loop',
    reason: 'the same error 3 times in a row: a.js: `old` is not in the file. Its first line is nowhere in it. Read the file again.',
  });
  expect(trial.results()[1]).toContain('That was the same error as before.');
});

test('turns that change nothing and find out nothing are remarked on, then end it', async () => {
  await using trial = await openTrial(files, ({ turnIndex }) => call(read(turnIndex % 2 === 0 ? 'a.js' : 'b.js')));
  expect((await trial.run({ bounds: { ...agentTaskDefaults.bounds, steps: 100 } })).end).toEqual({
    kind: 'limit',
    limit: 'loop',
    reason: '16 turns that changed nothing and found out nothing',
  });
  expect(trial.results().filter((text) => text.includes('For many turns now'))).toHaveLength(1);
});

test('a model that never ends is ended at its turns, and told when they run out', async () => {
  await using trial = await openTrial(files, ({ turnIndex }) => ({
    say: `turn ${turnIndex}`,
    call: { tool: 'run', input: { command: `echo ${'x'.repeat(turnIndex)}` } },
  }));
  expect(await trial.run({ bounds: { ...agentTaskDefaults.bounds, steps: 8 } })).toEqual({
    end: { kind: 'limit', limit: 'steps', reason: '8 turns, which is as many as it may take' },
    summary: 'turn 7',
  });
  expect(trial.provider.requests).toHaveLength(8);
  expect(trial.provider.requests.map(({ text }) => text.split('You have 5 turns left.').length - 1)).toEqual([0, 0, 0, 1, 1, 1, 1, 1]);
});

test('tokens are bounded, input and output together', async () => {
  await using trial = await openTrial(files, ({ turnIndex }) => ({
    call: read(`${turnIndex}.js`),
    usage: { inputTokens: 900, outputTokens: 100 },
  }));
  expect((await trial.run({ bounds: { ...agentTaskDefaults.bounds, tokens: 2_000 } })).end).toEqual({
    kind: 'limit',
    limit: 'tokens',
    reason: '2000 tokens, of 2000 that it may use',
  });
});

test.each(['negative', 'missing', 'absurd', 'fraction'] as const)('usage that is %s ends nothing', async (wrongUsage) => {
  await using trial = await openTrial(files, [{ call: read('a.js'), wrongUsage }, done]);
  const model = { provider: 'openai-chat', model: 'local' };
  expect((await trial.run({ choice: { ...trial.task.choice, model } as typeof trial.task.choice })).end.kind).toBe('finished');
});

test('calls of tools that are not there, or with input that does not fit, are told back', async () => {
  await using trial = await openTrial(files, [
    call({ tool: 'delete everything', input: {} }, { tool: 'read', input: { path: 7 } }, { tool: 'edit', input: 'nonsense' }, read('a.js')),
    done,
  ]);
  expect((await trial.run()).end.kind).toBe('finished');
  expect(trial.results()).toEqual([
    'Failed: there is no tool delete_everything; there are: read, search, edit, write, run, plan',
    'Failed: the input of read does not fit: path: Invalid input: expected string, received number',
    'Failed: edit: its input is no JSON object, or was cut off',
    '     1\texport const a = 1;',
  ]);
});

test('a call that is no JSON is told back, and the good one beside it carried out', async () => {
  const calls = ['{"path":"a.js"', '{"path":"b.js"}'].map((text, index) => ({
    id: `c${index}`,
    type: 'function',
    function: { name: 'read', arguments: text },
  }));
  await using wire = await openChat([
    { message: { role: 'assistant', content: null, tool_calls: calls }, finish_reason: 'tool_calls' },
    { message: { role: 'assistant', content: 'Done.' }, finish_reason: 'stop' },
  ]);
  await using trial = await openTrial(files);
  expect((await trial.run({ options: { models: wire.models } })).end.kind).toBe('finished');
  expect(JSON.stringify(wire.asked[1])).toContain('its input is no JSON object, or was cut off');
  expect(JSON.stringify(wire.asked[1])).toContain('export const b = 2;');
});

test('ten thousand calls in one answer are cut down to what can be carried out', { tags: ['campaign'] }, async () => {
  const calls = Array.from({ length: 10_000 }, (_, index) => ({
    tool: 'plan',
    input: { steps: [{ text: `step ${index}`, state: 'pending' }] },
  }));
  await using trial = await openTrial(files, [call(...calls), done]);
  expect((await trial.run()).end.kind).toBe('finished');
  expect(toolEvents(trial.events)).toHaveLength(32);
  expect(trial.results().at(-1)).toContain('9968 more calls were left out');
});

test('ten megabytes of text or input are neither kept nor carried out', async () => {
  const huge = 'x'.repeat(10_000_000);
  await using trial = await openTrial(files, [
    { say: huge, call: [{ tool: 'write', input: { path: 'huge.txt', content: huge } }, read('a.js')] },
    { say: `Done. ${huge}` },
  ]);
  const report = await trial.run();
  expect(report.end.kind).toBe('finished');
  expect(report.summary.length).toBeLessThan(2_100);
  expect(trial.results()[0]).toContain('its input is 10000032 characters long, more than the 1500000 that are taken');
  expect(trial.provider.requests[1]!.rawBody.length).toBeLessThan(100_000);
});

test('an empty answer is asked for again, twice', async () => {
  await using saved = await openTrial(files, [{}, {}, done]);
  expect((await saved.run()).end.kind).toBe('finished');
  await using lost = await openTrial(files, () => ({}));
  expect((await lost.run()).end).toEqual({ kind: 'failed', fault: 'bad-answer', reason: '3 answers in a row were empty' });
});

test('an answer that was cut off by its length is gone on with, twice', async () => {
  await using saved = await openTrial(files, [{ say: 'I will', stopReason: 'length' }, done]);
  expect((await saved.run()).end.kind).toBe('finished');
  expect(saved.provider.requests[1]!.text).toContain('Go on where you were, in smaller pieces.');
  await using lost = await openTrial(files, () => ({ say: 'and on', stopReason: 'length' }));
  expect((await lost.run()).end).toEqual({
    kind: 'failed',
    fault: 'bad-answer',
    reason: '3 answers in a row were cut off by the limit of its length',
  });
});

test('a refusal is the end', async () => {
  await using trial = await openTrial(files, [{ say: 'I cannot help with that.', stopReason: 'refused' }]);
  expect(await trial.run()).toEqual({
    end: { kind: 'failed', fault: 'bad-answer', reason: 'the model refused to answer' },
    summary: 'I cannot help with that.',
  });
});

const failures: ReadonlyArray<readonly [string, Turn, object]> = [
  ['a wrong key', { fail: 401 }, { kind: 'failed', fault: 'wrong-key' }],
  ['an unknown model', { fail: 404 }, { kind: 'failed', fault: 'unknown-model' }],
  ['a provider that is overloaded', { fail: 529 }, { kind: 'failed', fault: 'provider' }],
  ['a provider that is down', { fail: 503 }, { kind: 'failed', fault: 'provider' }],
  ['a connection that breaks', 'reset', { kind: 'failed', fault: 'network' }],
  ['garbage', 'garbage', { kind: 'failed', fault: 'bad-answer' }],
  ['half an answer', { half: { say: 'one two three' }, after: { bytes: 40 } }, { kind: 'failed', fault: 'bad-answer' }],
];

test.each(failures)('%s is a failure that says so, with what was done before left in place', async (_, turn, end) => {
  await using trial = await openTrial(files, [call({ tool: 'write', input: { path: 'c.js', content: 'c' } }), turn]);
  const report = await trial.run();
  expect(report.end).toMatchObject(end);
  expect(report.summary).toContain('It got no answer from anthropic/claude-sonnet-4-5: ');
  expect(trial.read('c.js')).toBe('c');
});

test.each(providerProtocols)('a budget that is spent is a limit, and not a failure, in the words of %s', async (protocol) => {
  const message = 'The budget of this run is used up: $5.00 of $5.00. To go on, raise `budget.issueUsd`.';
  const { body } = refusalBody(protocol, { status: 402, type: 'miyabi_budget', message });
  const server = createServer((request, response) => void request.resume().once('end', () => response.writeHead(402).end(body)));
  await using trial = await openTrial(files);
  const models = scriptedModels({ url: () => address });
  const address = await listening(server);
  const choice = { ...trial.task.choice, model: { provider: protocol, model: 'm' } } as typeof trial.task.choice;
  expect((await trial.run({ choice, options: { models } })).end).toEqual({ kind: 'limit', limit: 'cost', reason: message });
  server.close();
});

test('what the exchange has told of a failure is believed before the status', async () => {
  await using trial = await openTrial(files, [{ fail: 429 }]);
  const resetsAt = Date.UTC(2026, 10, 22);
  const failure = { kind: 'used-up', message: 'The account has nothing left', resetsAt } as const;
  await using wire = await openChat([
    { status: 429, body: { error: { message: 'no' } }, before: (caller) => caller.onEvent({ type: 'failed', failure }) },
  ]);
  expect((await trial.run({ options: { models: wire.models } })).end).toEqual({
    kind: 'failed',
    fault: 'account-used-up',
    reason: 'The account has nothing left; resets at 2026-11-22T00:00:00.000Z',
  });
});

test('a provider without a key is a failure, and what is no fault of a provider is a defect', async () => {
  await using trial = await openTrial(files);
  const modelsWith = (error: Error): Models => ({
    ...scriptedModels(trial.provider),
    async language() {
      throw error;
    },
  });
  const failure = new Failure('configuration', { what: 'It cannot be asked.', why: 'There is no key.', fix: 'Set one.' });
  expect((await trial.run({ options: { models: modelsWith(failure) } })).end).toEqual({
    kind: 'failed',
    fault: 'no-key',
    reason: 'It cannot be asked. There is no key. Set one.',
  });
  await expect(trial.run({ options: { models: modelsWith(new TypeError('a defect')) } })).rejects.toThrow('a defect');
});

test('the time limit ends it while the model thinks and while a command runs', async () => {
  await using thinking = await openTrial(files, ['endless']);
  expect((await thinking.run({ timeoutMs: 700 })).end).toEqual({ kind: 'timeout', afterMs: 700 });
  await using running = await openTrial(files, [call({ tool: 'run', input: { command: 'sleep 60' } })]);
  expect((await running.run({ timeoutMs: 1_500 })).end).toEqual({ kind: 'timeout', afterMs: 1_500 });
});

test('a cancellation ends it while the model thinks and while a command runs', async () => {
  const controller = new AbortController();
  await using thinking = await openTrial(files, ['endless']);
  const first = thinking.run({ signal: controller.signal });
  const asked = await thinking.provider.waitForRequest(1);
  controller.abort();
  expect((await first).end).toEqual({ kind: 'cancelled' });
  expect(await asked.ended).toBe('left');

  const other = new AbortController();
  await using working = await openTrial(files, [call({ tool: 'run', input: { command: 'touch begun; sleep 60' } })]);
  const begun = fileIn(working.directory, 'begun');
  const second = working.run({ signal: other.signal });
  await begun;
  other.abort();
  expect((await second).end).toEqual({ kind: 'cancelled' });
});

test('a conversation that grows long is shortened from its oldest results on, before the provider has to say so', async () => {
  const long = { 'long.txt': 'all work and no play\n'.repeat(2_000) };
  const script = ({ turnIndex }: ScriptedRequest): Turn =>
    turnIndex < 12 ? call({ tool: 'read', input: { path: 'long.txt', from: turnIndex * 100 + 1, lines: 100 } }) : done;
  await using trial = await openTrial(long, script);
  expect((await trial.run({ options: { windowTokens: 8_000 } })).end.kind).toBe('finished');
  const sizes = trial.provider.requests.map(({ messages }) => JSON.stringify(messages).length);
  expect(Math.max(...sizes)).toBeLessThan(24_000);
  expect(trial.events).toContainEqual({ type: 'said', text: expect.stringContaining('oldest results in it are shortened') as string });
  const last = trial.provider.requests.at(-1)!;
  expect(last.messages[0]).toEqual(trial.provider.requests[0]!.messages[0]);
  expect(last.text).toContain('characters left out to save room');
  expect(last.toolResults[0]).not.toContain('left out to save room');
});

test('where a provider finds the conversation too long it is shortened and asked again', async () => {
  const long = { 'long.txt': 'all work and no play\n'.repeat(2_000) };
  const script = ({ turnIndex, rawBody }: ScriptedRequest): Turn => {
    if (rawBody.length > 40_000) return { fail: 400, message: 'prompt is too long: 210000 tokens > 200000 maximum' };
    return turnIndex < 10 ? call({ tool: 'read', input: { path: 'long.txt', from: turnIndex * 150 + 1, lines: 150 } }) : done;
  };
  await using trial = await openTrial(long, script);
  expect((await trial.run()).end.kind).toBe('finished');
  expect(trial.events).toContainEqual({
    type: 'said',
    text: 'The conversation is too long for the model: what is oldest in it is shortened.',
  });
});

test('what is too long from the first message on is a failure', async () => {
  await using trial = await openTrial(files, () => ({ fail: 400, message: 'prompt is too long' }));
  expect((await trial.run()).end).toMatchObject({ kind: 'failed', fault: 'provider' });
  expect(trial.provider.requests).toHaveLength(1);
});

test('a refused path is told as denied, and the rest goes on', async () => {
  await using trial = await openTrial(files, [call(read('/etc/passwd')), done]);
  expect((await trial.run()).end.kind).toBe('finished');
  expect(trial.events).toContainEqual({ type: 'denied', what: 'read /etc/passwd: not allowed: the path leads out of the project' });
});

test('what programs print is shown without what a reader would not see, to the model, to people and in the log', async () => {
  const command = String.raw`printf '\033]52;c;Zm9v\007\033[31mred\342\200\256\n'; printf 'one\ntwo\n' >&2`;
  await using trial = await openTrial(files, [call({ tool: 'run', input: { command } }), done]);
  await trial.run();
  expect(trial.results()[0]).toBe(String.raw`red\u{202e}` + '\n[stderr]\none\ntwo\n[exit code 0]');
  expect(trial.events.filter(({ type }) => type === 'output').map((event) => (event.type === 'output' ? event.line : ''))).toEqual(
    expect.arrayContaining([String.raw`red\u{202e}`, 'one', 'two']),
  );
  expect(trial.log()).toContain(String.raw`red\u{202e}`);
  expect(trial.log()).not.toContain('\u{1b}');
});

test('only the tools that a world has are offered', async () => {
  await using trial = await openTrial(files, [call({ tool: 'run', input: { command: 'touch c.js' } }), done]);
  await trial.run({ choice: { ...trial.task.choice, tools: ['edit', 'read'] } as typeof trial.task.choice });
  expect(trial.provider.requests[0]!.tools).toEqual(['read', 'edit']);
  expect(trial.results()[0]).toBe('Failed: there is no tool run; there are: read, edit');
});

test('requests of equal worlds are equal, wherever they lie', async () => {
  const turns: readonly Turn[] = [call({ tool: 'run', input: { command: 'pwd; echo $HOME; ls nowhere' } }, read('nowhere')), done];
  await using one = await openTrial(files, turns);
  await using other = await openTrial(files, turns);
  await Promise.all([one.run(), other.run()]);
  const bodies = [one, other].map(({ provider }) => provider.requests.map(({ rawBody }) => rawBody.toString()));
  expect(bodies[0]).toEqual(bodies[1]);
  expect(bodies[0]!.join('\n')).not.toContain(one.top);
});

test('effort and temperature are asked for, and the conversation is marked for the cache of the provider', async () => {
  await using trial = await openTrial(files, [done]);
  await trial.run({ choice: { ...trial.task.choice, temperature: undefined, effort: 'low' } as typeof trial.task.choice });
  const [request] = trial.provider.requests;
  expect(request!.body).toMatchObject({ max_tokens: expect.any(Number) as number, system: [{ cache_control: { type: 'ephemeral' } }] });
  expect(JSON.stringify((request!.body as { messages: unknown }).messages)).toContain('"cache_control":{"type":"ephemeral"}');
  await using warm = await openTrial(files, [done]);
  await warm.run();
  expect(warm.provider.requests[0]!.body).toMatchObject({ temperature: 0.3 });
});

/** Resolves once a file of that name is there. */
async function fileIn(folder: string, name: string): Promise<void> {
  for await (const { filename } of watch(folder)) if (filename === name) return;
}

async function listening(server: Server): Promise<string> {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

type Choice = { readonly message: object; readonly finish_reason: string };
type Refusal = { readonly status: number; readonly body: object; readonly before?: (caller: Parameters<Models['language']>[1]) => void };

/** Chat Completions, byte by byte as a test wants them. */
async function openChat(answers: ReadonlyArray<Choice | Refusal>) {
  const asked: unknown[] = [];
  let caller: Parameters<Models['language']>[1] | undefined;
  const server = createServer((request, response) => {
    void Array.fromAsync(request as AsyncIterable<Buffer>).then((chunks) => {
      const answer = answers[asked.length]!;
      asked.push(JSON.parse(Buffer.concat(chunks).toString()));
      if ('status' in answer) answer.before?.(caller!);
      response.writeHead('status' in answer ? answer.status : 200, { 'content-type': 'application/json' });
      response.end(
        JSON.stringify('status' in answer ? answer.body : { id: 'c', created: 1, model: 'm', choices: [{ index: 0, ...answer }] }),
      );
    });
  });
  const address = await listening(server);
  const models: Models = {
    async language({ model }, who) {
      caller = who;
      return createOpenAICompatible({ name: 'local', baseURL: `${address}/v1` })(model);
    },
    embedding: () => Promise.reject(new Error('nothing asks for embeddings')),
    gateway: () => ({ routes: [], send: () => Promise.reject(new Error('Nothing here goes by the gateway.')) }),
    providers: () => [],
  };
  return { asked, models, [Symbol.asyncDispose]: async () => void server.close() };
}
