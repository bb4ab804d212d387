import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { workspaceStand } from '../../../test/conformance/workspaces-stand.ts';
import { gitStand } from '../../../test/support/git-stand.ts';
import { writeFiles } from '../../../test/support/repository.ts';
import { stateFolder } from '../../domain/state-folder.ts';
import { systems } from './mounts.ts';
import { createWorkspaces } from './workspaces.ts';

describe('an overlay', () => {
  let missing: string | undefined;

  beforeAll(async () => {
    await using stand = await gitStand();
    const [overlay] = await stand.workspaces.ladder();
    missing = overlay?.usable === true ? undefined : (overlay?.detail ?? 'not known here');
  });

  test('takes more and longer layers than fit into the options of a mount', async (context) => {
    if (missing !== undefined) return context.skip(missing);
    await using stand = await workspaceStand('overlay');
    const layers = Array.from({ length: 150 }, (_, at) => join(stand.path, 'l'.repeat(200), String(at)));
    for (const [at, layer] of layers.entries())
      writeFiles(layer, { [`node_modules/p${at}/index.js`]: String(at), 'node_modules/top.js': String(at) });
    const { directory } = await stand.make('alpha', { layers });
    expect(readFileSync(join(directory, 'node_modules/top.js'), 'utf8')).toBe('0');
    expect(readFileSync(join(directory, 'node_modules/p149/index.js'), 'utf8')).toBe('149');
  });

  test('lets root rename a folder that came with the base in one step', async (context) => {
    if (missing !== undefined) return context.skip(missing);
    if (process.getuid?.() !== 0) return context.skip('only for root: the marks of an ordinary user do not allow it');
    await using stand = await workspaceStand('overlay');
    const world = await stand.make('alpha');
    renameSync(join(world.directory, 'src'), join(world.directory, 'lib'));
    const change = await stand.harvest(world);
    expect(change?.files.map(({ from, path }) => `${from} -> ${path}`)).toEqual([
      'src/a.js -> lib/a.js',
      'src/deep/er/b.js -> lib/deep/er/b.js',
    ]);
  });

  test('tells where what is written in it lies', async (context) => {
    if (missing !== undefined) return context.skip(missing);
    await using stand = await workspaceStand('overlay');
    const world = await stand.make('alpha');
    writeFiles(world.directory, { 'new.txt': 'x' });
    expect(world.written.map((folder) => readFileSync(join(folder, 'new.txt'), 'utf8'))).toEqual(['x']);
    expect((await stand.workspaces.reopen(world))?.written).toEqual(world.written);
  });

  test('is ready with one program', async (context) => {
    if (missing !== undefined) return context.skip(missing);
    await using stand = await workspaceStand('overlay');
    const { head } = stand.repository;
    await stand.workspaces.prepareBase({ mirrorPath: stand.mirror.path, commit: head });
    const started: string[] = [];
    const run = stand.process.run.bind(stand.process);
    stand.process.run = async (request) => {
      started.push(request.command[0]);
      return await run(request);
    };
    await stand.make('alpha');
    expect(started).toEqual([systems('mount')]);
  });
});

describe('a base', () => {
  const only = 'overlay';

  test('is made once, by however many at once, and whatever was left half made is gone', async (context) => {
    await using stand = await workspaceStand(only);
    const [overlay] = await stand.workspaces.ladder();
    if (overlay?.usable !== true) return context.skip(overlay?.detail ?? 'not known here');
    const bases = join(stand.path, 'state/bases/one');
    const { head } = stand.repository;
    writeFiles(join(bases, `${head}.dead.making`), { 'tree/half': 'x' });
    mkdirSync(join(bases, head));
    const request = { mirrorPath: stand.mirror.path, commit: head };
    await Promise.all([stand.workspaces.prepareBase(request), stand.workspaces.prepareBase(request), stand.make('alpha')]);
    expect(existsSync(join(bases, head, 'tree/README.md'))).toBe(true);
    expect(existsSync(join(bases, `${head}.dead.making`))).toBe(false);
  });

  test.for([
    ['written into', { 'src/a.js': 'evil' }],
    ['added to', { 'node_modules/evil/index.js': 'evil' }],
  ] as const)('that was %s is made anew by the next process, and who has it mounted keeps it', async ([, how], context) => {
    await using stand = await workspaceStand(only);
    const [overlay] = await stand.workspaces.ladder();
    if (overlay?.usable !== true) return context.skip(overlay?.detail ?? 'not known here');
    const world = await stand.make('alpha');
    const { git, process, locks } = stand;
    const tree = join(stand.path, 'state/bases/one', stand.repository.head, 'tree');
    writeFiles(tree, how);
    const next = createWorkspaces({ git, process, locks, path: '/usr/bin:/bin', state: stateFolder(join(stand.path, 'state')) }, { only });
    const place = stand.place('beta');
    mkdirSync(place.private, { recursive: true });
    const clean = await next.create({ ...place, commit: stand.repository.head });
    expect(readFileSync(join(clean.directory, 'src/a.js'), 'utf8')).toBe('export const a = 1;\n');
    expect(existsSync(join(clean.directory, 'node_modules'))).toBe(false);
    expect(readFileSync(join(world.directory, 'src/deep/er/b.js'), 'utf8')).toBe('export const b = 2;\n');
  });

  test('that was written into is made anew by the same process once it is told to doubt it', async (context) => {
    await using stand = await workspaceStand(only);
    const [overlay] = await stand.workspaces.ladder();
    if (overlay?.usable !== true) return context.skip(overlay?.detail ?? 'not known here');
    await stand.make('alpha');
    writeFiles(join(stand.path, 'state/bases/one', stand.repository.head, 'tree'), { 'src/a.js': 'evil' });
    stand.workspaces.doubtBases();
    const clean = await stand.make('beta');
    expect(readFileSync(join(clean.directory, 'src/a.js'), 'utf8')).toBe('export const a = 1;\n');
  });

  test('does not outlive a move of the state folder', async (context) => {
    await using stand = await workspaceStand(only);
    const [overlay] = await stand.workspaces.ladder();
    if (overlay?.usable !== true) return context.skip(overlay?.detail ?? 'not known here');
    const { mirror, repository, workspaces } = stand;
    await workspaces.prepareBase({ mirrorPath: mirror.path, commit: repository.head });
    const moved = join(stand.path, 'moved', 'one.git');
    mkdirSync(join(moved, '..'));
    renameSync(mirror.path, moved);
    rmSync(join(stand.path, 'state/worlds'), { recursive: true, force: true });
    await workspaces.prepareBase({ mirrorPath: moved, commit: repository.head });
    const alternates = join(stand.path, 'state/bases/one', repository.head, 'tree/.git/objects/info/alternates');
    expect(readFileSync(alternates, 'utf8')).toBe(`${moved}/objects\n`);
  });
});
