import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { divided } from '../support/campaign.ts';
import { compileCache } from '../support/compile-cache.ts';
import { launcher } from '../support/launcher.ts';
import { untestedProject, withoutWalls } from '../support/miyabi.ts';
import { mend, noStack, place } from '../support/place.ts';

let here: Awaited<ReturnType<typeof place>>;
/** A run that is done, and one that waits for its plan. */
let done: string;
let waiting: string;
let codes: readonly number[];

beforeAll(async () => {
  here = await place(untestedProject, withoutWalls);
  const ended = await here.run('add() is wrong', { alpha: `echo at work; ${mend}` }, { args: ['--yes'] });
  const asked = await here.run('Rewrite the architecture for a distributed migration', { alpha: 'true' });
  codes = [ended.code, asked.code];
  [done, waiting] = [ended, asked].map(({ lines }) => String(lines.at(-1)?.['run'])) as [string, string];
});
afterAll(async () => await here[Symbol.asyncDispose]());

/** What only looks, with the types of what it tells as JSON; `run` stands for the one that is done. */
const looks = [
  { command: 'status', type: 'runs' },
  { command: 'status run', type: 'run.status' },
  { command: 'show run', type: 'run.timeline' },
  { command: 'logs run', type: 'log.line' },
  { command: 'logs run --list', type: 'logs' },
  { command: 'watch run', type: 'job.submitted' },
  { command: 'explain run', type: 'run.explained' },
  { command: 'compare run', type: 'run.compared' },
  { command: 'diff run', type: 'run.diff' },
  { command: 'cost', type: 'cost' },
  { command: 'plan run', type: 'run.plan' },
  { command: 'inbox', type: 'inbox' },
  { command: 'inbox --answered', type: 'inbox.answered' },
  { command: 'inbox --standing', type: 'inbox.standing' },
  { command: 'knowledge list', type: 'knowledge.list' },
  { command: 'knowledge search add', type: 'knowledge' },
  { command: 'token list', type: 'tokens' },
  { command: 'agents', type: 'agents' },
  { command: 'doctor', type: 'doctor' },
  { command: 'config explain', type: 'config' },
  { command: 'config get worlds.count', type: 'config.value' },
  { command: 'gc --dry-run', type: 'gc' },
  { command: 'db check', type: 'db.checked' },
  { command: 'demo --list', type: 'examples' },
  { command: 'init --dry-run', type: 'init' },
];

/** Of those, one for each way in which something is told. */
const oneOfEach = ['status', 'status run', 'logs run', 'watch run', 'diff run', 'config explain', 'demo --list'].map((command) => ({
  command,
}));

function wordsOf(command: string): readonly string[] {
  return command.split(' ').map((word) => (word === 'run' ? done : word));
}

/** A command with what a shell does with its output. */
async function inShell(command: string, rest: string) {
  const program = [process.execPath, launcher, '--state', here.state, ...wordsOf(command)].join(' ');
  const env = { XDG_CONFIG_HOME: here.state, ...withoutWalls, ...compileCache };
  return await execa('bash', ['-c', `${program}${rest}`], { cwd: here.project, env });
}

describe('commands that look at one and the same state', () => {
  for (const { command, type, tags } of divided(looks, 5))
    it(`${command} --json is objects of known shape and nothing else`, { tags }, async () => {
      const { code, stdout, stderr, lines } = await here.miyabi([...wordsOf(command), '--json']);
      expect(code, stderr).toBe(0);
      expect(stdout.split('\n').filter((line) => line !== '').length).toBe(lines.length);
      expect(lines[0]).toMatchObject({ type, schemaVersion: 1 });
      expect(lines.every(({ schemaVersion }) => schemaVersion === 1)).toBe(true);
    });

  it('what is compared is told with from where on it was good enough', async () => {
    const { lines } = await here.miyabi(['compare', done, '--json']);
    const choice = expect.objectContaining({ winner: 'alpha', why: expect.any(String), verdicts: expect.any(Array) });
    expect(lines).toEqual([
      expect.objectContaining({ tasks: [expect.objectContaining({ choice })], thresholds: { sureFrom: 0.45, minSuccessful: 1 } }),
    ]);
  });

  for (const { command, tags } of divided(oneOfEach, 4))
    it(`${command} ends without a word where nobody reads`, { tags }, async () => {
      // The reader is gone before anything can have been written.
      const { stdout, stderr } = await inShell(command, ' | true; echo "${PIPESTATUS[0]}"');
      expect(stdout).toBe('0');
      expect(stderr).not.toMatch(/EPIPE|Standard output/);
      expect(noStack(stderr), stderr).toBe(true);
    });

  it('colours are those that are asked for, and no others', { tags: ['campaign'] }, async () => {
    const told = async (env: Readonly<Record<string, string>>, ...more: readonly string[]) =>
      (await here.miyabi(['config', 'explain', 'worlds', ...more], env)).stdout;
    expect(await told({ FORCE_COLOR: '1' })).toContain('\u001b[');
    expect(await told({ FORCE_COLOR: '1', NO_COLOR: '1' })).not.toContain('\u001b');
    expect(await told({ FORCE_COLOR: '1' }, '--no-color')).not.toContain('\u001b');
  });
});

describe('exit codes', () => {
  it.each([
    [2, ['status', '--nope', '--json'], {}],
    [2, ['gc', '--older-than', 'soon', '--json'], {}],
    [2, ['config', 'get', 'worlds.cuont', '--json'], {}],
    [3, ['config', 'explain', '--json'], { MIYABI_WORLDS_COUNT: 'many' }],
    [3, ['releases', '--json'], {}],
    [7, ['show', 'run_nothing123', '--json'], {}],
    [7, ['open', '--json'], {}],
  ] as const)('are %i for %j, and one object says why', async (code, args, env) => {
    const end = await here.miyabi(args, env);
    expect(end.code, end.stderr).toBe(code);
    expect(end.lines).toMatchObject([{ type: 'error', schemaVersion: 1, what: expect.any(String), why: expect.any(String) }]);
    expect(noStack(end.stderr)).toBe(true);
  });

  it('are 0 for what is done, 4 for what waits for a person, and 1 for what cannot be written', async () => {
    expect(codes).toEqual([0, 4]);
    const { stdout, stderr } = await inShell('show run', ' >/dev/full; echo "$?"');
    expect(stdout).toBe('1');
    expect(stderr).toMatch(/^Standard output cannot be written: .*ENOSPC/);
  });

  it('are 6 where no world passed, and 130 of whoever stops watching', async () => {
    const nobody = await here.run('twice() is wrong', { alpha: 'exit 1' }, { args: ['--yes'] });
    expect(nobody).toMatchObject({ code: 6 });
    const watching = here.startAny(['watch', '--json']);
    for await (const line of watching) {
      expect(JSON.parse(line)).toMatchObject({ type: 'run.state', schemaVersion: 1 });
      watching.kill('SIGINT');
    }
    expect((await watching).exitCode).toBe(130);
  });
});

it('what changes something tells what it did', { tags: ['campaign'] }, async () => {
  const tell = async (...args: readonly string[]) => (await here.miyabi([...args, '--json'])).lines;
  expect(await tell('token', 'create', 'ci')).toMatchObject([{ type: 'token', name: 'ci', scope: 'read' }]);
  expect(await tell('token', 'revoke', 'ci')).toEqual([{ type: 'token.revoked', schemaVersion: 1, name: 'ci', revoked: 1 }]);
  const [note] = await tell('knowledge', 'add', 'Prices are whole cents');
  expect(await tell('knowledge', 'forget', String(note?.['id']))).toMatchObject([{ type: 'knowledge.forgotten', id: note?.['id'] }]);
  expect(await tell('pause', waiting)).toMatchObject([{ type: 'run.paused', run: waiting }]);
  expect(await tell('cancel', waiting, '--reason', 'not now')).toMatchObject([
    { type: 'run.cancelled', run: waiting, reason: expect.stringMatching(/^cancelled by .+: not now$/), by: expect.any(String) },
  ]);
  expect(await here.miyabi(['watch', waiting])).toMatchObject({ code: 130, stdout: expect.stringMatching(/was cancelled: .*: not now/) });
  expect(await tell('gc', '--older-than', '0')).toMatchObject([
    { type: 'gc', dryRun: false, recovered: expect.any(Array), places: expect.any(Array) },
  ]);
});
