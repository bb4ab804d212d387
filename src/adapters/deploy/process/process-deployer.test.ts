import { execFileSync } from 'node:child_process';
import { createServer } from 'node:http';
import { once } from 'node:events';
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { endKeptEnvironment, keptEnvironment } from '../../../../test/support/kept-environment.ts';
import { commitOf, serviceRelease, serviceStart } from '../../../../test/support/service-releases.ts';
import type { DeployableRelease, Deployer } from '../../../ports/deployer.ts';
import { DeployRefused } from '../../../ports/deployer.ts';
import { callKeeper } from './call-keeper.ts';
import { createProcessDeployer } from './create-process-deployer.ts';
import type { ProcessDeployerSettings } from './create-process-deployer.ts';
import { choosePort } from './keeper/choose-port.ts';
import { isAlive } from './keeper/process-identity.ts';
import { readState, writeJson } from './keeper/state-file.ts';
import type { SupervisedRelease } from './keeper/state-file.ts';

const signal = AbortSignal.timeout(300_000);
const change = { fence: 1, signal, onLine: () => undefined };
const isRoot = process.getuid?.() === 0;

function deployerOf(folder: string, more: Partial<ProcessDeployerSettings['target']> = {}, hidden: readonly string[] = []): Deployer {
  const target = { kind: 'process', listen: { host: '127.0.0.1', port: 0 }, start: serviceStart, stopSeconds: 2, ...more } as const;
  return createProcessDeployer({ folder, nodePath: process.execPath, hidden, target });
}

async function bring(deployer: Deployer, release: DeployableRelease): Promise<void> {
  await deployer.place(release, change);
  await deployer.start(release, change);
  await deployer.serve(release, change);
}

async function ask(deployer: Deployer, path = '/'): Promise<{ status: number; instance?: string; release?: string }> {
  const { url = '' } = await deployer.status(signal);
  const answer = await fetch(new URL(path, url), { signal });
  return { status: answer.status, ...(answer.ok ? ((await answer.json()) as { instance: string; release: string }) : {}) };
}

async function keeperPid(folder: string): Promise<number> {
  return (await callKeeper(folder, 'status', {}, signal)).pid;
}

/**
 * Kills the keeper as a machine that runs out of memory would, and waits until it is gone.
 * @param alone whether whoever would begin it again is left alone.
 */
async function killKeeper(folder: string, alone = false): Promise<number> {
  const pid = await keeperPid(folder);
  const parent = Number(execFileSync('ps', ['-o', 'ppid=', '-p', String(pid)], { encoding: 'utf8' }));
  if (!alone) process.kill(parent, 'SIGKILL');
  process.kill(pid, 'SIGKILL');
  await expect.poll(() => existsSync(`/proc/${pid}/exe`) || isThere(pid), { interval: 5 }).toBe(false);
  return pid;
}

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return process.platform !== 'linux' || !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    return false;
  }
}

async function supervisedIn(folder: string): Promise<readonly SupervisedRelease[]> {
  return (await readState(join(folder, 'keeper.json'))).releases.filter((one) => one.kind === 'supervised');
}

/** Processes with the mark of a release, by their own environment; where nobody can tell, none. */
function countMarked(mark: string): number {
  if (process.platform !== 'linux') return 0;
  return readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && environmentOf(pid).includes(mark)).length;
}

function environmentOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1');
  } catch {
    return '';
  }
}

describe('a keeper that is killed', { timeout: 60_000 }, () => {
  it('is begun again by whoever asks next, in the same place, with the releases that ran on, and what it had counted', async () => {
    await using environment = await keptEnvironment();
    // Deeper than the path of a socket may be long.
    const folder = join(environment.folder, 'a'.repeat(60), 'b'.repeat(60));
    const deployer = deployerOf(folder);
    await using _ended = { [Symbol.asyncDispose]: () => endKeptEnvironment(folder) };
    await bring(deployer, await serviceRelease(environment.scratch, 1));
    await bring(deployer, await serviceRelease(environment.scratch, 2));
    const from = Date.now() - 10_000;
    const before = await deployer.status(signal);
    const { instance } = await ask(deployer);
    const old = await killKeeper(folder);
    const after = await Promise.all([deployerOf(folder).status(signal), deployerOf(folder).status(signal), deployer.status(signal)]);
    for (const status of after) expect(status).toEqual(before);
    expect(await keeperPid(folder)).not.toBe(old);
    expect(await ask(deployer)).toMatchObject({ status: 200, release: '2', instance });
    expect((await deployer.traffic(2, from, Date.now() + 1, signal))?.requests).toBeGreaterThanOrEqual(1);

    // One of another version would be asked to leave like this: nothing that runs is touched.
    await callKeeper(folder, 'leave', {}, signal);
    expect(await ask(deployer)).toMatchObject({ status: 200, release: '2', instance });
    expect((await deployer.status(signal)).running.map(({ exits }) => exits)).toEqual([[], []]);
  });

  it.skipIf(process.platform !== 'linux')(
    'never has two processes for a release: what is gone is started, what was never written down is ended',
    async () => {
      await using environment = await keptEnvironment();
      const { folder } = environment;
      const deployer = deployerOf(folder);
      await bring(deployer, await serviceRelease(environment.scratch, 1, {}, { SECRET: 'kept for this' }));
      await deployer.place(await serviceRelease(environment.scratch, 2), change);
      await deployer.start(await serviceRelease(environment.scratch, 2), change);
      await killKeeper(folder);
      const file = join(folder, 'keeper.json');
      const state = await readState(file);
      const [one, two] = state.releases as SupervisedRelease[];
      if (one?.process === undefined || two?.process === undefined) throw new Error('Both should run.');
      // The keeper has died in the instant after it had started r1, and r2 has died as well.
      const { process: started, ...unknown } = one;
      await writeJson(file, { ...state, releases: [unknown, two] });
      process.kill(-two.process.pid, 'SIGKILL');
      await expect.poll(() => isAlive(two.process as NonNullable<typeof two.process>)).toBe(false);
      expect(countMarked(one.mark)).toBeGreaterThan(0);

      await expect.poll(async () => (await ask(deployer)).status).toBe(200);
      expect(isAlive(started)).toBe(false);
      const [again, other] = await supervisedIn(folder);
      expect(again?.process?.pid).not.toBe(started.pid);
      expect(other?.process?.pid).not.toBe(two.process.pid);
      const answered = await ask(deployer, '/environment');
      expect(answered).toMatchObject({ SECRET: 'kept for this', MIYABI_RELEASE: '1' });
      for (const release of [again, other]) expect(countMarked(release?.mark ?? '-')).toBe(countMarked(one.mark));
      expect(statSync(join(folder, 'environments', 'r1.json')).mode & 0o777).toBe(0o600);
      expect(readFileSync(file, 'utf8')).not.toContain('kept for this');
    },
  );

  it('is begun again at once, whether anybody asks or not: users are answered again', async () => {
    await using environment = await keptEnvironment();
    const deployer = deployerOf(environment.folder);
    await bring(deployer, await serviceRelease(environment.scratch, 1));
    const { url = '' } = await deployer.status(signal);
    const { instance } = await ask(deployer);
    await killKeeper(environment.folder, true);
    await expect.poll(async () => (await fetch(url).catch(() => undefined))?.status, { interval: 20, timeout: 20_000 }).toBe(200);
    expect(await (await fetch(url)).json()).toMatchObject({ instance });
  });

  it('ends everything when its folder is removed: nobody could ask for it any more', async () => {
    await using environment = await keptEnvironment();
    const { folder } = environment;
    const deployer = deployerOf(folder);
    await bring(deployer, await serviceRelease(environment.scratch, 1));
    const [one] = await supervisedIn(folder);
    const pid = await keeperPid(folder);
    execFileSync('chmod', ['-R', 'u+w', folder]);
    rmSync(folder, { recursive: true });
    await expect.poll(() => isThere(pid), { interval: 50, timeout: 20_000 }).toBe(false);
    expect(one?.process !== undefined && isAlive(one.process)).toBe(false);
    expect(countMarked(one?.mark ?? '')).toBe(0);
    expect(existsSync(folder)).toBe(false);
  });

  it('leaves a hook running, and the next one hears how it ended: it ran once', async () => {
    await using environment = await keptEnvironment();
    const deployer = deployerOf(environment.folder);
    const release = await serviceRelease(environment.scratch, 1);
    await deployer.place(release, change);
    const hook = {
      key: 'migrate',
      command: 'echo run >> "$HOME/runs"; while ! test -e "$HOME/go"; do sleep 0.02; done; echo done; exit 3',
      timeoutMs: 30_000,
    };
    const runs = join(environment.folder, 'home', 'runs');
    const first = deployer.hook(release, hook, change).catch((error: unknown) => error);
    await expect.poll(() => existsSync(runs), { interval: 10 }).toBe(true);
    await killKeeper(environment.folder);
    const second = deployer.hook(release, hook, change);
    const third = deployerOf(environment.folder).hook(release, hook, change);
    writeFileSync(join(environment.folder, 'home', 'go'), '');
    expect(await second).toEqual({ code: 3, tail: 'done\n' });
    expect(await third).toEqual({ code: 3, tail: 'done\n' });
    expect(await first).toEqual(expect.anything());
    expect(readFileSync(runs, 'utf8')).toBe('run\n');
  });
});

describe('a release on this machine', { timeout: 60_000 }, () => {
  it('that exits is started again, later each time, and gets another port where its own is taken', async () => {
    await using environment = await keptEnvironment();
    const first = 'test -e "$HOME/once" || { touch "$HOME/once"; echo "Error: listen EADDRINUSE: address already in use" >&2; exit 1; }';
    const deployer = deployerOf(environment.folder, { start: `${first}; ${serviceStart}` });
    await bring(deployer, await serviceRelease(environment.scratch, 1));
    expect((await deployer.status(signal)).running).toMatchObject([{ release: 1, exits: [] }]);
    await ask(deployer, '/exit');
    await expect.poll(async () => (await ask(deployer)).status, { interval: 20 }).toBe(200);
    await ask(deployer, '/exit');
    await expect.poll(async () => (await ask(deployer)).status, { interval: 20 }).toBe(200);
    const [{ exits = [] } = {}] = (await deployer.status(signal)).running;
    expect(exits).toHaveLength(2);
    expect(readFileSync(join(environment.folder, 'logs', 'r1.log'), 'utf8').match(/r1 listens/g)).toHaveLength(3);
  });

  it('is ended with all that it has started, also where it does not listen to being asked', async () => {
    await using environment = await keptEnvironment();
    const deployer = deployerOf(environment.folder, {
      start: `(trap '' TERM; while :; do sleep 1; done) & ${serviceStart}`,
      stopSeconds: 0.3,
    });
    await bring(deployer, await serviceRelease(environment.scratch, 1, { ignoresTerm: true }));
    const [one] = await supervisedIn(environment.folder);
    await bring(deployer, await serviceRelease(environment.scratch, 2));
    await deployer.retire({ running: [2], placed: [2] }, change);
    expect(one?.process === undefined || isAlive(one.process)).toBe(false);
    expect(countMarked(one?.mark ?? '')).toBe(0);
    expect(existsSync(join(environment.folder, 'environments', 'r1.json'))).toBe(false);
  });

  it('runs with the settings of its last start, and one that serves is not begun again for others', async () => {
    await using environment = await keptEnvironment();
    const deployer = deployerOf(environment.folder);
    const lines: string[] = [];
    const told = { ...change, onLine: (line: string) => void lines.push(line) };
    const one = (more: Record<string, string>) => serviceRelease(environment.scratch, 1, {}, more);
    await bring(deployer, await one({ LEVEL: 'low' }));
    const { instance } = await ask(deployer);
    await deployer.start(await one({ LEVEL: 'high' }), told);
    expect(lines.join()).toContain('r1 serves already, with the settings that it was started with');
    expect(await ask(deployer)).toMatchObject({ instance });
    await bring(deployer, await serviceRelease(environment.scratch, 2));
    await deployer.start(await one({ LEVEL: 'high' }), told);
    await deployer.serve(await one({ LEVEL: 'low' }), told);
    expect(await ask(deployer, '/environment')).toMatchObject({ LEVEL: 'high' });
  });

  it('that cannot be started at all leaves nothing of itself', async () => {
    await using environment = await keptEnvironment();
    const deployer = deployerOf(environment.folder, { user: 'nobody-of-this-name' });
    const release = await serviceRelease(environment.scratch, 1);
    await deployer.place(release, change);
    const refused = deployer.start(release, change);
    await expect(refused).rejects.toBeInstanceOf(DeployRefused);
    await expect(refused).rejects.toThrow(isRoot ? 'there is no user nobody-of-this-name on this machine' : 'only root can run a release');
    expect((await deployer.status(signal)).running).toEqual([]);
    expect(readdirSync(join(environment.folder, 'environments'))).toEqual([]);
  });

  it('is placed whole, read-only and as it was built, and what is no longer kept is removed', async () => {
    await using environment = await keptEnvironment();
    const { folder } = environment;
    const deployer = deployerOf(folder);
    const [first, second] = [await serviceRelease(environment.scratch, 1), await serviceRelease(environment.scratch, 2)];
    await bring(deployer, first);
    const placed = join(folder, 'releases', 'r1');
    expect(statSync(placed).mode & 0o777).toBe(0o555);
    expect(statSync(join(placed, 'server.js')).mode & 0o777).toBe(0o444);
    expect(readlinkSync(join(folder, 'current'))).toBe('releases/r1');
    mkdirSync(join(folder, 'releases', '.making-by-somebody-who-died', 'deep'), { recursive: true });
    await bring(deployer, second);
    expect(readlinkSync(join(folder, 'current'))).toBe('releases/r2');
    await deployer.retire({ running: [], placed: [2] }, change);
    expect(readdirSync(join(folder, 'releases'))).toEqual(['r2']);
    expect(readdirSync(join(folder, 'logs'))).toEqual(['r2.log']);

    const third = await serviceRelease(environment.scratch, 3);
    chmodSync(third.folder, 0o755);
    appendFileSync(join(third.folder, 'server.js'), '// changed since\n');
    const refused = deployer.place(third, change);
    await expect(refused).rejects.toBeInstanceOf(DeployRefused);
    await expect(refused).rejects.toThrow('the build of r3 has changed since it was built');
    chmodSync(join(folder, 'releases', 'r2', 'server.js'), 0o644);
    appendFileSync(join(folder, 'releases', 'r2', 'server.js'), '// changed where it lies\n');
    await expect(deployer.place(second, change)).rejects.toThrow('what was placed as r2 has changed');
  });

  it('does not begin where somebody else listens, and does not serve before it can be connected to', async () => {
    await using environment = await keptEnvironment();
    const other = createServer();
    await once(other.listen(0, '127.0.0.1'), 'listening');
    const { port } = other.address() as AddressInfo;
    const taken = deployerOf(environment.folder, { listen: { host: '127.0.0.1', port } });
    const release = await serviceRelease(environment.scratch, 1, { startsAfterMs: 400 });
    await taken.place(release, change);
    await expect(taken.start(release, change)).rejects.toThrow(`nothing can listen at 127.0.0.1:${port}`);
    expect((await taken.status(signal)).running).toEqual([]);
    await new Promise((resolve) => other.close(resolve));
    await bring(taken, release);
    expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(200);
    // Another address: users are answered there from the next change on, with the same release.
    const next = await choosePort(undefined, [port]);
    const moved = deployerOf(environment.folder, { listen: { host: '127.0.0.1', port: next } });
    await moved.serve(release, change);
    expect((await moved.status(signal)).url).toBe(`http://127.0.0.1:${next}`);
    expect(await ask(moved)).toMatchObject({ status: 200, release: '1' });
    await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow('fetch failed');
  });
});

describe('what a release sees of the machine', { timeout: 60_000 }, () => {
  it.skipIf(!hasBubblewrap())('is not what is hidden, and it cannot change itself (skipped without bubblewrap)', async () => {
    await using environment = await keptEnvironment();
    const secret = join(environment.scratch, 'secrets');
    mkdirSync(secret);
    writeFileSync(join(secret, 'key'), 'of the user');
    writeFileSync(join(environment.scratch, 'token'), 'of the user');
    const deployer = deployerOf(environment.folder, {}, [environment.scratch, join(environment.scratch, 'token'), secret, '/nowhere']);
    const release = await serviceRelease(environment.scratch, 1);
    await deployer.place(release, change);
    const run = async (command: string) => (await deployer.hook(release, { key: command, command, timeoutMs: 10_000 }, change)).tail;
    expect(await run(`ls ${environment.scratch} ${environment.folder} $PWD`)).toMatch(
      /environment\n\n.*home\nreleases\n\n.*server\.js\n$/s,
    );
    expect(await run(`cat ${secret}/key ${environment.scratch}/token`)).not.toContain('of the user');
    expect(await run('echo x >> server.js')).toMatch(/read-only/i);
    expect(await run(`echo x > ${environment.scratch}/made`)).toMatch(/read-only/i);
    expect(await run('echo kept > "$HOME/own"; cat "$HOME/own"')).toBe('kept\n');
    expect(await run('cat /proc/$PPID/environ | tr "\\0" "\\n" | grep -c MIYABI_TEST; ls -l /proc/self/fd | grep -c keeper')).toMatch(
      /^0\n/,
    );
  });

  it.skipIf(!isRoot || !hasBubblewrap())('is what its own user may see (skipped unless root, with bubblewrap)', async () => {
    await using environment = await keptEnvironment();
    const deployer = deployerOf(environment.folder, { user: 'nobody' }, [environment.scratch]);
    const release = await serviceRelease(environment.scratch, 1);
    await bring(deployer, release);
    const asked = await deployer.hook(
      release,
      { key: 'id', command: 'id -u; id -G; touch "$HOME/mine" && echo wrote', timeoutMs: 10_000 },
      change,
    );
    const uid = execFileSync('id', ['-u', 'nobody'], { encoding: 'utf8' }).trim();
    const groups = execFileSync('id', ['-G', 'nobody'], { encoding: 'utf8' }).trim();
    expect(asked).toEqual({ code: 0, tail: `${uid}\n${groups}\nwrote\n` });
    expect(await ask(deployer, '/healthz')).toMatchObject({ status: 200, commit: commitOf(1) });
  });
});

function hasBubblewrap(): boolean {
  try {
    execFileSync('bwrap', ['--dev-bind', '/', '/', 'true'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
