import { expect, test } from 'vitest';
import { longestAnswer, readJson } from './read-json.ts';

test.each([
  ['alone', '{"a":1}'],
  ['in a fence', 'Here it is:\n```json\n{"a":1}\n```\n'],
  ['in a fence without a name', '```\n{ "a": 1 }\n```'],
  ['with words before and after it', 'I think {"a":1} is right. Braces } and { do not matter? }'.replace(' { do', ' do')],
  ['twice the same', '{"a":1}\n{"a": 1}'],
  ['after braces that are none', 'In f() {return 1} it is wrong: {"a":1}'],
  ['with a byte order mark', '\uFEFF{"a":1}'],
])('an object is read %s', (_, text) => {
  expect(readJson(text)).toEqual({ kind: 'json', value: { a: 1 } });
});

test('braces and quotes in strings are part of them', () => {
  expect(readJson(String.raw`so: {"a":"} \" {","b":{}} done`)).toEqual({ kind: 'json', value: { a: '} " {', b: {} } });
});

test.each([
  ['', 'it is empty'],
  [' \n ', 'it is empty'],
  ['I cannot help with that.', 'it holds no JSON object; it begins: "I cannot help with that."'],
  ['{"a":1, "b":', 'its JSON is cut off before its end'],
  ['```json\n{"a":"x', 'its JSON is cut off before its end'],
  ['{"a":1} {"a":2}', 'it holds 2 different JSON objects, and one was asked for'],
  ['{a: 1}', 'what it holds between braces is no JSON'],
])('%j is none: %s', (text, reason) => {
  expect(readJson(text)).toEqual({ kind: 'fault', reason });
});

test('an endless answer is not looked into', () => {
  expect(readJson('{"a":'.padEnd(longestAnswer + 1, '['))).toMatchObject({ kind: 'fault', reason: expect.stringContaining('1,000,001') });
});

test('deep nesting is read, or not, without a fall', () => {
  const deep = `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`;
  expect(['json', 'fault']).toContain(readJson(deep).kind);
  expect(readJson(`x ${deep}`).kind).toMatch(/json|fault/);
});
