/** @module-tag campaign */
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { gitServer } from '../../../../test/support/git-server.ts';
import { quickWaits, remoteStand } from '../../../../test/support/remote-stand.ts';
import type { RemoteStand } from '../../../../test/support/remote-stand.ts';
import { userEnvironment, userGit } from '../../../../test/support/repository.ts';
import type { CommitId } from '../../../domain/ids.ts';

const token = 'token-that-nobody-may-see';
const authorization = `Basic ${Buffer.from(`miyabi:${token}`).toString('base64')}`;

function served(stand: RemoteStand): string {
  return join(stand.bare, '..');
}

/** Each begins with a look at the refs. */
function pushesIn(requests: readonly string[]): number {
  return requests.filter((request) => request.endsWith('?service=git-receive-pack')).length;
}

function hook(stand: RemoteStand, name: string, script: string): void {
  writeFileSync(join(stand.bare, 'hooks', name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
}

describe('a mirror of a remote', () => {
  it('finds what another machine has handed over, and fetches nothing else', async () => {
    await using stand = await remoteStand();
    const [one, other] = [stand.machine('one'), stand.machine('other')];
    const made = await one.mirror();
    await made.bring([stand.users.head]);
    const [alpha, beta] = [await one.change('alpha.txt'), await one.change('beta.txt')];
    expect(await made.updateRef('refs/miyabi/worlds/run_1/task-1/alpha', alpha)).toBe(true);
    expect(await made.updateRef('refs/miyabi/worlds/run_1/task-1/beta', beta)).toBe(true);
    const there = await other.mirror();
    expect(await there.listFiles(alpha)).toEqual(['README.md', 'alpha.txt', 'src/a.js']);
    expect((await there.change(stand.users.head, alpha)).files.map(({ path }) => path)).toEqual(['alpha.txt']);
    expect(await there.readRef('refs/miyabi/worlds/run_1/task-1/beta')).toBe(beta);
    expect((await there.refs('refs/miyabi/worlds/')).toSorted()).toEqual(
      ['alpha', 'beta'].map((name) => `refs/miyabi/worlds/run_1/task-1/${name}`),
    );
    expect(() => other.inMirror('cat-file', '-e', beta)).toThrow();
    // What a world made is seen by no other world, which is given the packs.
    expect(other.inMirror('cat-file', '-e', alpha)).toBe('');
    const packed = readdirSync(join(other.mirrorPath, 'objects', 'pack')).filter((name) => name.endsWith('.idx'));
    const inPacks = packed.map((name) => other.inMirror('verify-pack', '-v', join(other.mirrorPath, 'objects', 'pack', name))).join('\n');
    expect(inPacks).toContain(stand.users.head);
    expect(inPacks).not.toContain(alpha);
  });

  it('has the commit that a run starts from, wherever its branch goes once a machine has met the run', async () => {
    await using stand = await remoteStand();
    await (await stand.machine('one').mirror()).bring([stand.users.head]);
    stand.users.git('commit', '--quiet', '--amend', '-m', 'Another history');
    stand.users.git('push', '--quiet', '--force', 'origin', 'main');
    stand.atRemote('reflog', 'expire', '--expire=now', '--all');
    stand.atRemote('gc', '--quiet', '--prune=now');
    const there = await stand.machine('other').mirror();
    expect(await there.listFiles(stand.users.head)).toEqual(['README.md', 'src/a.js']);
  });

  it('leaves nothing at the remote where somebody only looks', async () => {
    await using stand = await remoteStand();
    const { git, mirrorPath } = stand.machine('one');
    const base = { commit: stand.users.head, name: 'main' };
    const looking = await git.remote(stand.bare).mirror({ mirrorPath, runRefs: stand.runRefs, base, onlyReads: true });
    expect(await looking.listFiles(stand.users.head)).toEqual(['README.md', 'src/a.js']);
    expect(stand.atRemote('for-each-ref', '--format=%(refname)')).toBe('refs/heads/main');
    // Who works there after that leaves what others need.
    await (await git.remote(stand.bare).mirror({ mirrorPath, runRefs: stand.runRefs, base })).bring([stand.users.head]);
    expect(stand.atRemote('for-each-ref', '--format=%(refname)', 'refs/miyabi')).toBe(`${stand.runRefs}/commits/${stand.users.head}`);
  });

  it('says so where that commit is nowhere', async () => {
    await using stand = await remoteStand();
    stand.users.git('commit', '--quiet', '--amend', '-m', 'Another history');
    stand.users.git('push', '--quiet', '--force', 'origin', 'main');
    stand.atRemote('gc', '--quiet', '--prune=now');
    const mirror = await stand.machine('one').mirror();
    await expect(mirror.listFiles(stand.users.head)).rejects.toMatchObject({
      name: 'Failure',
      reason: 'failed',
      text: { fix: 'Start the run again.' },
    });
  });

  it('moves a ref only from where it was seen, whoever moved it meanwhile', async () => {
    await using stand = await remoteStand();
    const [one, other] = [stand.machine('one'), stand.machine('other')];
    const [here, there] = [await one.mirror(), await other.mirror()];
    await Promise.all([here.bring([stand.users.head]), there.bring([stand.users.head])]);
    const [first, second] = [await one.change('first.txt'), await other.change('second.txt')];
    const head = `${stand.runRefs}/head`;
    expect(await here.updateRef(head, first, { from: undefined })).toBe(true);
    expect(await there.updateRef(head, second, { from: undefined })).toBe(false);
    expect(await there.updateRef(head, second, { from: stand.users.head })).toBe(false);
    expect(stand.atRemote('rev-parse', head)).toBe(first);
    expect(() => stand.atRemote('rev-parse', '--verify', '--quiet', `${stand.runRefs}/commits/${second}`)).toThrow();
    expect(await there.updateRef(head, second, { from: first })).toBe(true);
    expect(await here.readRef(head)).toBe(second);
  });

  it('does not lose a commit to a machine that wakes up late and moves its name', async () => {
    await using stand = await remoteStand();
    const [late, next, third] = [stand.machine('late'), stand.machine('next'), stand.machine('third')];
    const [sleeping, working] = [await late.mirror(), await next.mirror()];
    await Promise.all([sleeping.bring([stand.users.head]), working.bring([stand.users.head])]);
    const name = 'refs/miyabi/worlds/run_1/task-1/alpha';
    const recorded = await next.change('recorded.txt');
    await working.updateRef(name, recorded);
    await sleeping.updateRef(name, await late.change('stale.txt'));
    expect(await (await third.mirror()).listFiles(recorded)).toContain('recorded.txt');
  });

  it('deletes a ref with all that lies under it, and nothing beside it', async () => {
    await using stand = await remoteStand();
    const one = stand.machine('one');
    const mirror = await one.mirror();
    const commit = stand.users.head;
    for (const name of ['run_1/a', 'run_1/b/c', 'run_10/a']) await mirror.updateRef(`refs/miyabi/worlds/${name}`, commit);
    await mirror.deleteRefs('refs/miyabi/worlds/run_1');
    await mirror.deleteRefs('refs/miyabi/worlds/run_1');
    expect(await mirror.refs('refs/miyabi/worlds/')).toEqual(['refs/miyabi/worlds/run_10/a']);
    await one.git.remote(stand.bare).deleteRefs(one.mirrorPath, ['refs/miyabi/worlds', stand.runRefs]);
    expect(stand.atRemote('for-each-ref', '--format=%(refname)')).toBe('refs/heads/main');
  });

  it('fetches again what a fetch that was cut off has left in part', async () => {
    await using stand = await remoteStand();
    const [one, other] = [stand.machine('one'), stand.machine('other')];
    const here = await one.mirror();
    await here.bring([stand.users.head]);
    const commit = await one.change('deep/file.txt');
    await here.updateRef('refs/miyabi/worlds/run_1/task-1/alpha', commit);
    const there = await other.mirror();
    await there.bring([stand.users.head]);
    const text = execFileSync('git', ['--git-dir', one.mirrorPath, 'cat-file', 'commit', commit], { env: userEnvironment });
    execFileSync('git', ['--git-dir', other.mirrorPath, 'hash-object', '-w', '-t', 'commit', '--stdin', '--literally'], {
      env: userEnvironment,
      input: text,
    });
    expect(other.inMirror('cat-file', '-t', commit)).toBe('commit');
    expect(await there.readFile(commit, 'deep/file.txt')).toBe('deep/file.txt\n');
  });

  it('works with a remote that has no history before some commit', async () => {
    await using stand = await remoteStand();
    const second = stand.users.commit({ 'more.txt': 'more\n' });
    stand.users.git('push', '--quiet', 'origin', 'main');
    const shallow = join(stand.path, 'served', 'shallow.git');
    userGit(stand.path, 'clone', '--quiet', '--bare', '--depth', '1', `file://${stand.bare}`, shallow);
    const [one, other] = [stand.machine('one'), stand.machine('other')];
    const open = async ({ git, mirrorPath }: typeof one) =>
      await git.remote(shallow).mirror({ mirrorPath, runRefs: stand.runRefs, base: { commit: second, name: 'main' } });
    const here = await open(one);
    await here.bring([second]);
    const commit = await one.change('new.txt', second);
    expect(await here.updateRef(`${stand.runRefs}/head`, commit, { from: undefined })).toBe(true);
    expect(await (await open(other)).listFiles(commit)).toEqual(['README.md', 'more.txt', 'new.txt', 'src/a.js']);
    expect(await one.git.remote(shallow).publish(one.mirrorPath, 'result', commit)).toEqual({ kind: 'published' });
  });

  it('refuses what is larger than it may be, and says where that is set', async () => {
    await using stand = await remoteStand();
    const large = randomBytes(400_000);
    writeFileSync(join(stand.users.root, 'large.bin'), large);
    const base = stand.users.commit({});
    stand.users.git('push', '--quiet', 'origin', 'main');
    const { git, mirrorPath } = stand.machine('one', { mostBytes: 100_000 });
    const mirror = await git.remote(stand.bare).mirror({ mirrorPath, runRefs: stand.runRefs, base: { commit: base, name: 'main' } });
    await expect(mirror.listFiles(base)).rejects.toMatchObject({
      name: 'Failure',
      reason: 'configuration',
      facts: { trouble: 'too-large' },
    });
  });

  it('runs nothing that a remote on this machine names', async () => {
    await using stand = await remoteStand();
    const trap = join(stand.path, 'trapped');
    for (const name of ['pre-receive', 'update', 'post-receive', 'post-update', 'reference-transaction', 'proc-receive'])
      hook(stand, name, `touch ${trap}`);
    for (const [key, value] of [
      ['core.fsmonitor', `touch ${trap}`],
      ['uploadpack.packObjectsHook', `touch ${trap}; exec`],
      ['core.alternateRefsCommand', `touch ${trap}`],
    ] as const)
      stand.atRemote('config', key, value);
    const one = stand.machine('one');
    const mirror = await one.mirror();
    expect(await mirror.updateRef(`${stand.runRefs}/head`, stand.users.head, { from: undefined })).toBe(true);
    // A remote whose refs only a hook can take takes none, for the hook is not run.
    stand.atRemote('config', 'receive.procReceiveRefs', 'refs/miyabi');
    await expect(mirror.updateRef(`${stand.runRefs}/other`, stand.users.head)).rejects.toMatchObject({
      facts: { trouble: 'no-refs-of-ours' },
    });
    expect(existsSync(trap)).toBe(false);
  });
});

describe('a remote over HTTP', () => {
  it('is let in with a token that stands in no argument, no URL, no ref and no message', async () => {
    await using stand = await remoteStand();
    await using server = await gitServer(served(stand), { authorization });
    const url = `${server.url}/project.git`;
    const let_in = stand.machine('one', { credential: () => ({ kind: 'token', username: 'miyabi', token }) });
    const mirror = await let_in.mirror(url);
    await mirror.bring([stand.users.head]);
    expect(await mirror.updateRef(`${stand.runRefs}/head`, await let_in.change('a.txt'), { from: undefined })).toBe(true);
    expect(let_in.commands.length).toBeGreaterThan(5);
    const everything = [...let_in.commands, let_in.inMirror('config', '--list'), stand.atRemote('for-each-ref')].join('\n');
    expect(everything).not.toContain(token);
    expect(everything).not.toContain(authorization.slice(6));
    const denied = await stand
      .machine('other')
      .git.remote(url)
      .head()
      .catch((error: unknown) => error);
    expect(denied).toMatchObject({ name: 'Failure', reason: 'configuration', facts: { trouble: 'denied' } });
    const wrong = stand.machine('third', { credential: () => ({ kind: 'token', username: 'miyabi', token: `${token}-wrong` }) });
    const refused = await wrong.git
      .remote(url)
      .head()
      .catch((error: unknown) => error);
    expect(refused).toMatchObject({ name: 'Failure', facts: { trouble: 'denied' } });
    expect(JSON.stringify([String(refused), refused])).not.toContain(token);
  });

  it('counts what was pushed although the answer was lost, and does it once', async () => {
    await using stand = await remoteStand();
    await using server = await gitServer(served(stand));
    const one = stand.machine('one');
    const mirror = await one.mirror(`${server.url}/project.git`);
    await mirror.bring([stand.users.head]);
    const commit = await one.change('a.txt');
    server.fault = (request) => (request.endsWith('/git-receive-pack') ? 'lose-answer' : undefined);
    const before = server.requests.length;
    expect(await mirror.updateRef(`${stand.runRefs}/head`, commit, { from: undefined })).toBe(true);
    expect(pushesIn(server.requests.slice(before))).toBe(1);
    expect(stand.atRemote('rev-parse', `${stand.runRefs}/head`)).toBe(commit);
  });

  it('is tried again when it is overloaded or gone in the middle, and given up after a while', async () => {
    await using stand = await remoteStand();
    await using server = await gitServer(served(stand));
    const one = stand.machine('one');
    const mirror = await one.mirror(`${server.url}/project.git`);
    const faults = ['busy', 'drop', 'half-answer', 'half-answer'] as const;
    let done = 0;
    server.fault = () => faults[done++];
    await mirror.bring([stand.users.head]);
    expect(done).toBeGreaterThan(faults.length);
    const commit = await one.change('a.txt');
    server.fault = (request) => (request.endsWith('/git-receive-pack') ? 'drop' : undefined);
    const before = server.requests.length;
    await expect(mirror.updateRef(`${stand.runRefs}/head`, commit)).rejects.toMatchObject({ name: 'GitError' });
    expect(pushesIn(server.requests.slice(before))).toBe(quickWaits.length + 1);
    server.fault = undefined;
    expect(await mirror.updateRef(`${stand.runRefs}/head`, commit)).toBe(true);
  });

  it('is not waited for by a task that is stopped, nor is it told anything more of that task', async () => {
    await using stand = await remoteStand();
    await using server = await gitServer(served(stand));
    const stopping = new AbortController();
    const one = stand.machine('one');
    const url = `${server.url}/project.git`;
    const mirror = await one.mirror(url, stopping.signal);
    await mirror.bring([stand.users.head]);
    const commit = await one.change('a.txt');
    const asked = Promise.withResolvers<void>();
    server.fault = () => {
      asked.resolve();
      return 'hang';
    };
    const other = await stand.machine('other').mirror(url, stopping.signal);
    const waiting = [
      other.listFiles(stand.users.head),
      mirror.updateRef(`${stand.runRefs}/head`, commit),
      mirror.readRef(`${stand.runRefs}/head`),
    ];
    const ends = Promise.allSettled(waiting);
    await asked.promise;
    stopping.abort(new Error('cancelled by a person'));
    expect((await ends).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    const before = server.requests.length;
    server.fault = undefined;
    await expect(mirror.updateRef(`${stand.runRefs}/head`, commit)).rejects.toThrow('cancelled by a person');
    expect(server.requests.slice(before).filter((request) => request.includes('git-receive-pack'))).toEqual([]);
    expect(stand.atRemote('for-each-ref', '--format=%(refname)', `${stand.runRefs}/head`)).toBe('');
  });

  it('tells a repository that is not there from one that cannot be reached', async () => {
    await using stand = await remoteStand();
    const server = await gitServer(served(stand));
    const { git } = stand.machine('one');
    await expect(git.remote(`${server.url}/other.git`).head()).rejects.toMatchObject({ name: 'Failure', facts: { trouble: 'absent' } });
    await expect(git.remote('/nowhere/at/all.git').head()).rejects.toMatchObject({ name: 'Failure', facts: { trouble: 'absent' } });
    await expect(git.remote(join(stand.bare, '..')).head()).rejects.toMatchObject({
      text: {
        what: expect.stringContaining('There is no git repository in the folder'),
        why: expect.stringMatching(/does not appear to be a git repository\.$/),
        fix: expect.stringContaining('--repo'),
      },
    });
    await server[Symbol.asyncDispose]();
    await expect(git.remote(`${server.url}/project.git`).head()).rejects.toMatchObject({ name: 'GitError' });
  });

  it('says where commits are to travel when it takes no refs of ours', async () => {
    await using stand = await remoteStand();
    stand.atRemote('config', 'receive.hideRefs', 'refs/miyabi');
    await using server = await gitServer(served(stand));
    const mirror = await stand.machine('one').mirror(`${server.url}/project.git`);
    await expect(mirror.bring([stand.users.head])).rejects.toMatchObject({ name: 'Failure', facts: { trouble: 'no-refs-of-ours' } });
  });

  it('has a head, branches and tags, and says why a branch cannot be made there', async () => {
    await using stand = await remoteStand();
    stand.users.git('tag', '-a', 'v1', '-m', 'one');
    stand.users.git('branch', 'work/a');
    stand.users.git('push', '--quiet', 'origin', 'v1', 'work/a');
    await using server = await gitServer(served(stand));
    const remote = stand.machine('one').git.remote(`${server.url}/project.git`);
    expect(await remote.head()).toEqual({ branch: 'main', commit: stand.users.head });
    expect(await Promise.all(['main', 'v1', 'refs/heads/work/a', 'a', 'none'].map(async (name) => await remote.resolve(name)))).toEqual([
      stand.users.head,
      stand.users.head,
      stand.users.head,
      undefined,
      undefined,
    ]);
    expect(await remote.branchProblem('miyabi/run_1')).toBeUndefined();
    expect(await remote.branchProblem('main')).toMatch(/exists already/);
    expect(await remote.branchProblem('work')).toMatch(/cannot exist beside/);
    expect(await remote.branchProblem('a..b')).toMatch(/not allowed/);
  });
});

describe('a remote over ssh', () => {
  it("is reached by the machine's ssh, with the key and the servers that are configured and no file of the user's", async () => {
    await using stand = await remoteStand();
    const programs = join(stand.path, 'programs');
    mkdirSync(programs);
    // In place of a server: what it would be asked to run is run here.
    const script = `printf '%s\\n' "$*" >> ${stand.path}/asked; while [ "$1" != git@git.example.org ]; do shift; done; shift; exec sh -c "$*"`;
    writeFileSync(join(programs, 'ssh'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    const identityFile = join(stand.path, "it's the key");
    const one = stand.machine('one', { credential: () => ({ kind: 'key', identityFile, knownHostsFile: '/etc/hosts-we-know' }) }, programs);
    const mirror = await one.mirror(`git@git.example.org:${stand.bare}`);
    await mirror.bring([stand.users.head]);
    expect(await mirror.updateRef(`${stand.runRefs}/head`, await one.change('a.txt'), { from: undefined })).toBe(true);
    const asked = readFileSync(join(stand.path, 'asked'), 'utf8').trim().split('\n');
    expect(asked.length).toBeGreaterThan(2);
    for (const line of asked) {
      expect(line).toMatch(/^-F \/dev\/null .*-o BatchMode=yes .*-o StrictHostKeyChecking=yes /);
      expect(line).toContain(`-o IdentitiesOnly=yes -o UserKnownHostsFile=/etc/hosts-we-know -i ${identityFile}`);
    }
  });

  it('that does not know the server is a failure that says so', async () => {
    await using stand = await remoteStand();
    const programs = join(stand.path, 'programs');
    mkdirSync(programs);
    writeFileSync(join(programs, 'ssh'), '#!/bin/sh\necho "Host key verification failed." >&2\nexit 255\n', { mode: 0o755 });
    const { git } = stand.machine('one', {}, programs);
    await expect(git.remote('git@git.example.org:a/b').head()).rejects.toMatchObject({
      name: 'Failure',
      facts: { trouble: 'unknown-host-key' },
    });
  });
});

describe('a result at a remote', () => {
  async function result() {
    const stand = await remoteStand();
    const server = await gitServer(served(stand));
    const one = stand.machine('one');
    const mirror = await one.mirror(`${server.url}/project.git`);
    await mirror.bring([stand.users.head]);
    const commit = await one.change('a.txt');
    const publish = async (branch: string, which: CommitId = commit) =>
      await one.git.remote(`${server.url}/project.git`).publish(one.mirrorPath, branch, which);
    return {
      stand,
      server,
      one,
      commit,
      publish,
      async [Symbol.asyncDispose]() {
        await server[Symbol.asyncDispose]();
        await stand[Symbol.asyncDispose]();
      },
    };
  }

  it('is a new branch, made once, and a branch that is moved forward', async () => {
    await using at = await result();
    expect(await at.publish('miyabi/run_1')).toEqual({ kind: 'published' });
    expect(await at.publish('miyabi/run_1')).toEqual({ kind: 'published' });
    expect(await at.publish('main')).toEqual({ kind: 'published' });
    expect(at.stand.atRemote('rev-parse', 'miyabi/run_1', 'main')).toBe(`${at.commit}\n${at.commit}`);
  });

  it('takes nothing away from a branch that has moved on', async () => {
    await using at = await result();
    const theirs = at.stand.users.commit({ 'b.txt': 'theirs\n' });
    at.stand.users.git('push', '--quiet', 'origin', 'main');
    expect(await at.publish('main')).toEqual({ kind: 'diverged', at: theirs });
    expect(at.stand.atRemote('rev-parse', 'main')).toBe(theirs);
  });

  it('is refused in words where the remote has rules of its own, or the name is none', async () => {
    await using at = await result();
    hook(at.stand, 'pre-receive', 'echo "main is protected"; exit 1');
    expect(await at.publish('main')).toMatchObject({ kind: 'refused', reason: expect.stringContaining('hook declined') });
    expect(await at.publish('a..b')).toMatchObject({ kind: 'refused' });
  });

  it('is known to be there when the answer was lost', async () => {
    await using at = await result();
    const before = at.server.requests.length;
    at.server.fault = (request) => (request.endsWith('/git-receive-pack') ? 'lose-answer' : undefined);
    expect(await at.publish('miyabi/run_1')).toEqual({ kind: 'published' });
    expect(pushesIn(at.server.requests.slice(before))).toBe(1);
  });
});
