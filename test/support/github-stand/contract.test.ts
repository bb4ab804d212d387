import { expect, test } from 'vitest';
import { githubContract } from './contract.ts';

/** Who holds exchanges against a description has to notice when one is not like it. */
const pulls = {
  method: 'POST',
  path: '/repos/acme/widgets/pulls',
  status: 422,
  answer: { message: 'Validation Failed', documentation_url: 'https://docs.github.com' },
};

test.each([
  ['an address that is nowhere', { method: 'GET', path: '/repos/acme/widgets/pull', body: undefined, status: 200, answer: {} }],
  [
    'an issue without a title',
    {
      method: 'POST',
      path: '/repos/acme/widgets/issues',
      body: { assignees: 'x' },
      status: 422,
      answer: { message: 'no', documentation_url: 'https://docs.github.com' },
    },
  ],
  [
    'a way to merge that is none',
    {
      method: 'PUT',
      path: '/repos/acme/widgets/pulls/1/merge',
      body: { merge_method: 'octopus' },
      status: 405,
      answer: { message: 'no', documentation_url: 'https://docs.github.com' },
    },
  ],
  ['a pull request without a base', { ...pulls, body: { head: 'work', title: 'new' } }],
  ['an answer that is not described', { ...pulls, status: 299, body: { head: 'work', base: 'main' } }],
  [
    'an answer of another form',
    { method: 'GET', path: '/repos/acme/widgets/issues/1', body: undefined, status: 200, answer: { number: 'one' } },
  ],
])('%s is noticed', (_, exchange) => {
  expect(githubContract().violations(exchange)).not.toEqual([]);
});

test('what is as described is not', () => {
  expect(githubContract().violations({ ...pulls, body: { head: 'work', base: 'main', title: 'new', draft: true } })).toEqual([]);
});
