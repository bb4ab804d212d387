import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cacheKey } from './cache-key.ts';
import type { Question } from './cache-key.ts';

const question: Question = {
  provider: 'anthropic',
  method: 'POST',
  path: '/v1/messages',
  model: 'm',
  temperature: 0.7,
  headers: [['anthropic-version', '2023-06-01']],
  body: { model: 'm', temperature: 0.7, messages: [{ role: 'user', content: 'Fix it.' }] },
  scope: 'run',
  incidental: [],
};
const key = (more: Partial<Question>): string => cacheKey({ ...question, ...more });
const body = (more: object): Partial<Question> => ({ body: { ...(question.body as object), ...more } });

describe('questions that are the same', () => {
  test.each<[string, Partial<Question>]>([
    ['another order of fields', { body: { messages: [{ content: 'Fix it.', role: 'user' }], temperature: 0.7, model: 'm' } }],
    ['a temperature that is the same to one decimal', { temperature: 0.68, ...body({ temperature: 0.68 }) }],
    ['who the program says it is', body({ metadata: { user_id: 'session-1' } })],
    ['a hint for the cache of the provider', body({ prompt_cache_key: 'x' })],
    ['headers that say nothing about the answer', { headers: [...question.headers, ['x-request-id', '7']] }],
  ])('%s', (_what, other) => {
    expect(key(other)).toBe(key({}));
  });

  test('what is different each time and means nothing, wherever it stands', () => {
    const at = (folder: string, fence: string): string =>
      key({
        incidental: ['/worlds', folder, fence],
        ...body({
          system: `Work in ${folder}/tree.`,
          messages: [{ content: [{ input: `{"path":"${folder}/a"}` }, `${fence}text${fence}`] }],
        }),
      });
    expect(at('/worlds/1', '<<\n"x">>')).toBe(at('/worlds/2', '<<\n"y">>'));
  });
});

describe('questions that differ', () => {
  test.each<[string, Partial<Question>]>([
    ['another scope', { scope: 'world alpha' }],
    ['another provider', { provider: 'local' }],
    ['another model', { model: 'n' }],
    ['another path', { path: '/v1/messages?beta=true' }],
    ['another temperature', { temperature: 0.8 }],
    ['no temperature', { temperature: undefined }],
    ['another text', body({ system: 'x' })],
    ['another order of messages', body({ messages: [{ role: 'user' }, { role: 'assistant' }] })],
    ['another promise of the protocol', { headers: [['Anthropic-Beta', 'context-1m']] }],
    ['a field that only has a name that means nothing elsewhere', body({ tools: [{ user: 'x' }] })],
  ])('%s', (_what, other) => {
    expect(key(other)).not.toBe(key({}));
  });

  test('whatever JSON it is, it is compared', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (any) => {
        expect(key({ body: { messages: [any] } })).toMatch(/^[\da-f]{64}$/);
        expect(key({ body: { messages: [any] } })).toBe(key({ body: { messages: [JSON.parse(JSON.stringify(any))] } }));
      }),
    );
  });
});
