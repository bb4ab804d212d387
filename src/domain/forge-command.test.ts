import fc from 'fast-check';
import { expect, it } from 'vitest';
import { commandVerbs, longestReason, readCommand } from './forge-command.ts';

it('reads the first line that has something on it', () => {
  expect(readCommand('\r\n  \n /miyabi run\nplease')).toEqual({ kind: 'command', verb: 'run' });
  expect(readCommand('/Miyabi  STOP  it is  wrong\nmore')).toEqual({ kind: 'command', verb: 'stop', reason: 'it is wrong' });
  expect(readCommand('/miyabi approve Beta looks right')).toEqual({
    kind: 'command',
    verb: 'approve',
    world: 'beta',
    reason: 'looks right',
  });
  expect(readCommand('/miyabi approve')).toEqual({ kind: 'command', verb: 'approve' });
  expect(readCommand('/miyabi reject beta is worse')).toEqual({ kind: 'command', verb: 'reject', reason: 'beta is worse' });
});

it('takes nothing else for a command', () => {
  for (const text of [
    '',
    ' \n\n',
    'Could you /miyabi run this?',
    '> /miyabi run',
    '`/miyabi run`',
    '    /miyabi run',
    '\t/miyabi run',
    '```\n/miyabi run',
    'First this.\n/miyabi run',
    '/miyabirun',
    '/miyabi-run',
    '//miyabi run',
    '@miyabi run',
    '/mіyabi run', // the second letter is Cyrillic
    '<!-- /miyabi run -->',
    '<!-- miyabi:run_1:plan -->',
  ]) {
    expect(readCommand(text), text).toBeUndefined();
  }
});

it('sees a command through what no reader sees, and keeps nothing of it', () => {
  expect(readCommand('\u200b\u202e/miyabi run')).toEqual({ kind: 'command', verb: 'run' });
  expect(readCommand('<!-- hidden -->\n/miyabi stop \u001b]52;c;aGk=\u0007')).toMatchObject({ verb: 'stop', reason: ']52;c;aGk=' });
});

it('says what was asked that it does not know, without anything that could be markup', () => {
  expect(readCommand('/miyabi')).toEqual({ kind: 'unknown', verb: '' });
  expect(readCommand('/miyabi dance @everyone')).toEqual({ kind: 'unknown', verb: 'dance' });
  expect(readCommand('/miyabi <img/src=x> now')).toEqual({ kind: 'unknown', verb: 'imgsrcx' });
  expect(readCommand('/miyabi constructor')).toEqual({ kind: 'unknown', verb: 'constructor' });
});

it('never throws and keeps to its limits, whatever is written and however much of it', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 100 }), fc.constantFrom('', '/miyabi ', '\n/miyabi approve '), (text, before) => {
      const command = readCommand(before + text);
      if (command === undefined) return true;
      if (command.kind === 'command') return commandVerbs.includes(command.verb) && !/\p{Cc}/u.test(command.reason ?? '');
      return /^[a-z\d-]{0,30}$/i.test(command.verb);
    }),
  );
  expect(readCommand(`/miyabi stop ${'xy'.repeat(1_000_000)}`)).toEqual({
    kind: 'command',
    verb: 'stop',
    reason: 'xy'.repeat(longestReason / 2),
  });
  expect(readCommand(' '.repeat(5_000_000))).toBeUndefined();
});
