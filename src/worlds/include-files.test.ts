import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, lstatSync, mkdirSync, readFileSync, readdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { gitStand } from '../../test/support/git-stand.ts';
import type { GitStand } from '../../test/support/git-stand.ts';
import { writeFiles } from '../../test/support/repository.ts';
import type { CommitId } from '../domain/ids.ts';
import { includeFiles, rememberedLists } from './include-files.ts';

const committed = {
  'README.md': 'x',
  '.gitignore': '.env*\n/local/\nnode_modules/\n*.secret\n',
  'src/a.js': 'a',
};

/** Includes what the list says into an empty checkout. */
async function include(stand: GitStand, list: string | undefined, commit?: CommitId) {
  const { root } = stand.repository;
  const at = commit ?? (list === undefined ? stand.repository.head : stand.repository.commit({ '.worktreeinclude': list }));
  await stand.git.mirror(stand.mirror.path, root, at);
  const tree = join(stand.path, 'tree');
  mkdirSync(tree, { recursive: true });
  const run = async (): Promise<readonly string[]> =>
    await includeFiles({ git: stand.git, includes: rememberedLists() }, { mirrorPath: stand.mirror.path, root, commit: at, tree });
  return { tree, run };
}

function here(tree: string): readonly string[] {
  return readdirSync(tree, { recursive: true, withFileTypes: true, encoding: 'utf8' })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(tree.length))
    .toSorted();
}

describe('included files', () => {
  test('are those that git ignores and the list names, with their modes', async () => {
    await using stand = await gitStand(committed);
    writeFiles(stand.repository.root, {
      '.env.test': 'TOKEN=1',
      '.env': 'x',
      'src/.env.test': 'y',
      'untracked.txt': 'not ignored',
      'a.secret': 'x',
    });
    chmodSync(join(stand.repository.root, '.env.test'), 0o640);
    const { tree, run } = await include(stand, '# what the tests need\n\n.env*\n!.env\nuntracked.txt\nREADME.md\n');
    expect(await run()).toEqual(['/.env.test', '/src/.env.test']);
    expect(here(tree)).toEqual(['/.env.test', '/src/.env.test']);
    expect(readFileSync(join(tree, '.env.test'), 'utf8')).toBe('TOKEN=1');
    expect(lstatSync(join(tree, '.env.test')).mode & 0o777).toBe(0o640);
  });

  test('come from a folder that is ignored as a whole only where the list names it by its path', async () => {
    await using stand = await gitStand(committed);
    writeFiles(stand.repository.root, {
      'local/deep/x.json': '1',
      'local/y.json': '2',
      'node_modules/p/x.json': '3',
      'node_modules/p/.env': '4',
    });
    const named = await include(stand, 'local/**/*.json\n.env\n');
    expect(await named.run()).toEqual(['/local/deep/x.json', '/local/y.json']);
    const whole = await include(stand, '/local/\n!/local/y.json');
    expect(await whole.run()).toEqual([]);
    expect(here(whole.tree)).toEqual(['/local/deep/x.json', '/local/y.json']);
    const folder = await include(stand, 'node_modules');
    expect(await folder.run()).toEqual(['/node_modules/p/.env', '/node_modules/p/x.json']);
  });

  test('are named by the list of the commit, and not by that of the folder', async () => {
    await using stand = await gitStand(committed);
    writeFiles(stand.repository.root, { '.env': 'x', '.worktreeinclude': '.env' });
    const { run } = await include(stand, undefined);
    expect(await run()).toEqual([]);
  });

  test('are regular files that no link leads to', async () => {
    await using stand = await gitStand(committed);
    const { root } = stand.repository;
    writeFiles(stand.path, { 'outside/x.secret': 'x' });
    symlinkSync(join(stand.path, 'outside/x.secret'), join(root, 'link.secret'));
    symlinkSync(join(stand.path, 'outside'), join(root, 'local'));
    execFileSync('mkfifo', [join(root, 'pipe.secret')]);
    writeFiles(root, { 'real.secret': 'x' });
    const { tree, run } = await include(stand, '*.secret\nlocal/*\n');
    expect(await run()).toEqual(['/real.secret']);
    expect(here(tree)).toEqual(['/real.secret']);
  });

  test('take no way that leads out of the checkout, and no place that is taken', async () => {
    await using stand = await gitStand(committed);
    writeFiles(stand.repository.root, { 'src/.env': 'x', 'a.secret': 'theirs' });
    const { tree, run } = await include(stand, '.env\n*.secret\n');
    mkdirSync(join(stand.path, 'outside'));
    symlinkSync(join(stand.path, 'outside'), join(tree, 'src'));
    writeFileSync(join(tree, 'a.secret'), 'of the commit');
    expect(await run()).toEqual([]);
    expect(existsSync(join(stand.path, 'outside/.env'))).toBe(false);
    expect(readFileSync(join(tree, 'a.secret'), 'utf8')).toBe('of the commit');
  });

  test('that are too many or too large are refused with what to do', { tags: ['campaign'] }, async () => {
    await using stand = await gitStand(committed);
    const { root } = stand.repository;
    writeFileSync(join(root, 'big.secret'), '');
    truncateSync(join(root, 'big.secret'), 101_000_000);
    const large = await include(stand, '*.secret\n');
    await expect(large.run()).rejects.toMatchObject({
      name: 'Failure',
      reason: 'configuration',
      text: { why: expect.stringContaining('big.secret') },
    });
    writeFiles(root, Object.fromEntries(Array.from({ length: 1_001 }, (_, at) => [`local/${at}`, ''])));
    const many = await include(stand, 'local/\n');
    await expect(many.run()).rejects.toMatchObject({ text: { why: expect.stringContaining('1,000 files') } });
  });

  test('never become part of a change, even where they are no longer ignored', async () => {
    await using stand = await gitStand(committed);
    writeFiles(stand.repository.root, { '.env': 'TOKEN=1', 'src/.env': 'x' });
    const { run, tree } = await include(stand, '.env\n');
    const exclude = await run();
    writeFiles(tree, { ...committed, '.worktreeinclude': '.env\n', '.gitignore': '', 'new.js': 'x', 'src/b/.env': 'the agent’s own' });
    const base = stand.repository.git('rev-parse', 'HEAD') as CommitId;
    const commit = await stand.mirror.commitFolder({
      directory: tree,
      base,
      message: 'm',
      author: { name: 'A', email: 'a@b' },
      at: 0,
      exclude,
    });
    const change = await stand.mirror.change(base, commit!);
    expect(JSON.stringify(change)).not.toContain('"src/.env"');
    expect(change.files.map(({ path }) => path).toSorted()).toEqual(['.gitignore', 'new.js', 'src/b/.env']);
  });
});
