import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AgentEvent, AgentReport } from '../../ports/agent.ts';
import { readClaudeCode } from './claude-code-stream.ts';
import { readCodex } from './codex-stream.ts';
import { endByFailure } from './faults.ts';
import type { StreamReader, ToldByProgram } from './stream.ts';
import { eachLine } from './stream.ts';

// The streams were recorded from the real programs (Claude Code 2.1.329, Codex 0.169.0), against a provider that answers by script.
const readers = { 'claude-code': readClaudeCode, codex: readCodex };

function recorded(stream: string): readonly string[] {
  return readFileSync(new URL(`./testing/streams/${stream}.jsonl`, import.meta.url), 'utf8').split('\n');
}

/** Each line comes a second after the one before. */
function readLines(lines: readonly string[], read: (typeof readers)[keyof typeof readers]): { events: AgentEvent[]; told: ToldByProgram } {
  const events: AgentEvent[] = [];
  let now = 0;
  const reader: StreamReader = read(
    '/world/tree',
    (event) => events.push(event),
    () => now,
  );
  for (const line of lines) {
    now += 1_000;
    reader.read(line);
  }
  return { events, told: reader.told() };
}

function replay(stream: string): { events: AgentEvent[]; told: ToldByProgram } {
  return readLines(recorded(stream), stream.startsWith('codex') ? readCodex : readClaudeCode);
}

test('Claude Code writes a file: the tool, the file and its last words are told', () => {
  const { events, told } = replay('claude-code-writes');
  expect(events).toEqual([
    { type: 'tool', name: 'Write', subject: 'hello.txt', tookMs: 1_000 },
    { type: 'edited', path: 'hello.txt' },
    { type: 'said', text: 'Done: wrote hello.txt' },
  ]);
  expect(told).toEqual({ sessionId: 'ac1258f2-9887-4462-9f47-68b11fb65b79', summary: 'Done: wrote hello.txt', end: { kind: 'finished' } });
});

test('Codex writes a file: the same', () => {
  const { events, told } = replay('codex-writes');
  expect(events.slice(1)).toEqual([
    { type: 'tool', name: 'edit', subject: 'p.txt', tookMs: 1_000 },
    { type: 'edited', path: 'p.txt' },
    { type: 'said', text: 'Done: wrote hello.txt' },
  ]);
  expect(told).toMatchObject({
    sessionId: expect.stringMatching(/^[\da-f-]{36}$/),
    summary: 'Done: wrote hello.txt',
    end: { kind: 'finished' },
  });
});

test('a remark of Codex about a model that it does not know is no failure', () => {
  expect(replay('codex-writes').events[0]).toEqual({
    type: 'output',
    line: expect.stringContaining('Model metadata for `gpt-5.2` not found'),
  });
});

test('a command that fails is told with why, and the work goes on', () => {
  const claude = replay('claude-code-command-fails');
  expect(claude.events[0]).toEqual({
    type: 'tool',
    name: 'Bash',
    subject: 'touch made; curl http://x',
    tookMs: 1_000,
    failure: expect.stringMatching(/^Exit code 6\n/),
  });
  expect(claude.told.end).toEqual({ kind: 'finished' });
  const codex = replay('codex-command-fails');
  expect(codex.events[1]).toEqual({ type: 'tool', name: 'run', subject: 'echo no; exit 3', tookMs: 1_000, failure: 'exit code 3: no' });
  expect(codex.told.end).toEqual({ kind: 'finished' });
});

test('what Claude Code was denied is told once, and where it did nothing else, it was kept from its work', () => {
  const { events, told } = replay('claude-code-denied');
  expect(events).toEqual([
    { type: 'denied', what: 'Bash touch made; curl http://x' },
    { type: 'said', text: 'Done: wrote hello.txt' },
  ]);
  expect(told.end).toEqual({ kind: 'denied', reason: 'It was not allowed: Bash.' });
});

test('a denial beside work that was done is no reason to give the work up', () => {
  const denied = recorded('claude-code-denied');
  const [result = ''] = denied.filter((line) => line.includes('"type": "result"'));
  const written = recorded('claude-code-writes').filter((line) => !line.includes('"type": "result"'));
  const { told, events } = readLines([...written, result], readClaudeCode);
  expect(told.end).toEqual({ kind: 'finished' });
  expect(events.at(-1)).toEqual({ type: 'denied', what: 'Bash touch made; curl http://x' });
});

test.each<[string, AgentReport['end']]>([
  ['claude-code-turns', { kind: 'limit', limit: 'steps', reason: 'Reached maximum number of turns (1)' }],
  ['claude-code-budget', { kind: 'limit', limit: 'cost', reason: 'Reached maximum budget ($0.001)' }],
  ['claude-code-402', { kind: 'limit', limit: 'cost', reason: 'API Error: 402 The budget of this world is used up.' }],
  ['claude-code-401', { kind: 'failed', fault: 'wrong-key', reason: 'Invalid API key · Fix external API key' }],
  ['claude-code-404', { kind: 'failed', fault: 'unknown-model', reason: expect.stringContaining('selected model') }],
  ['claude-code-429', { kind: 'failed', fault: 'account-used-up', reason: expect.stringContaining('used up') }],
  ['claude-code-529', { kind: 'failed', fault: 'provider', reason: expect.stringContaining('Overloaded') }],
  ['claude-code-unreachable', { kind: 'failed', fault: 'network', reason: expect.stringContaining('ECONNREFUSED') }],
  ['claude-code-no-session', { kind: 'failed', fault: 'other', reason: expect.stringContaining('No conversation found') }],
  ['codex-402', { kind: 'limit', limit: 'cost', reason: 'unexpected status 402 Payment Required: The budget of this world is used up.' }],
  ['codex-401', { kind: 'failed', fault: 'wrong-key', reason: 'unexpected status 401 Unauthorized: Incorrect API key provided' }],
  ['codex-404', { kind: 'failed', fault: 'unknown-model', reason: expect.stringContaining('nosuch') }],
  ['codex-429', { kind: 'failed', fault: 'account-used-up', reason: expect.stringContaining('Quota exceeded') }],
  ['codex-503', { kind: 'failed', fault: 'provider', reason: expect.stringContaining('503') }],
])('%s is told for what it is', (stream, end) => {
  expect(replay(stream).told.end).toEqual(end);
});

test.each([
  ['Internal error: model: no-such-model', 'unknown-model'],
  ['Connection failed: error sending request', 'network'],
  ['stream disconnected before completion', 'bad-answer'],
  ['This model: it is overloaded', 'provider'],
  ['something else', 'other'],
])('without a status, the words tell: %s', (text, fault) => {
  expect(endByFailure({ status: undefined, text })).toEqual({ kind: 'failed', fault, reason: text });
});

test('waiting for the model is told while it lasts', () => {
  expect(replay('claude-code-401').events[0]).toEqual({
    type: 'waiting',
    why: 'its model could not be asked: authentication_failed (401); again in 1 s',
  });
  const { events } = replay('codex-401');
  expect(events.filter(({ type }) => type === 'waiting')).toHaveLength(2);
  expect(JSON.stringify(events)).not.toContain('127.0.0.1');
});

test.each(['claude-code-writes', 'codex-writes'])('%s, ended before its end, has said nothing about its end', (stream) => {
  const lines = recorded(stream).filter((line) => line !== '');
  const read = stream.startsWith('codex') ? readCodex : readClaudeCode;
  const { told } = readLines(lines.slice(0, -1), read);
  expect(told).toMatchObject({ end: undefined, sessionId: expect.any(String) });
});

test('Codex without a sandbox of its own that works has done nothing, whatever it says', () => {
  const command = { type: 'command_execution', command: 'ls', aggregated_output: 'bwrap: No such file', exit_code: 1, status: 'failed' };
  const lines = [{ type: 'item.completed', item: command }, { type: 'turn.completed' }].map((one) => JSON.stringify(one));
  expect(readLines(lines, readCodex).told.end).toMatchObject({ kind: 'failed', fault: 'crashed' });
});

test('plans are told as they change', () => {
  const item = {
    type: 'todo_list',
    items: [
      { text: 'look', completed: true },
      { text: 'mend', completed: false },
    ],
  };
  const { events } = readLines([JSON.stringify({ type: 'item.updated', item })], readCodex);
  expect(events).toEqual([
    {
      type: 'planned',
      steps: [
        { text: 'look', state: 'done' },
        { text: 'mend', state: 'pending' },
      ],
    },
  ]);
});

const names = 'claude-code-writes claude-code-denied claude-code-401 codex-writes codex-401'.split(' ');
const pieces = names.flatMap(recorded).filter((line) => line !== '');

test.each(['claude-code', 'codex'] as const)('garbage, and events that were tampered with, end nothing: %s', (program) => {
  const tampered = fc.constantFrom(...pieces).chain((line) =>
    fc.oneof(
      fc.nat(line.length).map((end) => line.slice(0, end)),
      fc.json().map((value) => line.replace(/:\s*("[^"]*"|\d+|\[\]|null)/, `: ${value}`)),
      fc.constant(line),
    ),
  );
  const any = fc.oneof(
    tampered,
    fc.string(),
    fc.json(),
    fc.anything().map((value) => JSON.stringify({ type: 'assistant', message: value }) ?? ''),
  );
  fc.assert(
    fc.property(fc.array(any, { maxLength: 20 }), (lines) => {
      const { told, events } = readLines(lines, readers[program]);
      expect(told.summary.length).toBeLessThanOrEqual(2_000);
      for (const event of events) expect(JSON.stringify(event).length).toBeLessThan(20_000);
    }),
    { numRuns: 500 },
  );
});

test('lines come whole however the stream is cut, also in the middle of a character', () => {
  return fc.assert(
    fc.asyncProperty(
      fc.array(fc.string({ unit: 'grapheme' }).map((text) => text.replaceAll('\n', ''))),
      fc.integer({ min: 1, max: 7 }),
      async (lines, size) => {
        const bytes = new TextEncoder().encode(lines.join('\n'));
        const seen: string[] = [];
        const stream = new ReadableStream<Uint8Array>({
          start(controller) {
            for (let at = 0; at < bytes.length; at += size) controller.enqueue(bytes.slice(at, at + size));
            controller.close();
          },
        });
        await eachLine(stream, (line) => seen.push(line));
        // An empty line says nothing, and a byte order mark at the beginning is no part of the text.
        const expected = new TextDecoder().decode(bytes).split('\n');
        expect(seen).toEqual(expected.filter((line) => line !== ''));
      },
    ),
  );
});
