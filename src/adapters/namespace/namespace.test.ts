import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { divided } from '../../../test/support/campaign.ts';
import { launcher } from '../../../test/support/launcher.ts';
import { smallProject, untestedProject } from '../../../test/support/miyabi.ts';
import type { TemporaryFolder } from '../../../test/support/temporary.ts';
import { temporaryFolder } from '../../../test/support/temporary.ts';
import { heldCapabilities } from './capabilities.ts';

const house = fileURLToPath(new URL('../../..', import.meta.url));
/** Nobody's: no name, no home, no file belongs to it. */
const user = 65_533;

/** Programs of this machine run as an ordinary user, who sees this checkout and this Node by mounts that end with the program. */
const asUser = `
place=$1 house=$2 node=$3
shift 3
mount --bind "$house" "$place/house" && mount --bind "$node" "$place/node" || exit 99
exec setpriv --reuid ${user} --regid ${user} --clear-groups -- "$@"
`;

/** Where that user sees this checkout and this Node, with what Miyabi has compiled there: of all tests the same, so that one compiles for all. */
async function makePlace(): Promise<TemporaryFolder> {
  const folder = await temporaryFolder();
  for (const name of ['house', 'cache']) mkdirSync(join(folder.path, name));
  chownSync(join(folder.path, 'cache'), user, user);
  writeFileSync(join(folder.path, 'node'), '');
  // For the mark of each start of Node: which programs are started, and in which of them the namespace has been entered.
  writeFileSync(join(folder.path, 'starts.cjs'), `require('node:fs').writeSync(2, 'started:' + process.env.MIYABI_NAMESPACE + '\\n');\n`);
  chmodSync(folder.path, 0o755);
  return folder;
}

/** A folder of that user's with a project in it, and a way to do things there as them. */
async function userStand(place: string, settings: Readonly<Record<string, string>> = {}, files = smallProject) {
  const home = mkdtempSync(join(place, 'home-'));
  const project = join(home, 'project');
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(project, path)), { recursive: true });
    writeFileSync(join(project, path), text);
  }
  for (const path of [home, ...readdirSync(home, { recursive: true, encoding: 'utf8' }).map((name) => join(home, name))])
    chownSync(path, user, user);
  const options = {
    cwd: project,
    env: {
      PATH: '/usr/local/bin:/usr/bin:/bin',
      HOME: home,
      XDG_CACHE_HOME: join(place, 'cache'),
      LC_ALL: 'C',
      GIT_CONFIG_NOSYSTEM: '1',
      ...settings,
    },
    extendEnv: false,
    reject: false,
  } as const;
  const miyabi = join(place, 'house', relative(house, launcher));
  const start = (...command: string[]) =>
    execa(
      'unshare',
      ['--mount', '--propagation', 'private', '/bin/sh', '-c', asUser, 'sh', place, house, process.execPath, ...command],
      options,
    );
  for (const args of [
    ['init', '-q', '-b', 'main'],
    ['add', '-A'],
    ['-c', 'user.name=A', '-c', 'user.email=a@example.org', 'commit', '-qm', 'first'],
  ])
    expect((await start('git', ...args)).stderr).toBe('');
  return {
    home,
    start,
    miyabi: (...args: string[]) => start(join(place, 'node'), miyabi, ...args),
    markingMiyabi: (...args: string[]) =>
      start('env', `NODE_OPTIONS=--require=${join(place, 'starts.cjs')}`, join(place, 'node'), miyabi, ...args),
    node: (script: string) => start(join(place, 'node'), '--input-type=module', '-e', script),
    /** Whether the disk that holds the folder can bear an overlay: not every one can. */
    canMountHere: async () => {
      const there = `cd ${home} && mkdir a b c d && mount -t overlay -o userxattr,lowerdir=a,upperdir=b,workdir=c none d`;
      return (await start('unshare', ...flags, 'sh', '-c', there)).exitCode === 0;
    },
    imported: (name: string) => `file://${place}/house/src/${name}`,
    launcher: miyabi,
    place,
    [Symbol.dispose]: () => rmSync(home, { recursive: true, force: true }),
  };
}

const overlay = `mount -t tmpfs none /tmp && cd /tmp && mkdir a b c d && mount -t overlay -o userxattr,lowerdir=a,upperdir=b,workdir=c none d`;
const flags = ['--map-current-user', '--keep-caps', '--mount'];

/** Why this machine cannot tell; undefined where it can. */
async function inTheWay(): Promise<string | undefined> {
  if (process.platform !== 'linux') return 'there are no user namespaces here';
  if (process.geteuid?.() !== 0) return 'only root can become another user';
  const become = ['--reuid', String(user), '--regid', String(user), '--clear-groups', 'unshare', ...flags, 'sh', '-c', overlay];
  const { exitCode } = await execa('setpriv', become, { reject: false });
  return exitCode === 0 ? undefined : 'ordinary users cannot mount overlays here';
}

const why = await inTheWay();

describe.skipIf(why !== undefined)(`Miyabi of an ordinary user${why === undefined ? '' : ` (not run here: ${why})`}`, () => {
  let shared: TemporaryFolder;
  beforeAll(async () => {
    shared = await makePlace();
  });
  afterAll(async () => await shared[Symbol.asyncDispose]());

  /** Each world shows in its change what it sees; nothing else of it need be seen outside. */
  const looking = `{ cat /proc/self/status; env; grep " $PWD " /proc/self/mountinfo; echo; ${overlay} || echo no mount; } > seen.txt 2>&1; sed -i 's/a - b/a + b/' src/add.js`;

  for (const { isolation, tags } of divided([{ isolation: 'auto' }, { isolation: 'none' }], 2))
    test(
      `a whole run works in a namespace, in which its worlds hold no power and of which they see no sign (isolation: ${isolation})`,
      { tags },
      async () => {
        using it = await userStand(shared.path, { MIYABI_ISOLATION: isolation });
        const ran = await it.miyabi('run', 'add is wrong', '--yes', '--worlds', '1', '--agent', `command:${looking}`);
        expect(ran.exitCode, ran.stderr).toBe(0);
        const branches = (await it.start('git', 'for-each-ref', '--format=%(refname:short)')).stdout.split('\n');
        expect(branches).toEqual(['main', expect.stringMatching(/^miyabi\/run_/)]);
        const seen = (await it.start('git', 'show', `${branches[1]}:seen.txt`)).stdout;
        for (const set of ['CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb']) expect(seen).toMatch(new RegExp(`^${set}:\\s*0{16}$`, 'm'));
        expect(seen).toMatch(/^NoNewPrivs:\s*1$/m);
        expect(seen).toMatch(new RegExp(`^Uid:\\s*${user}\\s`, 'm'));
        expect(seen).toContain('no mount');
        expect(seen.includes(' - overlay miyabi ')).toBe(await it.canMountHere());
        expect(seen).not.toContain('MIYABI_NAMESPACE');
        expect(readFileSync('/proc/self/mountinfo', 'utf8')).not.toContain(it.place);
      },
    );

  test('it stays the process it was, and ends by Ctrl-C as ever', async () => {
    using it = await userStand(shared.path, {}, untestedProject);
    const running = it.miyabi('run', 'add is wrong', '--yes', '--worlds', '1', '--agent', 'command:echo at work; exec sleep 300');
    for await (const line of createInterface({ input: running.stderr })) if (line.includes('alpha: works')) break;
    const looks = (file: string): string => readFileSync(`/proc/${running.pid}/${file}`, 'utf8');
    expect(looks('cmdline')).toContain('miyabi.js\0run\0');
    expect(heldCapabilities(looks('status'), user).mayMount).toBe(true);
    running.kill('SIGINT');
    expect((await running).exitCode).toBe(130);
  });

  test('killed in the middle of its work it leaves no process, and the run is resumed', { tags: ['campaign'] }, async () => {
    using it = await userStand(shared.path, { MIYABI_ISOLATION: 'none' }, untestedProject);
    const again = join(it.home, 'again');
    const begun = join(it.home, 'begun');
    expect((await it.start('mkfifo', begun)).exitCode).toBe(0);
    const agent = `test -e ${again} || { touch ${again}; echo > ${begun}; exec sleep 300; }; sed -i 's/a - b/a + b/' src/add.js`;
    const running = it.miyabi('run', 'add is wrong', '--yes', '--worlds', '1', '--agent', `command:${agent}`);
    // Ends when the agent has written to the pipe.
    await readFile(begun);
    running.kill('SIGKILL');
    await running;
    const resumed = await it.miyabi('resume');
    expect(resumed.exitCode, resumed.stderr).toBe(0);
    expect((await it.start('git', 'for-each-ref', '--format=%(refname:short)')).stdout).toMatch(/^main\nmiyabi\/run_/);
    expect((await it.miyabi('gc')).exitCode).toBe(0);
  });

  test('commands that make no worlds do not pay for it', async () => {
    using it = await userStand(shared.path);
    const starts = async (...args: string[]): Promise<readonly string[]> =>
      (await it.markingMiyabi(...args)).stderr.split('\n').filter((line) => line.startsWith('started:'));
    expect(await starts('gc')).toEqual(['started:undefined', 'started:1']);
    expect(await starts('--state', join(it.home, 'run'), 'gc')).toEqual(['started:undefined', 'started:1']);
    for (const args of [['--version'], ['--help'], ['run', '--help'], ['status'], ['--state', 'run', 'status']])
      expect(await starts(...args)).toEqual(['started:undefined']);
  });

  test.skipIf(!existsSync('/usr/bin/bwrap'))(
    'where the system forbids it (bubblewrap plays that), Miyabi goes on without and can say why',
    async () => {
      using it = await userStand(shared.path);
      const confined = ['bwrap', '--unshare-user', '--disable-userns', '--dev-bind', '/', '/', '--proc', '/proc', '--'];
      const node = join(it.place, 'node');
      const ended = await it.start(...confined, node, it.launcher, 'gc');
      expect(ended.exitCode, ended.stderr).toBe(0);
      const script = `console.log(JSON.stringify((await import('${it.imported('adapters/namespace/namespace-state.ts')}')).namespaceState()))`;
      const said = await it.start(...confined, node, '--input-type=module', '-e', script);
      expect(JSON.parse(said.stdout)).toMatchObject({ kind: 'unavailable', detail: expect.stringMatching(/cannot mount worlds: .+/) });
      const free = await it.node(script);
      expect(JSON.parse(free.stdout)).toMatchObject({ kind: 'possible' });
    },
  );

  test('every program gives the power up, also under limits; only one that asks for it keeps it', async () => {
    using it = await userStand(shared.path);
    const script = `const { createProcessRunner } = await import('${it.imported('adapters/process/process-runner.ts')}');
      await using runner = createProcessRunner();
      const common = { cwd: '/', env: { PATH: '/usr/bin:/bin' }, timeoutMs: 20_000 };
      const seen = async (more) => (await runner.run({ ...common, command: ['grep', '-E', 'CapEff|CapBnd|NoNew', '/proc/self/status'], ...more })).stdout;
      const lost = (await runner.run({ ...common, command: ['no-such-program-here'] })).end.kind;
      console.log(JSON.stringify([await seen({}), await seen({ limits: { openFiles: 64 } }), await seen({ keepsCapabilities: true }), lost]));`;
    const { stdout, stderr } = await it.start('unshare', ...flags, join(it.place, 'node'), '--input-type=module', '-e', script);
    expect(stderr).toBe('');
    const [plain, limited, keeping, lost] = JSON.parse(stdout) as string[];
    expect(plain).toMatch(/CapEff:\t0+\nCapBnd:\t0+\nNoNewPrivs:\t1/);
    expect(limited).toBe(plain);
    expect(keeping).toMatch(/CapEff:\t0*[1-9a-f][0-9a-f]*\n[^]*NoNewPrivs:\t0/);
    expect(lost).toBe('not-started');
  });
});

test('what a process may do is read from its status, and root is not taken for somebody who inherits', () => {
  const status = 'Name:\tnode\nCapInh:\t0000000000000000\nCapEff:\t0000000000200100\nCapAmb:\t0000000000000400\n';
  expect(heldCapabilities(status, 1000)).toEqual({ inherited: true, mayMount: true, mayLimit: true });
  expect(heldCapabilities(status.replaceAll(/[1-9]/g, '0'), 1000)).toEqual({ inherited: false, mayMount: false, mayLimit: false });
  expect(heldCapabilities(status, 0).inherited).toBe(false);
  expect(heldCapabilities('', 1000).mayMount).toBe(false);
});
