import { expect, it } from 'vitest';
import { processorMs } from '../../test/support/processor-time.ts';
import type { ForgeIssue } from '../domain/forge.ts';
import { issueLimit, issueSchema } from '../domain/issue.ts';
import { readForgeIssue } from './issue-at-forge.ts';

const issue: ForgeIssue = {
  number: 12,
  title: 'Wrong total',
  body: 'For no items it is 1.',
  author: { id: '7', login: 'ann', isBot: false },
  labels: [],
  state: 'open',
  url: 'https://example.org/owner/name/issues/12',
  createdAt: 1,
  updatedAt: 2,
};

function read(more: Partial<ForgeIssue>) {
  return issueSchema.parse(readForgeIssue('github', 'owner/name', { ...issue, ...more }));
}

it('keeps what people see of an issue, and where it stands', () => {
  expect(
    read({ labels: ['cart'], title: ' Wrong\n\u202etotal ', body: '\uFEFF# Not the title\r\n\r\nText\u200b<!-- for nobody -->' }),
  ).toEqual({
    title: 'Wrong total',
    body: '# Not the title\n\nText',
    origin: {
      kind: 'forge',
      forge: 'github',
      repository: 'owner/name',
      number: 12,
      url: issue.url,
      author: issue.author,
      labels: ['cart'],
    },
    hiddenCharacters: 22,
  });
});

it('has a title for an issue that shows none, and all of one that is long', () => {
  expect(read({ title: '\u200b\u2060', body: '' })).toMatchObject({ title: 'owner/name#12', body: '' });
  const long = read({ title: 'x '.repeat(200), body: 'text' });
  expect(long.title).toHaveLength(200);
  expect(long.body).toBe(`${'x '.repeat(200).trim()}\n\ntext`);
});

it('reads no more than an issue may have, and is quick about it', () => {
  const took = processorMs(() => {
    expect(read({ body: '\n'.repeat(10_000) + 'x'.repeat(1_000_000) }).body.length).toBeLessThanOrEqual(issueLimit);
    expect(read({ body: '<!--'.repeat(200_000) }).body).toBe('');
    expect(read({ body: '- [ ] task\n'.repeat(10_000) }).body.length).toBeLessThanOrEqual(issueLimit);
  });
  expect(took).toBeLessThan(2_000);
});
