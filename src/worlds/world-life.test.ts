import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { evilAgent } from '../../test/support/evil-agent.ts';
import { gitStand } from '../../test/support/git-stand.ts';
import { memoryFolders } from '../../test/support/ledger.ts';
import { userGit, writeFiles } from '../../test/support/repository.ts';
import type { CommitId, JobId, RepositoryId } from '../domain/ids.ts';
import type { WorkspaceMethod } from '../domain/machine.ts';
import { stateFolder } from '../domain/state-folder.ts';
import { recordsOf } from '../../test/support/run-records.ts';
import { collectWorlds } from './collect.ts';
import type { RunState } from './collected.ts';
import { discardWorld } from './discard.ts';
import { harvest } from './harvest.ts';
import { changesOutside, fingerprintOutside } from './outside.ts';
import { prepareWorld } from './prepare.ts';

const repositoryId = 'one' as RepositoryId;
const jobId = '01890000-0000-7000-8000-0000000000a1' as JobId;
const otherJob = '01890000-0000-7000-8000-0000000000b2' as JobId;
const author = { name: 'Ada User', email: 'ada@example.org' };

async function worldStand(files?: Readonly<Record<string, string>>, only?: WorkspaceMethod) {
  const stand = await gitStand(files, undefined, only);
  const state = stateFolder(join(stand.path, 'state'));
  const ledger = memoryFolders();
  const living = new Set<string>();
  const owner = { name: 'we', isAlive: async (name: string) => await Promise.resolve(living.has(name)) };
  const tools = { ledger, workspaces: stand.workspaces, owner };
  const mirrorPath = stand.mirror.path;
  const prepare = async (name: string, job = jobId, more: { readonly owner?: string; readonly minimumFreeBytes?: number } = {}) => {
    const folder = state.world(job, 'task 1', name);
    const { head: commit } = stand.repository;
    await prepareWorld(tools, { folder, mirrorPath, commit, repositoryId, jobId: job, at: 1, minimumFreeBytes: 0, ...more });
    return folder;
  };
  return {
    ...stand,
    state,
    ledger,
    tools,
    living,
    prepare,
    discard: (folder: ReturnType<typeof state.world>) => discardWorld(tools, { folder, mirrorPath }),
  };
}

describe('preparing and discarding', () => {
  test('a link in the place of a folder of ours is removed, and nothing of what it leads to', async () => {
    await using stand = await worldStand();
    const folder = await stand.prepare('alpha');
    const precious = join(stand.path, 'precious');
    writeFiles(precious, { 'workspace/work.txt': 'mine' });
    renameSync(folder.private, join(folder.root, 'moved'));
    symlinkSync(precious, folder.private);
    await stand.discard(folder);
    expect(existsSync(folder.root)).toBe(false);
    expect(existsSync(join(precious, 'workspace/work.txt'))).toBe(true);
  });

  test('a world has its folders while it lives and nothing afterwards', async () => {
    await using stand = await worldStand();
    const folder = await stand.prepare('alpha');
    expect(readdirSync(folder.root).sort()).toEqual(['context', 'home', 'private', 'tmp', 'tree']);
    expect((await stand.ledger.folders()).map((row) => row.directory)).toEqual([folder.root]);
    await stand.discard(folder);
    await stand.discard(folder);
    expect(existsSync(join(stand.state.root, 'worlds', 'run_0000000000'))).toBe(false);
    expect(readdirSync(join(stand.state.root, 'worlds'))).toEqual([]);
    expect(await stand.ledger.folders()).toEqual([]);
  });

  test('a world that was interrupted begins clean', async () => {
    await using stand = await worldStand();
    const folder = await stand.prepare('alpha');
    writeFiles(folder.root, { 'tree/left.txt': 'l', 'home/left.txt': 'l' });
    chmodSync(folder.home, 0);
    await stand.prepare('alpha');
    expect(existsSync(join(folder.tree, 'left.txt'))).toBe(false);
    expect(readdirSync(folder.home)).toEqual([]);
    expect(readdirSync(folder.tree)).toContain('README.md');
  });

  test('the row is written before the folder is made, and goes when it cannot be made', async () => {
    await using stand = await worldStand();
    const folder = stand.state.world(jobId, 't', 'alpha');
    let existed: boolean | undefined;
    const ledger = { ...stand.ledger, recordFolder: async () => void (existed = existsSync(folder.root)) };
    const request = {
      folder,
      mirrorPath: stand.mirror.path,
      commit: 'd'.repeat(40) as CommitId,
      repositoryId,
      jobId,
      at: 1,
      minimumFreeBytes: 0,
    };
    await expect(prepareWorld({ ...stand.tools, ledger }, request)).rejects.toThrow();
    expect(existed).toBe(false);
    expect(existsSync(folder.root)).toBe(false);
    expect(await stand.ledger.folders()).toEqual([]);
  });

  test('below the limit of free space nothing is made, and a person is told what to do', async () => {
    await using stand = await worldStand();
    const failure = await stand.prepare('alpha', jobId, { minimumFreeBytes: 2 ** 60 }).catch((error: unknown) => error);
    expect(failure).toMatchObject({
      name: 'Failure',
      reason: 'failed',
      text: { why: expect.stringMatching(/MB are free/), fix: expect.stringMatching(/gc/) },
    });
    expect(existsSync(join(stand.state.root, 'worlds'))).toBe(false);
  });

  test('a disk that is full in the middle leaves nothing and says so', async (context) => {
    await using stand = await worldStand({ 'big.txt': 'x'.repeat(3_000_000) }, 'checkout');
    const small = join(stand.state.root, 'worlds');
    mkdirSync(small);
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', small], { stdio: 'ignore' });
    } catch {
      return context.skip('a small disk cannot be mounted here');
    }
    try {
      const failure = await stand.prepare('alpha').catch((error: unknown) => error);
      expect(failure).toMatchObject({
        name: 'Failure',
        text: { what: expect.stringContaining('world'), why: expect.stringContaining('no space left') },
      });
      expect(readdirSync(small)).toEqual([]);
    } finally {
      execFileSync('umount', [small]);
    }
  });
});

describe('harvest', () => {
  const request = (tree: string, base: CommitId) =>
    ({ directory: tree, base, message: 'Fix', author, at: 1_700_000_000_000, ref: 'refs/miyabi/worlds/run_1/t/alpha' }) as const;

  test('keeps the change under its ref, without installed files and without ours', async () => {
    await using stand = await worldStand();
    const { tree } = await stand.prepare('alpha');
    writeFiles(tree, { 'src/a.js': 'fixed\n', 'node_modules/x/i.js': 'x', '.agent-context.json': '{}', 'EXECUTION_CONTEXT.md': 'x' });
    const harvested = (await harvest(stand.mirror, request(tree, stand.repository.head)))!;
    expect(harvested.change.files.map((file) => file.path)).toEqual(['src/a.js']);
    expect(await stand.mirror.readRef('refs/miyabi/worlds/run_1/t/alpha')).toBe(harvested.commit);
    rmSync(join(tree, 'src/a.js'));
    userGit(tree, 'checkout', '-q', '--', 'src/a.js');
    expect(await harvest(stand.mirror, request(tree, stand.repository.head))).toBeUndefined();
    expect(await stand.mirror.readRef('refs/miyabi/worlds/run_1/t/alpha')).toBeUndefined();
  });

  test('what a process goes on writing after the harvest is not in the commit, and the process is gone', async () => {
    await using stand = await worldStand();
    const { tree } = await stand.prepare('alpha');
    const ended = await stand.process.run({
      command: ['/bin/sh', '-c', evilAgent.keepsWriting(join(tree, 'src/a.js'))],
      cwd: tree,
      env: { PATH: '/usr/local/bin:/usr/bin:/bin' },
      timeoutMs: 20_000,
    });
    expect(ended.leftovers).toBeGreaterThan(0);
    writeFiles(tree, { 'src/a.js': 'last word\n' });
    const { commit } = (await harvest(stand.mirror, request(tree, stand.repository.head)))!;
    expect(await stand.mirror.readFile(commit, 'src/a.js')).toBe('last word\n');
    const fresh = join(stand.path, 'fresh');
    await stand.mirror.checkOut({ directory: fresh, commit: commit });
    expect(userGit(fresh, 'status', '--porcelain')).toBe('');
  });
});

describe('what lies outside', () => {
  test('is not changed by other worlds that come, work and go, nor by new layers', async () => {
    await using stand = await worldStand();
    const place = { state: stand.state, repositoryId, root: stand.repository.root, git: stand.git };
    writeFiles(stand.state.root, { 'miyabi.db': 'db', 'layers/a/node_modules/x.js': 'x' });
    const early = await stand.prepare('alpha');
    const before = await fingerprintOutside(place);
    const folder = await stand.prepare('beta');
    writeFiles(folder.tree, { 'src/a.js': 'changed\n' });
    await harvest(stand.mirror, {
      directory: folder.tree,
      base: stand.repository.head,
      message: 'm',
      author,
      at: 1,
      ref: 'refs/miyabi/worlds/r/t/b',
    });
    await stand.discard(early);
    writeFiles(stand.state.root, { 'layers/b/node_modules/y.js': 'y', 'miyabi.db': 'db, grown' });
    expect(await changesOutside(place, before)).toEqual([]);
  });

  test.each<[string, (at: { mirror: string; root: string; state: string }) => void, { whose: string; what: RegExp }]>([
    [
      'the mirror’s configuration',
      ({ mirror }) => userGit(mirror, 'config', 'core.fsmonitor', 'evil'),
      { whose: 'ours', what: /mirror's config/ },
    ],
    ['a hook in the mirror', ({ mirror }) => writeFiles(mirror, { 'hooks/post-checkout': 'evil' }), { whose: 'ours', what: /hooks/ }],
    [
      'attributes in the mirror',
      ({ mirror }) => writeFiles(mirror, { 'info/attributes': '* filter=evil' }),
      { whose: 'ours', what: /info/ },
    ],
    [
      'an alternate of the mirror',
      ({ mirror }) => writeFiles(mirror, { 'objects/info/alternates': '/tmp' }),
      { whose: 'ours', what: /alternates/ },
    ],
    [
      'a branch in the mirror',
      ({ mirror }) =>
        userGit(mirror, 'update-ref', 'refs/heads/evil', userGit(mirror, 'for-each-ref', '--format=%(objectname)', '--count=1')),
      { whose: 'ours', what: /refs/ },
    ],
    [
      'a layer of dependencies',
      ({ state }) => writeFiles(state, { 'layers/a/node_modules/x.js': 'evil' }),
      { whose: 'ours', what: /layer/ },
    ],
    [
      'a file added to a layer',
      ({ state }) => writeFiles(state, { 'layers/a/node_modules/y.js': 'evil' }),
      { whose: 'ours', what: /layer/ },
    ],
    [
      'the database file',
      ({ state }) => {
        rmSync(join(state, 'miyabi.db'));
        symlinkSync('/etc/passwd', join(state, 'miyabi.db'));
      },
      { whose: 'ours', what: /database/ },
    ],
    ['a file of the user’s', ({ root }) => writeFileSync(join(root, 'README.md'), 'evil'), { whose: 'users', what: /^README\.md$/ }],
    ['a new file beside the user’s', ({ root }) => writeFileSync(join(root, 'new.txt'), 'evil'), { whose: 'users', what: /^new\.txt$/ }],
    [
      'the user’s configuration, also when it has become a fifo',
      ({ root }) => {
        rmSync(join(root, '.git/config'));
        execFileSync('mkfifo', [join(root, '.git/config')]);
      },
      { whose: 'users', what: /^\.git\/config$/ },
    ],
    ['a hook of the user’s', ({ root }) => writeFiles(root, { '.git/hooks/pre-commit': 'evil' }), { whose: 'users', what: /hooks/ }],
    [
      'HEAD of the user’s repository',
      ({ root }) => userGit(root, 'commit', '-q', '--allow-empty', '-m', 'x'),
      { whose: 'users', what: /commit/ },
    ],
  ])('%s is seen when it changes', async (_name, change, expected) => {
    await using stand = await worldStand();
    const place = { state: stand.state, repositoryId, root: stand.repository.root, git: stand.git };
    writeFiles(stand.state.root, { 'miyabi.db': 'db', 'layers/a/node_modules/x.js': 'x' });
    await stand.prepare('alpha');
    const before = await fingerprintOutside(place);
    change({ mirror: stand.mirror.path, root: stand.repository.root, state: stand.state.root });
    const seen = await changesOutside(place, before);
    expect(seen).toEqual([{ whose: expected.whose, path: expect.any(String), what: expect.stringMatching(expected.what) }]);
  });
});

describe('collecting', () => {
  test('takes what belongs to no open run, leaves what does, and only tells in a dry run', async () => {
    await using stand = await worldStand();
    const [ended, open] = [await stand.prepare('alpha', jobId), await stand.prepare('alpha', otherJob)];
    writeFiles(stand.state.root, { 'worlds/run_nobody/x/y.txt': 'y' });
    const request = { state: stand.state, runs: recordsOf({ [otherJob]: { kind: 'open' } }), dryRun: true };
    const told = await collectWorlds(stand.tools, request);
    expect(told.map(({ path, why }) => [path, why])).toEqual([
      [ended.root, 'its run has ended'],
      [join(stand.state.root, 'worlds', 'run_nobody'), 'no record knows it'],
    ]);
    expect(told.every(({ bytes }) => bytes > 0)).toBe(true);
    expect(existsSync(ended.tree)).toBe(true);
    expect(await collectWorlds(stand.tools, { ...request, dryRun: false })).toEqual(told);
    expect(existsSync(join(open.tree, 'README.md'))).toBe(true);
    expect(readdirSync(join(stand.state.root, 'worlds'))).toHaveLength(1);
    expect((await stand.ledger.folders()).map((row) => row.directory)).toEqual([open.root]);
    expect(await collectWorlds(stand.tools, { ...request, dryRun: false })).toEqual([]);
  });

  test('leaves the worlds of an ended run to the process that still ends them, and takes its own of a run it is done with', async () => {
    await using stand = await worldStand();
    const request = { state: stand.state, runs: recordsOf({}), dryRun: false };
    await stand.prepare('alpha', jobId, { owner: 'another' });
    await stand.prepare('beta', jobId, { owner: 'we' });
    for (const name of ['we', 'another']) stand.living.add(name);
    expect(await collectWorlds(stand.tools, request)).toEqual([]);
    expect(await collectWorlds(stand.tools, { ...request, only: jobId })).toMatchObject([{ path: expect.stringMatching(/beta$/) }]);
    stand.living.delete('another');
    expect(await collectWorlds(stand.tools, request)).toMatchObject([{ path: expect.stringMatching(/alpha$/) }]);
  });

  test('tells in a dry run of a world of an open run whose process has died, and leaves its removal to who keeps what is in it', async () => {
    await using stand = await worldStand();
    const request = { state: stand.state, runs: recordsOf({ [jobId]: { kind: 'open' } }), dryRun: true };
    await stand.prepare('alpha', jobId, { owner: 'dead' });
    await stand.prepare('beta', jobId, { owner: 'another' });
    stand.living.add('another');
    expect(await collectWorlds(stand.tools, request)).toMatchObject([
      { path: expect.stringMatching(/alpha$/), why: expect.stringContaining('died') },
    ]);
    expect(await collectWorlds(stand.tools, { ...request, dryRun: false })).toEqual([]);
  });

  test('a run that begins while the rows are read keeps its folder', async () => {
    await using stand = await worldStand();
    const runs: Partial<Record<JobId, RunState>> = {};
    const ledger = {
      ...stand.ledger,
      folders: async (filter?: { readonly jobId?: JobId }) => {
        if (runs[jobId] === undefined) {
          runs[jobId] = { kind: 'open' };
          await stand.prepare('alpha');
        }
        return stand.ledger.folders(filter);
      },
    };
    const request = { state: stand.state, runs: recordsOf(runs as Record<JobId, RunState>), dryRun: false };
    request.runs.byId = async (job) => runs[job] ?? { kind: 'unknown' };
    expect(await collectWorlds({ ...stand.tools, ledger }, request)).toEqual([]);
    expect(await stand.ledger.folders()).toHaveLength(1);
  });

  test('a row or a link that leads outside of the state folder is left alone', async () => {
    await using stand = await worldStand();
    const precious = join(stand.path, 'precious', 'alpha');
    writeFiles(precious, { 'work.txt': 'mine' });
    mkdirSync(join(stand.state.root, 'worlds'), { recursive: true });
    symlinkSync(join(stand.path, 'precious'), join(stand.state.root, 'worlds', 'run_link'));
    const row = { repositoryId, jobId, createdAt: 1 };
    await stand.ledger.recordFolder({ ...row, directory: precious });
    await stand.ledger.recordFolder({ ...row, directory: join(stand.state.root, 'worlds', 'run_link', 'alpha') });
    await stand.ledger.recordFolder({ ...row, directory: `${stand.state.root}/worlds/none/../../../precious/alpha` });
    const request = { state: stand.state, runs: recordsOf({}), dryRun: false };
    const told = await collectWorlds(stand.tools, request);
    expect(told.filter(({ why }) => why.startsWith('left alone'))).toHaveLength(3);
    expect(existsSync(join(precious, 'work.txt'))).toBe(true);
  });
});
