import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { acpStand, badAgent, exampleAgent, runInStand } from '../../../test/support/acp-agent/acp-stand.ts';
import type { AcpRequest, AcpRun, AcpStand } from '../../../test/support/acp-agent/acp-stand.ts';
import { createProcessRunner } from '../../adapters/process/process-runner.ts';
import type { AgentChoice } from '../../domain/world.ts';
import type { AgentTask } from '../../ports/agent.ts';
import type { ProcessRunner } from '../../ports/process.ts';

let runner: ProcessRunner;
beforeAll(() => {
  runner = createProcessRunner();
});
afterAll(async () => {
  await runner[Symbol.asyncDispose]();
});

type More = Omit<AcpRequest, 'process'>;
const example = async (stand: AcpStand, words: string, more: More = {}): Promise<AcpRun> =>
  await runInStand(stand, [process.execPath, exampleAgent, ...words.split(' ')], { process: runner, ...more });
const bad = async (stand: AcpStand, fault: string, more: More = {}): Promise<AcpRun> =>
  await runInStand(stand, [process.execPath, badAgent, fault], { process: runner, ...more });

const choice: AgentChoice = {
  name: 'acp',
  command: ['example'],
  providers: [],
  model: undefined,
  prompt: 'standard',
  temperature: undefined,
  effort: undefined,
};
const withModel = (model: string): Partial<AgentTask> => ({ choice: { ...choice, model: { provider: 'openai', model } } });

describe('the example agent', () => {
  test('changes the file, and what it does is told as it happens', async () => {
    await using stand = await acpStand();
    const { report, events } = await example(stand, 'resumes');
    expect(stand.file()).toBe('This is right.\n');
    expect(events).toEqual([
      { type: 'said', text: 'I begin.' },
      {
        type: 'planned',
        steps: [
          { text: 'look', state: 'done' },
          { text: 'change', state: 'doing' },
          { text: 'test', state: 'pending' },
        ],
      },
      { type: 'tool', name: 'read', subject: 'file.txt', tookMs: expect.any(Number) },
      { type: 'tool', name: 'execute', subject: 'npm test', tookMs: expect.any(Number), failure: '1 test failed' },
      { type: 'tool', name: 'edit', subject: 'file.txt', tookMs: expect.any(Number) },
      { type: 'edited', path: 'file.txt' },
      { type: 'used', usage: expect.anything(), costMicroUsd: 12_300 },
      { type: 'said', text: 'The file is changed ().' },
    ]);
    expect(report).toEqual({
      end: { kind: 'finished' },
      summary: 'The file is changed ().',
      sessionId: expect.stringMatching(/^session-\d+$/),
      claimed: {
        usage: { inputTokens: 150, outputTokens: 20, cachedTokens: 50, cacheWriteTokens: 0 },
        costMicroUsd: 12_300,
        model: 'example/unknown',
      },
    });
    expect(stand.session()).toEqual({ schemaVersion: 1, program: 'example', sessionId: report.sessionId });
    expect(stand.log()).toContain('"session/update"');
  });

  test('whose calls come by the gateway claims nothing of its own', async () => {
    await using stand = await acpStand();
    const { report, events } = await example(stand, 'resumes', { program: { isCounted: true } });
    expect(report).not.toHaveProperty('claimed');
    expect(events.map(({ type }) => type)).not.toContain('used');
  });

  test.each([
    ['denied by policy', { permissions: 'deny' }, 0],
    ['denied by a person, or because nobody is there', { permissions: 'ask', ask: async () => false }, 1],
  ] as const)('%s changes nothing, and says so', async (_name, task, waits) => {
    await using stand = await acpStand();
    const { report, events } = await example(stand, 'none', { task });
    expect(stand.file()).toBe('This is wrong.\n');
    expect(events.filter(({ type }) => type === 'denied')).toEqual([{ type: 'denied', what: 'change file.txt' }]);
    expect(events.filter(({ type }) => type === 'waiting')).toHaveLength(waits);
    expect(events).toContainEqual(expect.objectContaining({ type: 'tool', name: 'edit', subject: 'file.txt', failure: 'not allowed' }));
    expect(report.end).toEqual({ kind: 'denied', reason: 'It was not allowed to change file.txt, and did nothing else.' });
    expect(report.summary).toBe('The file is changed ().\nIt was not allowed to change file.txt (denied 1 time).');
  });

  test('asks a person, in words, with the same key for the same question', async () => {
    const asked: unknown[] = [];
    const ask: AgentTask['ask'] = async (question) => asked.push(question) > 0;
    for (let round = 0; round < 2; round += 1) {
      await using stand = await acpStand();
      await example(stand, 'none', { task: { permissions: 'ask', ask } });
      expect(stand.file()).toBe('This is right.\n');
    }
    expect(asked).toEqual([
      { key: expect.stringMatching(/^permission:[\da-f]{32}$/), text: 'It asks to change file.txt. May it?' },
      asked[0],
    ]);
  });

  test('is set to a model and to work without asking, where walls allow that', async () => {
    await using stand = await acpStand();
    const { report } = await example(stand, 'models modes', { task: { ...withModel('large'), isWalled: true } });
    expect(report.summary).toBe('The file is changed (how=bypassPermissions m=openai/large).');
    expect((await example(stand, 'models modes', { task: withModel('large') })).report.summary).toBe(
      'The file is changed (m=openai/large).',
    );
  });

  test('that does not offer the model has none other taken in its place', async () => {
    await using stand = await acpStand();
    const { report } = await example(stand, 'models', { task: withModel('unheard-of') });
    expect(report.end).toEqual({
      kind: 'failed',
      fault: 'unknown-model',
      reason: 'It does not offer openai/unheard-of, but small, openai/large.',
    });
    const { events } = await example(stand, 'none', { task: withModel('unheard-of') });
    expect(events[0]).toEqual({ type: 'output', line: 'It cannot be told to use openai/unheard-of, and takes its own model.' });
    expect((await example(stand, 'models', { task: withModel('x'), program: { isToldModel: true } })).report.end.kind).toBe('finished');
  });

  test('that wants to be signed in is, where there is a key for it', async () => {
    await using stand = await acpStand();
    const environment = { GEMINI_API_KEY: 'held-by-miyabi' };
    expect((await example(stand, 'keyed', { program: { environment } })).report.end).toEqual({ kind: 'finished' });
    expect((await example(stand, 'keyed')).report.end).toEqual({
      kind: 'failed',
      fault: 'no-key',
      reason: 'It wants to be signed in (A browser, A key), and none of that works with a key in its environment.',
    });
  });

  test.each([
    ['max_tokens', { kind: 'limit', limit: 'tokens', reason: 'It has used as many tokens as it may.' }],
    ['max_turn_requests', { kind: 'limit', limit: 'steps', reason: 'It has asked its model as often as it may.' }],
    ['refusal', { kind: 'denied', reason: 'Its model refused to go on.' }],
    ['cancelled', { kind: 'failed', fault: 'other', reason: 'example broke off its work by itself.' }],
  ])('that stops for %s is told so', async (reason, end) => {
    await using stand = await acpStand();
    expect((await example(stand, `stops:${reason}`)).report.end).toEqual(end);
  });

  test('is cancelled: at once where it heeds that, by force where it does not', async () => {
    await using stand = await acpStand();
    const onEvent: NonNullable<AcpRequest['onEvent']> = ({ type }, cancel) => (type === 'tool' ? cancel() : undefined);
    const heeding = await example(stand, 'hangs', { onEvent });
    expect(heeding.report.end).toEqual({ kind: 'cancelled' });
    expect(stand.log()).toContain('"stopReason":"cancelled"');
    const begin = performance.now();
    const stubborn = await example(stand, 'hangs stubborn', { onEvent, times: { cancelMs: 300 } });
    expect(stubborn.report.end).toEqual({ kind: 'cancelled' });
    expect(performance.now() - begin).toBeLessThan(10_000);
  });

  test('is not even started where the world was ended before', async () => {
    await using stand = await acpStand();
    const { report, events } = await example(stand, 'none', { task: { signal: AbortSignal.abort() } });
    expect({ report, events }).toMatchObject({ report: { end: { kind: 'cancelled' } }, events: [] });
    expect(stand.file()).toBe('This is wrong.\n');
  });

  test('that comes to no end is ended at the time limit', async () => {
    await using stand = await acpStand();
    const { report } = await example(stand, 'hangs', { task: { timeoutMs: 1_500 } });
    expect(report.end).toEqual({ kind: 'timeout', afterMs: 1_500 });
  });
});

describe('an agent that dies in the middle', () => {
  test.each(['resumes', 'loads'])('and %s its sessions is started once more, and goes on', async (word) => {
    await using stand = await acpStand();
    const { report, events } = await example(stand, `dies ${word}`);
    expect(report.end).toEqual({ kind: 'finished' });
    expect(stand.file()).toBe('This is right.\n');
    const said = events.flatMap((event) => (event.type === 'said' ? [event.text] : []));
    expect(said).toEqual(['I begin.', 'I begin again.', 'The file is changed ().']);
    expect(events).toContainEqual({
      type: 'output',
      line: expect.stringContaining('example ended with exit code 3 in the middle of its work.'),
    });
    expect(readFileSync(stand.logFile.replace('.log', '-again.log'), 'utf8')).toContain('session/');
  });

  test('and cannot take up its sessions has crashed, and its last words are told', async () => {
    await using stand = await acpStand();
    const { report } = await example(stand, 'dies');
    expect(report.end).toEqual({
      kind: 'failed',
      fault: 'crashed',
      reason: 'example ended with exit code 3 in the middle of its work.\nSomething terrible has happened.',
    });
  });

  test('and finds its session no more begins another one, and is told that there is work already', async () => {
    await using stand = await acpStand();
    const { report, events } = await example(stand, 'dies loads forgets');
    expect(report.end).toEqual({ kind: 'finished' });
    expect(stand.session()).toMatchObject({ sessionId: report.sessionId });
    expect(events).toContainEqual({ type: 'output', line: expect.stringMatching(/cannot be taken up.*There is no such session/) });
    expect(stand.file()).toBe('This is right.\n');
  });

  test('in its second life too has crashed', async () => {
    await using stand = await acpStand();
    const { report } = await runInStand(
      stand,
      [
        '/bin/sh',
        '-c',
        `[ ! -e "$HOME/once" ] || exit 9; touch "$HOME/once"; exec "$@"`,
        'sh',
        process.execPath,
        exampleAgent,
        'dies',
        'resumes',
      ],
      {
        process: runner,
      },
    );
    expect(report.end).toMatchObject({ fault: 'crashed', reason: 'example ended with exit code 9 in the middle of its work.' });
  });
});

describe('an agent that behaves badly', () => {
  const times = { answerMs: 1_000, endMs: 100, cancelMs: 300 };
  const cases: ReadonlyArray<readonly [string, string, unknown, More]> = [
    ['leaves at once', 'leaves', { fault: 'crashed', reason: 'example ended with exit code 0 in the middle of its work.' }, {}],
    ['never answers', 'deaf', { fault: 'bad-answer', reason: 'It did not answer initialize within 1 s.' }, {}],
    [
      'speaks another version',
      'future',
      { fault: 'other', reason: 'It speaks version 2 of the Agent Client Protocol, and Miyabi speaks 1.' },
      {},
    ],
    [
      'has no session',
      'sessionless',
      { fault: 'bad-answer', reason: expect.stringContaining('It answered session/new with something') },
      {},
    ],
    ['stops for no known reason', 'nonsense', { fault: 'bad-answer', reason: expect.stringContaining('because') }, {}],
    ['has the wrong key', 'error', { fault: 'wrong-key', reason: expect.stringContaining('401 invalid api key') }, {}],
    ['sends a message without an end', 'huge', { fault: 'crashed', reason: expect.stringContaining('a message of more than 32 MiB') }, {}],
    ['demands without an end', 'demands', { fault: 'crashed', reason: expect.stringContaining('more than 10,000 times') }, {}],
    [
      'asks and asks',
      'asks',
      { kind: 'denied', reason: 'It was denied 100 things, and did nothing but ask again.' },
      { task: { permissions: 'deny' } },
    ],
    ['knows no way to be told no', 'strange', { kind: 'denied', reason: 'It broke off when it was not allowed what it asked for.' }, {}],
    ['is never done', 'silent', { kind: 'timeout' }, { task: { timeoutMs: 1_000 } }],
  ];

  test.each(cases)('and %s is a recorded outcome', async (_name, fault, end, more) => {
    await using stand = await acpStand();
    expect((await bad(stand, fault, { times, ...more })).report.end).toMatchObject(end as object);
  });

  test('and asks on when nobody answers it any more is not asked about', async () => {
    await using stand = await acpStand();
    let asked = 0;
    const ask: AgentTask['ask'] = async () => (asked += 1) < 0;
    const { report } = await bad(stand, 'asks', { times, task: { permissions: 'ask', ask } });
    expect(report.end.kind).toBe('denied');
    expect(asked).toBe(100);
  });

  test('and prints what is no message between its messages is understood all the same', async () => {
    await using stand = await acpStand();
    const { report, events } = await bad(stand, 'garbage');
    expect(report).toMatchObject({ end: { kind: 'finished' }, summary: 'All the same' });
    expect(events).toEqual([{ type: 'said', text: 'All the same' }]);
  });

  test('and says 10 MB at once is told in small pieces', async () => {
    await using stand = await acpStand();
    const { report, events } = await bad(stand, 'big');
    expect(report.end).toEqual({ kind: 'finished' });
    expect(report.summary.length).toBeLessThan(2_010);
    expect(Math.max(...events.map((event) => JSON.stringify(event).length))).toBeLessThan(3_000);
  });

  test('and floods is not told beyond measure', async () => {
    await using stand = await acpStand();
    const { report, events } = await bad(stand, 'floods');
    expect(report.end).toEqual({ kind: 'finished' });
    expect(events).toHaveLength(20_000);
    expect(events.at(-1)).toEqual({ type: 'output', line: 'It tells so much that the rest of it is only in the log.' });
  });

  test('and would have us read files and run programs for it is refused', async () => {
    await using stand = await acpStand();
    expect((await bad(stand, 'outside')).report.summary).toBe('read -32601, run -32601');
  });

  test('and is not there at all is an outcome too', async () => {
    await using stand = await acpStand();
    const { report } = await runInStand(stand, ['no-such-program'], { process: runner });
    expect(report.end).toMatchObject({
      kind: 'failed',
      fault: 'not-installed',
      reason: expect.stringMatching(/^example could not be started: .*full path.*sandbox\.readable/),
    });
  });
});
