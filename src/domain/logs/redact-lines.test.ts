import { describe, expect, it } from 'vitest';
import { redactor } from '../redact.ts';
import { redactLines } from './redact-lines.ts';

const removed = '[secret removed]';
const key = ['-----BEGIN RSA PRIVATE KEY-----', 'MIIEpAIBAAKCAQEA', 'abc=', '-----END RSA PRIVATE KEY-----'];

describe('lines without secrets', () => {
  it('are as many as there were, and those without one are as they were', () => {
    const clean = redactLines(redactor(['hunter2hunter2']));
    const lines = ['\u001b[31mfine\u001b[0m', 'it is hunter2hunter2!', 'fine'];
    expect(clean(lines)).toEqual(['\u001b[31mfine\u001b[0m', `it is ${removed}!`, 'fine']);
    expect(clean(['fine'])).toEqual(['fine']);
  });

  it('lose their colours where one stands in the middle of a secret', () => {
    expect(redactLines(redactor(['hunter2hunter2']))(['\u001b[1mit\u001b[0m is hunter2\u001b[1mhunter2'])).toEqual([`it is ${removed}`]);
  });

  it('hold nothing of a private key, however it comes in pieces', () => {
    const clean = redactLines(redactor([]));
    const lines = ['before', ...key, 'after'];
    expect(clean(lines)).toEqual(['before', removed, removed, removed, removed, 'after']);
    expect(lines.flatMap((line) => clean([line]))).toEqual(['before', removed, removed, removed, removed, 'after']);
    expect(clean([key.join(''), 'after'])).toEqual([removed, 'after']);
  });

  it('go on after a key that never ends', () => {
    const clean = redactLines(redactor([]));
    const read = clean([key[0]!, ...Array.from({ length: 130 }, (_, index) => `line ${index}`)]);
    expect(read.slice(0, 121).every((line) => line === removed)).toBe(true);
    expect(read.slice(121)).toEqual(Array.from({ length: 10 }, (_, index) => `line ${index + 120}`));
  });

  it('hold nothing of a secret of several lines', () => {
    const clean = redactLines(redactor(['first half\nsecond half']));
    expect(clean(['a', 'the first half', 'second half of it', 'b'])).toEqual(['a', removed, removed, 'b']);
  });
});
