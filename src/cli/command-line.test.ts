import picocolors from 'picocolors';
import { expect, it } from 'vitest';
import { runCommandLine } from './command-line.ts';
import type { Shell } from './shell.ts';

/** What the command line prints where nothing of the product is opened. */
async function printed(...argv: readonly string[]): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  const [out, err]: [string[], string[]] = [[], []];
  const missing = async (): Promise<never> => await Promise.reject(new Error('nothing is opened'));
  const shell: Shell = {
    out: (text) => void out.push(text),
    err: (text) => void err.push(text),
    errStream: process.stderr,
    streams: { input: process.stdin, output: process.stdout },
    colours: picocolors.createColors(false),
    interactive: false,
    columns: () => 80,
    rows: () => 24,
    cwd: '/',
    user: 'ada',
    version: '0.0.0',
    program: 'miyabi',
    open: missing,
    moving: missing,
    maintaining: missing,
    forgeFolders: missing,
    configuration: missing,
    configurationFile: missing,
    editors: missing,
    browsers: missing,
    serviceManager: missing,
    known: { runs: missing, examples: missing },
    environment: {},
    keys: () => ({ [Symbol.dispose]: () => undefined }),
    onInterrupt: () => ({ [Symbol.dispose]: () => undefined }),
    onHangUp: () => ({ [Symbol.dispose]: () => undefined }),
  };
  const code = await runCommandLine(shell, argv);
  return { code, out: out.join(''), err: err.join('') };
}

/** Every command with its help, and those below it. */
async function helpOfAll(...path: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const { out } = await printed(...path, '--help');
  const section = /^Commands:\n((?: {2}.*\n)+)/m.exec(out)?.[1] ?? '';
  const names = [...section.matchAll(/^ {2}(\w+)/gm)].flatMap(([, name]) => (name === undefined || name === 'help' ? [] : [name]));
  const below = await Promise.all(names.map(async (name) => [...(await helpOfAll(...path, name))]));
  return new Map([[path.join(' '), out], ...below.flat()]);
}

/** They serve until they are stopped, speak a protocol or print a script. */
const withoutResult = ['serve', 'worker', 'mcp', 'config schema', 'completion'];

it('every command shows examples, and each that has a result tells it as JSON', async () => {
  const help = await helpOfAll();
  expect(help.size).toBeGreaterThan(50);
  for (const [name, text] of help) expect(text, name).toMatch(/^Examples:\n {2}\S/m);
  const isGroup = (name: string): boolean =>
    name === '' || (name !== 'releases' && [...help.keys()].some((other) => other.startsWith(`${name} `)));
  const silent = [...help].flatMap(([name, text]) => (isGroup(name) || /^ {2}--json /m.test(text) ? [] : [name]));
  expect(silent).toEqual(withoutResult);
});

it('a command line that cannot be read ends with 2, and says so as JSON where that is asked for', async () => {
  const end = await printed('status', '--nope', '--json');
  expect(end).toMatchObject({ code: 2, err: expect.stringContaining('unknown option') });
  expect(JSON.parse(end.out)).toMatchObject({ type: 'error', schemaVersion: 1, reason: 'usage', what: "unknown option '--nope'" });
  expect(await printed('status', '--nope')).toMatchObject({ code: 2, out: '' });
  expect(await printed('--version')).toMatchObject({ code: 0, out: '0.0.0\n' });
});

it('whoever mistypes something is sent to the help of the command that they meant', async () => {
  const { code, err } = await printed('config', 'get');
  expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining('(`miyabi config get --help` shows how)') });
  expect((await printed('serve', '--monitr', 'x')).err).toContain('(`miyabi serve --help` shows how)');
  expect((await printed('frobnicate')).err).toContain('(`miyabi --help` shows how)');
  const told = JSON.parse((await printed('config', 'get', '--json')).out) as { readonly fix: string };
  expect(told.fix).toBe('`miyabi config get --help` shows how.');
});

it('labels are words, as many as are given', async () => {
  expect(await printed('worker', '--label', 'gpu', 'region eu')).toMatchObject({ code: 2, err: expect.stringContaining('It takes words') });
  await expect(printed('worker', '--label', 'gpu', 'region:eu', '--label', 'fast')).resolves.toMatchObject({ code: 1 });
});
