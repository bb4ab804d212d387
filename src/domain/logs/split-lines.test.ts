import { describe, expect, it } from 'vitest';
import { logLines } from './log-lines.ts';
import { splitLines } from './split-lines.ts';

describe('a text in pieces', () => {
  it('is cut into whole lines, wherever the pieces end', () => {
    const splitter = splitLines();
    expect(splitter.add('one\ntw')).toEqual(['one']);
    expect(splitter.add('')).toEqual([]);
    expect(splitter.add('o')).toEqual([]);
    expect(splitter.add('\n\nthree\n')).toEqual(['two', '', 'three']);
    expect(splitter.rest()).toBeUndefined();
    splitter.add('four');
    expect(splitter.rest()).toBe('four');
    expect(splitter.rest()).toBeUndefined();
  });

  it('takes bounded memory where no line ends', () => {
    const splitter = splitLines();
    for (let piece = 0; piece < 100; piece += 1) splitter.add('x'.repeat(100_000));
    const [line, next] = splitter.add('\nnext\n');
    expect(line!.length).toBeLessThan(2_200_000);
    expect(next).toBe('next');
  });
});

it('letters that come in pieces are whole, and the last line may have no end', () => {
  const asItIs = { read: (lines: readonly string[]) => lines, rest: () => ['what waited'] };
  const [bytes, torn] = [new TextEncoder().encode('größe\nohne Ende'), new Uint8Array([0xc3])];
  const lines = logLines(asItIs);
  expect([...bytes].flatMap((byte) => lines.add(new Uint8Array([byte])))).toEqual(['größe']);
  expect(lines.rest()).toEqual(['ohne Ende', 'what waited']);
  const others = logLines(asItIs);
  expect(others.add(torn)).toEqual([]);
  expect(others.rest()).toEqual(['\ufffd', 'what waited']);
  expect(logLines(asItIs).rest()).toEqual(['what waited']);
});
