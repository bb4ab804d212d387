import { describe, expect, it } from 'vitest';
import { cutLine, lineHas, longestShown, shownLine, withoutColours } from './shown-line.ts';

describe('a line on a screen', () => {
  it.each([
    [
      'colours stay',
      '\u001b[1;31mred\u001b[0m and \u001b[38:5:208morange\u001b[m',
      '\u001b[1;31mred\u001b[0m and \u001b[38:5:208morange\u001b[m',
    ],
    ['what was written over is gone', ' 10 %\r 50 %\r100 %\r', '100 %'],
    ['the clipboard is not touched', 'a\u001b]52;c;aGVsbG8=\u0007b', 'ab'],
    ['a title is not set, however it ends', 'a\u001b]0;title\u001b\\b\u009d0;title\u009cc', 'abc'],
    ['a link is its text', '\u001b]8;;https://evil.example\u001b\\here\u001b]8;;\u001b\\', 'here'],
    ['nothing is cleared or moved', 'a\u001b[2Jb\u001b[10;10Hc\u001b[?1049hd\u001b[>4;2me\u009b2Jf', 'abcdef'],
    ['strings for devices are gone', 'a\u001bP1;2|x\u001b\\b\u0090y\u009cc\u001b_z\u001b\\d', 'abcd'],
    ['short commands are gone', 'a\u001bcb\u001b(0c\u001bMd', 'abcd'],
    ['a string that never ends hides nothing', 'a\u001b]0;all of it', 'a]0;all of it'],
    ['a bell, a backspace and a direction are gone', 'a\u0007b\u0008c\u202ed\u200be', 'abcde'],
    ['tabs and letters of everybody stay', '\täöü – 日本語 ✓ 🙂', '\täöü – 日本語 ✓ 🙂'],
  ])('%s', (_, line, shown) => {
    expect(shownLine(line)).toBe(shown);
  });

  it('says how much of it is left out, and never tears a letter', () => {
    expect(cutLine('a'.repeat(longestShown))).toHaveLength(longestShown);
    expect(cutLine(`${'a'.repeat(longestShown - 1)}🙂b`)).toMatch(/^a+\ufffd \[2 more characters\]$/);
  });

  it('is searched without its colours', () => {
    expect(withoutColours('\u001b[1mbo\u001b[0mld')).toBe('bold');
    expect(['\u001b[1mbo\u001b[0mLD', 'bo ld'].map(lineHas('Bold'))).toEqual([true, false]);
  });
});
