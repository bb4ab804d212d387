import { expect, it } from 'vitest';
import { parseForgeReference } from './forge-reference.ts';

const known = { githubApi: 'https://api.github.com', local: ['here'] };
const issue = { forge: 'github', repository: 'owner/na.me', number: 123 };

it('reads an issue by its name, and by its address', () => {
  expect(parseForgeReference('owner/na.me#123', known)).toEqual(issue);
  expect(parseForgeReference('github:owner/na.me#123', known)).toEqual(issue);
  expect(parseForgeReference('here:owner/na.me#123', known)).toEqual({ ...issue, forge: 'here' });
  expect(parseForgeReference('https://github.com/owner/na.me/issues/123', known)).toEqual(issue);
  expect(parseForgeReference('https://www.github.com/owner/na.me/issues/123/?a=b#issuecomment-1', known)).toEqual(issue);
});

it('knows the pages of a GitHub Enterprise server by its API', () => {
  const enterprise = { ...known, githubApi: 'https://git.example.org:8443/api/v3' };
  expect(parseForgeReference('https://git.example.org:8443/owner/na.me/issues/123', enterprise)).toEqual(issue);
  expect(parseForgeReference('https://github.com/owner/na.me/issues/123', enterprise)).toBeUndefined();
});

it('takes nothing else for one', () => {
  for (const text of [
    '',
    'src/a.ts',
    'ISSUE.md',
    'owner/name',
    'owner/name#',
    'owner/name#0',
    'owner/name#-1',
    'owner/name#99999999999',
    'owner/name#9999999999',
    'owner/name#1 please',
    'a/b/c#1',
    'elsewhere:owner/name#1',
    'HERE:owner/name#1',
    'https://github.com.example.org/owner/name/issues/1',
    'https://example.org/owner/name/issues/1',
    'https://github.com/owner/name/pull/1',
    'https://github.com/owner/name/issues/1/../../x',
    'https://github.com/owner/%2e%2e/issues/1%20',
    'https://github.com/own er/name/issues/1',
    'https://',
    `${'a'.repeat(600)}/b#1`,
  ]) {
    expect(parseForgeReference(text, known), text).toBeUndefined();
  }
});
