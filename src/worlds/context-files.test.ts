import { mkdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { gitStand } from '../../test/support/git-stand.ts';
import { userGit } from '../../test/support/repository.ts';
import { contextNames, writeContextFiles } from './context-files.ts';
import { harvest } from './harvest.ts';

const texts = new Map([
  [contextNames.program, '{}\n'],
  [contextNames.people, '# Ours\n'],
]);

async function checkout(files: Readonly<Record<string, string>> = { 'a.txt': 'a\n' }) {
  const stand = await gitStand(files);
  const { mirror, repository } = stand;
  const tree = join(stand.path, 'tree');
  await mirror.checkOut({ directory: tree, commit: repository.head });
  const isTracked = async (name: string) => (await mirror.listFiles(repository.head)).includes(name);
  return {
    tree,
    place: async () => await writeContextFiles({ tree, texts, isTracked }),
    harvest: async () =>
      await harvest(mirror, {
        directory: tree,
        base: repository.head,
        message: 'm',
        author: { name: 'A', email: 'a@b' },
        at: 1,
        ref: 'refs/miyabi/worlds/x',
      }),
    [Symbol.asyncDispose]: async () => await stand[Symbol.asyncDispose](),
  };
}

test('the files are there, unseen by git in the world, and never harvested', async () => {
  await using world = await checkout();
  const placed = ['/.agent-context.json', '/EXECUTION_CONTEXT.md'];
  expect(await world.place()).toEqual({ placed, warnings: [] });
  expect(readFileSync(join(world.tree, 'EXECUTION_CONTEXT.md'), 'utf8')).toBe('# Ours\n');
  expect(userGit(world.tree, 'status', '--porcelain')).toBe('');
  expect(await world.harvest()).toBeUndefined();
  writeFileSync(join(world.tree, 'a.txt'), 'b\n');
  // Nor where the agent forgets about it.
  writeFileSync(join(world.tree, '.git', 'info', 'exclude'), '');
  const harvested = await world.harvest();
  expect(harvested?.change.files.map(({ path }) => path)).toEqual(['a.txt']);
});

test('a file of the repository with such a name is not written over, and that is said', async () => {
  await using world = await checkout({ 'EXECUTION_CONTEXT.md': 'theirs\n' });
  const { placed, warnings } = await world.place();
  expect(placed).toEqual(['/.agent-context.json']);
  expect(warnings).toEqual([expect.stringMatching(/^The repository has a file EXECUTION_CONTEXT\.md of its own: it was left as it is/)]);
  expect(readFileSync(join(world.tree, 'EXECUTION_CONTEXT.md'), 'utf8')).toBe('theirs\n');
  expect(userGit(world.tree, 'status', '--porcelain')).toBe('');
});

test('no link is followed that lies in the place of one of them', async () => {
  await using world = await checkout();
  const outside = join(world.tree, '..', 'outside');
  writeFileSync(outside, 'mine\n');
  symlinkSync(outside, join(world.tree, '.agent-context.json'));
  symlinkSync(join(world.tree, '..', 'nowhere'), join(world.tree, 'EXECUTION_CONTEXT.md'));
  const { placed, warnings } = await world.place();
  expect(placed).toEqual([]);
  expect(warnings).toHaveLength(2);
  expect(warnings[0]).toBe('Something called .agent-context.json was in the world already, and was left as it is.');
  expect(readFileSync(outside, 'utf8')).toBe('mine\n');
  expect(() => readFileSync(join(world.tree, '..', 'nowhere'))).toThrow(/ENOENT/);
});

test.each([
  ['the list of ignored files', 'info/exclude'],
  ['its folder', 'info'],
  ['the administration of git', '.'],
])('nor one in the place of %s', async (_, at) => {
  await using world = await checkout();
  const outside = join(world.tree, '..', 'outside');
  mkdirSync(join(outside, 'info'), { recursive: true });
  writeFileSync(join(outside, 'info', 'exclude'), 'mine\n');
  const git = join(world.tree, '.git');
  if (at === '.') {
    renameSync(git, join(world.tree, '..', 'git'));
    symlinkSync(outside, git);
  } else if (at === 'info') {
    symlinkSync(join(outside, 'info'), join(git, 'info'));
  } else {
    mkdirSync(join(git, 'info'));
    symlinkSync(join(outside, 'info', 'exclude'), join(git, 'info', 'exclude'));
  }
  const { placed, warnings } = await world.place();
  expect(placed).toHaveLength(2);
  expect(warnings).toEqual([expect.stringMatching(/could not be told to ignore/)]);
  expect(readFileSync(join(outside, 'info', 'exclude'), 'utf8')).toBe('mine\n');
});
