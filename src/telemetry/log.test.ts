import { createColors } from 'picocolors';
import { expect, test } from 'vitest';
import type { AttemptId, JobId, TaskId } from '../domain/ids.ts';
import { displayId } from '../domain/ids.ts';
import { redactor } from '../domain/redact.ts';
import type { Signal } from '../domain/signals.ts';
import { createTelemetry } from './create-telemetry.ts';
import type { LogLevels, WrittenLine } from './log.ts';
import { createLog } from './log.ts';
import { prettyLine } from './pretty-line.ts';

const key = 'hunter2-of-the-shop';
const run = '0190a6b0-0000-7000-8000-00000000000a' as JobId;
const task = '0190a6b0-0000-7000-8000-00000000000b' as TaskId;

/** A log whose clock stands still, and the telemetry that it listens to. */
function stand(levels: Partial<LogLevels> = {}) {
  const lines: string[] = [];
  const faults: string[] = [];
  let redacted = 0;
  const telemetry = createTelemetry({ now: () => 0, monotonic: () => 0 }, (text) => void faults.push(text));
  const log = createLog({
    level: 'info',
    levels: {},
    ...levels,
    redact: redactor([key]),
    now: () => Date.UTC(2026, 10, 22, 14, 3, 5, 7),
    from: { pid: 7, host: 'here' },
    sinks: [(line) => void lines.push(line)],
    onRedacted: (count) => {
      redacted += count;
      telemetry.tell({ type: 'secret.redacted', sink: 'log', count });
    },
  });
  telemetry.listen(log.listener);
  return {
    telemetry,
    log,
    faults,
    lines,
    written: () => lines.map((line) => JSON.parse(line) as WrittenLine),
    redacted: () => redacted,
  };
}

function said(text: string, more: Partial<Extract<Signal, { type: 'said' }>> = {}): Signal {
  return { type: 'said', component: 'workflow', level: 'info', text, ...more };
}

test('every line says when, how much it matters, whose it is, and where it was, by the ids that people see', async () => {
  const { telemetry, written } = stand();
  const place = { run, task, taskType: 'miyabi.world.run', key: 'world-beta', world: 'beta', attempt: 'a' as AttemptId, attemptNumber: 2 };
  await telemetry.within(place, async () => telemetry.tell(said('chose beta', { facts: { confidence: 0.5, gone: undefined } })));
  telemetry.tell(said('Takes runs', { component: 'service' }));
  const common = { level: 'info', time: '2026-11-22T14:03:05.007Z', pid: 7, host: 'here' };
  expect(written()).toEqual([
    {
      ...common,
      component: 'workflow',
      run: displayId('run', run),
      task: displayId('task', task),
      type: 'miyabi.world.run',
      key: 'world-beta',
      world: 'beta',
      attempt: 2,
      facts: { confidence: 0.5 },
      text: 'chose beta',
    },
    { ...common, component: 'service', text: 'Takes runs' },
  ]);
});

test('an operation is told at its end with how it ended and how long it took; failures count for more', async () => {
  const { telemetry, written } = stand({ levels: { agents: 'debug' } });
  await telemetry.measure({ kind: 'agent', name: 'repair' }, async ({ end }) => await Promise.resolve(end('success')));
  await telemetry.measure({ kind: 'git', name: 'git head' }, async () => await Promise.resolve());
  const failing = telemetry.measure({ kind: 'git', name: 'git cherryPick' }, async () => await Promise.reject(new Error('no such commit')));
  await expect(failing).rejects.toThrow('no such commit');
  expect(written().map(({ level, component, text, facts }) => [level, component, text, facts?.['outcome']])).toEqual([
    ['debug', 'agents', 'agent repair begins', undefined],
    ['info', 'agents', 'agent repair: success', 'success'],
    ['warn', 'git', 'git cherryPick: failed, Error: no such commit', 'failed'],
  ]);
});

test('what is written is decided by the level of its component, also when that is changed while it is written', () => {
  const { telemetry, log, written } = stand({ level: 'warn', levels: { models: 'debug' } });
  const tellAll = (round: number): void => {
    for (const component of ['models', 'git'] as const)
      for (const level of ['debug', 'info', 'warn', 'error'] as const)
        telemetry.tell(said(`${round} ${component} ${level}`, { component, level }));
  };
  tellAll(1);
  log.use({ level: 'error', levels: {} });
  tellAll(2);
  expect(written().map(({ text }) => text)).toEqual([
    '1 models debug',
    '1 models info',
    '1 models warn',
    '1 models error',
    '1 git warn',
    '1 git error',
    '2 models error',
    '2 git error',
  ]);
});

test.each([
  ['as it is', key],
  ['in base64', Buffer.from(`user:${key}`).toString('base64')],
  ['in hexadecimal', Buffer.from(key).toString('hex')],
  ['for addresses', encodeURIComponent(key)],
  ['with characters in it that nobody sees', key.split('').join('\u200b')],
  ['in the colours of a terminal', `\u001b[31m${key.slice(0, 7)}\u001b[0m${key.slice(7)}`],
  ['of a shape that is known', `ghp_${'a1'.repeat(18)}`],
])('no secret is written %s: not in texts, facts, names, or what was thrown', async (_how, secret) => {
  const { telemetry, lines, redacted } = stand();
  await telemetry.within({ world: `beta ${secret}`, key: secret }, async () =>
    telemetry.tell(said(`it says ${secret}.`, { facts: { answer: `is ${secret}` } })),
  );
  const failing = telemetry.measure(
    { kind: 'forge', name: 'forge read' },
    async () => await Promise.reject(new Error(`no ${secret} here`)),
  );
  await expect(failing).rejects.toThrow();
  expect(lines).toHaveLength(2);
  expect(lines.join('')).not.toContain(secret);
  expect(lines.join('')).not.toContain(key);
  expect(lines.every((line) => JSON.parse(line) instanceof Object)).toBe(true);
  expect(redacted()).toBe(5);
});

test('a text ends no line and begins no other, however it tries', () => {
  const forged = '"}\n{"level":"error","text":"all is lost"}\r\u2028\u2029\u0085\u001b[2K\u202e end';
  const { telemetry, lines, written } = stand();
  telemetry.tell(said(forged, { facts: { [forged]: forged } }));
  expect(lines).toHaveLength(1);
  expect(lines[0]?.slice(0, -1)).not.toMatch(/[\p{Cc}\u2028\u2029\u202e]/u);
  expect(written()[0]).toMatchObject({ level: 'info', component: 'workflow' });
  const shown = prettyLine(written()[0]!, createColors(false));
  expect(shown).not.toMatch(/[\p{Cc}\u2028\u2029\u202e]/u);
});

test('what is too long is cut, and content of agents is never written', () => {
  const { telemetry, written } = stand({ level: 'debug' });
  telemetry.tell(said('x'.repeat(10_000), { facts: { long: 'y'.repeat(10_000) } }));
  telemetry.tell({ type: 'content', of: 'prompt', text: 'what the issue says' });
  expect(written().map(({ text, facts }) => [text.length, String(facts?.['long']).length])).toEqual([[4_000, 500]]);
});

test('a sink that cannot write is told of, and the others write', () => {
  const { telemetry, log: _log, faults } = stand();
  const lines: string[] = [];
  const broken = createLog({
    level: 'info',
    levels: {},
    redact: redactor([]),
    now: () => 0,
    from: { pid: 7, host: 'here' },
    sinks: [
      (line) => void lines.push(line),
      () => {
        throw new Error('no space left on device');
      },
    ],
    onRedacted: () => undefined,
  });
  telemetry.listen(broken.listener);
  telemetry.tell(said('one'));
  telemetry.tell(said('two'));
  expect(lines).toHaveLength(2);
  expect(faults).toEqual(['Something that is measured or logged was lost: no space left on device']);
});

test('at a terminal a service speaks in sentences, and what happens in runs says when and where', async () => {
  const { telemetry, written } = stand({ level: 'debug' });
  telemetry.tell(said('Takes runs;\n2 worlds at a time.', { component: 'service' }));
  telemetry.tell(said('github: no token.', { component: 'service', level: 'warn' }));
  await telemetry.within({ run, key: 'world-beta', world: 'beta', attemptNumber: 2 }, async () =>
    telemetry.measure({ kind: 'agent', name: 'repair', facts: { model: 'none' } }, async ({ end }) => await Promise.resolve(end('failed'))),
  );
  expect(written().map((line) => prettyLine(line, createColors(false)))).toEqual([
    'Takes runs; 2 worlds at a time.',
    'warn github: no token.',
    `14:03:05 debug ${displayId('run', run)} world-beta beta attempt 2 agent repair begins model=none`,
    `14:03:05 warn ${displayId('run', run)} world-beta beta attempt 2 agent repair: failed 0 ms model=none`,
  ]);
});
