import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { usersEnvironment } from '../test/support/miyabi.ts';
import { freePort } from './testing/free-port.ts';
import { npm, pack } from './testing/pack.ts';
import { projectRoot, runNode, runProgram, type Ended } from './testing/run-program.ts';

/** What a download of the package may weigh, in bytes. */
const most = 6_000_000;

interface Manifest {
  readonly version: string;
  readonly engines: { readonly node: string };
  readonly dependencies: Readonly<Record<string, string>>;
}

const manifest = JSON.parse(readFileSync(path.join(projectRoot, 'package.json'), 'utf8')) as Manifest;
let folder: string;
let archive: string;

beforeAll(async () => {
  folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'miyabi-package-')));
  archive = await pack(folder);
}, 300_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the package that npm makes', () => {
  test(`weighs at most ${most / 1_000_000} MB`, () => {
    expect(statSync(archive).size).toBeLessThanOrEqual(most);
  });

  test('holds what is run, shown and read, and nothing of the tests or of the development', async () => {
    const { stdout } = await runProgram('tar', ['-tzf', archive]);
    const contents = stdout.split('\n').flatMap((name) => (name === '' ? [] : [name.replace(/^package\//, '')]));
    const folders = new Set(contents.flatMap((name) => name.split('/')[0] ?? []));
    const published = ['CHANGELOG.md', 'LICENSE', 'README.ja.md', 'README.md', 'bin', 'deploy', 'dist', 'examples', 'package.json'];
    expect(folders).toEqual(new Set(published));
    for (const name of ['dist/main.js', 'dist/dashboard/index.html', 'dist/dashboard/licenses.json', 'examples/parcel-rates/ISSUE.md'])
      expect(contents).toContain(name);
    expect(contents).toContain('deploy/systemd/miyabi.service');
    const own = contents.filter((name) => !name.startsWith('examples/'));
    expect(own.filter((name) => /\.test\.|(^|\/)(testing|test|node_modules)\/|\.map$|\.tsbuildinfo$/.test(name))).toEqual([]);
    expect(own.filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts'))).toEqual([]);
    expect(contents.filter((name) => name.includes('node_modules/'))).toEqual([]);
  });

  test('is one of which publint, as strict as it can be, has nothing to say', async () => {
    const tarball = new Uint8Array(readFileSync(archive)).buffer;
    const { messages, pkg } = await publint({ pack: { tarball }, strict: true });
    const said = messages.map((message) => formatMessage(message, pkg, { color: false }) ?? message.code);
    // Those are projects of their own, which lie in it to be repaired.
    expect(said.filter((sentence) => !sentence.startsWith('./examples/'))).toEqual([]);
  });

  test('asks for a Node of a version, and for its libraries in exactly one each', () => {
    expect(manifest.engines.node).toBe('>=24');
    expect(Object.entries(manifest.dependencies).filter(([, version]) => !/^\d+\.\d+\.\d+(?:-[\w.]+)?$/.test(version))).toEqual([]);
  });
});

describe('installed into an empty folder, the package', { tags: ['campaign'] }, () => {
  let empty: string;
  let unreachable: string | undefined;

  beforeAll(async () => {
    empty = path.join(folder, 'empty');
    mkdirSync(empty);
    // Without a prefix npm would look for a project in the folders above.
    const installed = await npm(['install', '--prefix', empty, '--prefer-offline', '--ignore-scripts', '--omit=dev', archive], empty);
    if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT/.test(installed.stderr)) unreachable = 'the package registry cannot be reached';
    else if (installed.code !== 0) throw new Error(installed.stderr);
  }, 300_000);

  test('tells its version, its commands, and what this machine has', async (context) => {
    context.skip(unreachable !== undefined, unreachable);
    expect(await miyabi('--version')).toEqual({ code: 0, signal: null, stdout: `${manifest.version}\n`, stderr: '' });
    const help = await miyabi('--help');
    expect(help).toMatchObject({ code: 0, stderr: '' });
    expect(help.stdout).toContain('demo');
    const { stdout } = await miyabi('doctor', '--json');
    const { findings } = JSON.parse(stdout) as { readonly findings: readonly { readonly name: string; readonly status: string }[] };
    expect(findings.length).toBeGreaterThan(5);
    expect(findings.find(({ name }) => name === 'git')).toMatchObject({ status: 'ok' });
  });

  test('repairs the example that it brings along', { timeout: 300_000 }, async (context) => {
    context.skip(unreachable !== undefined, unreachable);
    const { code, stdout, stderr } = await miyabi('demo', '--json', '--worlds', '1');
    expect(code, stderr).toBe(0);
    expect(JSON.parse(stdout.trim().split('\n').at(-1) ?? '')).toMatchObject({ type: 'run.finished', status: 'succeeded' });
  });

  test('shows its dashboard to a browser, and ends when it is told to', async (context) => {
    context.skip(unreachable !== undefined, unreachable);
    const url = `http://127.0.0.1:${await freePort()}`;
    const service = spawn(program(), ['serve', '--listen', url.slice('http://'.length), '--drain', '1'], { ...place(), stdio: 'ignore' });
    const ended = once(service, 'close');
    try {
      await expect
        .poll(() =>
          fetch(url).then(
            ({ status }) => status,
            () => undefined,
          ),
        )
        .toBe(200);
      const page = await fetch(url);
      expect(page.headers.get('content-type')).toMatch(/^text\/html/);
      const script = /src="(\/[^"]+\.js)"/.exec(await page.text())?.[1] ?? '';
      expect((await fetch(new URL(script, url))).headers.get('content-type')).toMatch(/^text\/javascript/);
    } finally {
      service.kill('SIGTERM');
    }
    expect(await ended).toEqual([0, null]);
  });

  test('answers other agents over the Model Context Protocol', async (context) => {
    context.skip(unreachable !== undefined, unreachable);
    const client = new Client({ name: 'another-agent', version: '1' }, { capabilities: {} });
    const { cwd, env } = place();
    await client.connect(new StdioClientTransport({ command: program(), args: ['mcp'], cwd, env, stderr: 'ignore' }));
    try {
      const { tools } = await client.listTools();
      expect(tools.map(({ name }) => name)).toContain('start_run');
    } finally {
      await client.close();
    }
  });

  test('gives its engine to programs of the folder', async (context) => {
    context.skip(unreachable !== undefined, unreachable);
    writeFileSync(path.join(empty, 'engine.mjs'), "console.log(typeof (await import('miyabi-worlds/weaver')).openEngine);\n");
    expect(await runNode(['engine.mjs'], { cwd: empty })).toMatchObject({ code: 0, stdout: 'function\n', stderr: '' });
  });

  const program = (): string => path.join(empty, 'node_modules/.bin/miyabi');

  /** Nothing of this checkout, and of this machine's own Miyabi. */
  const place = () => ({
    cwd: empty,
    env: { ...usersEnvironment(), TMPDIR: folder, XDG_STATE_HOME: path.join(folder, 'state'), XDG_CONFIG_HOME: path.join(folder, 'state') },
  });

  const miyabi = (...args: readonly string[]): Promise<Ended> => runProgram(program(), args, place());
});
