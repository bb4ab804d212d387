import { expect, test } from 'vitest';
import { listenToAgent } from '../../workflow/agent-words.ts';
import type { AgentTask } from '../../ports/agent.ts';
import { createGatekeeper } from './permissions.ts';

const options = [
  { optionId: 'yes', kind: 'allow_once' },
  { optionId: 'no', kind: 'reject_once' },
];
const toRun = (command: string) => ({ toolCall: { toolCallId: 'a', kind: 'execute', rawInput: { command } }, options });
const never = new AbortController().signal;

function gatekeeper(ask: AgentTask['ask']) {
  return createGatekeeper({ permissions: 'ask', ask, onEvent: () => {}, directory: '/w' }, () => {});
}

test('the answer to one question is none to another that looks the same where it is cut, or put into a line', async () => {
  const asked: Array<{ readonly key: string; readonly text: string }> = [];
  const keeper = gatekeeper(async (question) => asked.push(question) > 0);
  const long = `echo ${'harmless '.repeat(200)}`;
  const commands = [
    'git status',
    'git  status',
    'git\nstatus',
    `${long}; make`,
    `${long}; rm -rf .`,
    `${long.slice(0, 600)}${long.slice(609)}; make`,
  ];
  for (const command of commands) await keeper.answer(toRun(command), never);
  expect(new Set(asked.map(({ key }) => key)).size).toBe(commands.length);
  expect(asked[4]?.text).toMatch(/^It asks to run echo harmless .+ \[\d+ characters that are not shown\] .+; rm -rf \.\. May it\?$/);
  for (const { text } of asked) expect(text.length).toBeLessThan(1_200);
});

test('a program that asks for a thousand things at once has one question before a person at a time', async () => {
  let open = 0;
  let most = 0;
  const over = new AbortController();
  const keeper = gatekeeper(async () => {
    most = Math.max(most, (open += 1));
    await new Promise(setImmediate);
    open -= 1;
    return true;
  });
  const answers = Array.from({ length: 1_000 }, async (_, index) => await keeper.answer(toRun(`make ${index}`), over.signal));
  expect(await answers[2]).toEqual({ outcome: { outcome: 'selected', optionId: 'yes' } });
  over.abort();
  const last = await Promise.all(answers);
  expect(last.at(-1)).toEqual({ outcome: { outcome: 'cancelled' } });
  expect(most).toBe(1);
});

test.each([
  ['a comment of HTML', "make '<!--'; rm -rf .; echo '-->'"],
  ['a comment that is never closed', "make '<!--'; rm -rf ."],
  ['a title for a terminal', "make '\u001b]0;'; rm -rf .; echo '\u0007'"],
  ['a command for a terminal', "make '\u001b[8m'; rm -rf .; echo '\u001b[0m'"],
  ['text from right to left', "make '\u202e'; rm -rf ."],
  ['line breaks', 'make\n\r\nrm -rf .'],
])('%s hides nothing of what a person is asked', async (_, command) => {
  let shown = '';
  const keeper = gatekeeper(async ({ text }) => {
    shown = listenToAgent((plain) => ({ text: plain, removed: 0 })).read(text);
    return false;
  });
  await keeper.answer(toRun(command), never);
  expect(shown).toMatch(/^It asks to run make.*rm -rf \..* May it\?$/);
  expect(shown).not.toMatch(/[\p{Cc}\p{Cf}]/u);
});
