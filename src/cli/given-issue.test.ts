import { expect, it } from 'vitest';
import type { OperationTools } from '../operations/tools.ts';
import { readGiven, startGiven } from './given-issue.ts';

const shell = {
  cwd: '/',
  user: 'ada',
  configuration: async () => [{ source: 'user' as const, origin: 'a test', values: { forge: { local: { home: '/home/ada/forge' } } } }],
};

it('refuses what can only be meant as a place that no forge has, in place of working on its letters', async () => {
  for (const argument of [
    'hom:ada/shop#1',
    'HOME:ada/shop#1',
    'ada/shop#0',
    'ada/shop#',
    'ada/shop#99999999999',
    '#12',
    '12',
    'https://github.com/ada/shop/pull/3',
    'https://gitlab.example.org/ada/shop/-/issues/3',
  ]) {
    await expect(readGiven(shell, argument), argument).rejects.toMatchObject({
      reason: 'usage',
      text: { what: `${argument} is no issue of a forge that is known here.`, why: expect.stringContaining('the folders home') },
    });
  }
});

it('takes sentences with names and addresses in them for an issue', async () => {
  for (const text of ['See https://example.org/a/b', 'fix ada/shop#1', 'https://example.org/x answers 500', 'note:this']) {
    expect(await readGiven(shell, text), text).toMatchObject({ kind: 'text', issue: { title: text } });
  }
  expect(await readGiven(shell, 'home:ada/shop#1')).toEqual({
    kind: 'forge',
    reference: { forge: 'home', repository: 'ada/shop', number: 1 },
  });
});

it('does not work on an issue of one repository in another', async () => {
  const given = await readGiven(shell, 'home:ada/shop#1');
  await expect(startGiven(shell, {} as OperationTools, given, { repo: './other' })).rejects.toThrow(
    'ada/shop#1 and ./other are two repositories',
  );
});
