import { describe, expect, it } from 'vitest';
import { packText, unpackText } from './packed-text.ts';

describe('long text in a column', () => {
  it('is packed, and read as it was, whatever its letters', () => {
    const text = JSON.stringify({ said: 'Grüße, 世界 🌍 '.repeat(40) });
    const stored = packText(text);
    expect(stored).toBeInstanceOf(Uint8Array);
    expect(stored.length).toBeLessThan(text.length / 4);
    expect(unpackText(stored)).toBe(text);
  });

  it('is read as it was packed by the first version that packed', () => {
    const cases = Array.from({ length: 8 }, (_, index) => ({ id: `test/a.test.js > ${index}`, status: 'passed' }));
    const stored = 'eLv2Xf5XI65hCkufUA+juDsRyeEGSoTsQ1ZtSJJqI5JUG5Ok2oQk1aYkqTYjSbU5NtWxtbUAJxeJUg==';
    const text = JSON.stringify({ schemaVersion: 1, value: { kind: 'checked', tests: cases } });
    expect(unpackText(Buffer.from(stored, 'base64'))).toBe(text);
  });

  it('stays as it is while it is short', () => {
    const text = 'a'.repeat(199);
    expect(packText(text)).toBe(text);
    expect(unpackText(text)).toBe(text);
  });

  it('stays as it is where packing makes nothing smaller', () => {
    const text = Array.from({ length: 500 }, (_, index) => String.fromCharCode((index * 7919) % 55_000)).join('');
    expect(packText(text)).toBe(text);
  });
});
