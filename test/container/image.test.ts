import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { containerStand } from '../security/container-stand.ts';
import type { ContainerStand } from '../security/container-stand.ts';
import { debianBase, noDebian } from './debian-base.ts';

const context = fileURLToPath(new URL('../..', import.meta.url));
const image = 'localhost/miyabi:1';
/** In seconds: who is not gone by then was killed. */
const grace = 30;
const openFiles = 16_384;
const run = promisify(execFile);

describe('the image of deploy/Dockerfile', { tags: ['campaign'] }, () => {
  let stand: ContainerStand | string;
  let lacking: string | undefined;

  beforeAll(async () => {
    stand = noDebian() ?? (await containerStand());
    const base = typeof stand === 'string' ? stand : await debianBase(stand);
    if (typeof base === 'string') lacking = base;
    else lacking = await buildImage(stand as ContainerStand, base.image);
  }, 1_800_000);

  afterAll(async () => {
    if (typeof stand !== 'string') await stand[Symbol.asyncDispose]();
  }, 120_000);

  it('runs as nobody in particular, and finds in itself what it needs', async (test) => {
    test.skip(lacking !== undefined, lacking);
    expect((await inImage(['id', '-un'])).stdout).toBe('node\n');
    expect((await miyabi(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    const { findings } = JSON.parse((await miyabi(['doctor', '--json'])).stdout) as { findings: { name: string; status: string }[] };
    expect(findings.find(({ name }) => name === 'git')).toMatchObject({ status: 'ok' });
    for (const program of ['git', 'bwrap', 'ssh', 'ps', 'miyabi']) expect((await inImage(['which', program])).code).toBe(0);
  });

  it('holds neither sources nor tools of the development, and nothing of it can be changed by who runs it', async (test) => {
    test.skip(lacking !== undefined, lacking);
    const { stdout } = await inImage(['sh', '-c', 'cd /opt/miyabi && ls && ls node_modules']);
    const names = stdout.split('\n');
    expect(names).toEqual(expect.arrayContaining(['bin', 'dist', 'LICENSE', 'zod']));
    for (const name of ['src', 'test', 'vitest', 'typescript', 'vite']) expect(names).not.toContain(name);
    expect((await inImage(['find', '/opt/miyabi', '-xtype', 'l'])).stdout).toBe('');
    expect((await inImage(['find', '/opt/miyabi', '-writable', '-not', '-type', 'l'])).stdout).toBe('');
  });

  it(
    'repairs the example, is healthy as a service, ends in good order when it is told to, and keeps its records',
    { timeout: 600_000 },
    async (test) => {
      test.skip(lacking !== undefined, lacking);
      const volume = ['--volume', 'miyabi-state:/var/lib/miyabi'];
      const demo = await miyabi(['demo', '--json', '--worlds', '1'], volume);
      expect(demo.code, demo.stderr).toBe(0);
      const report = JSON.parse(demo.stdout.trim().split('\n').at(-1) ?? '') as { readonly run: string };
      expect(report).toMatchObject({ type: 'run.finished', status: 'succeeded' });

      await podman(['run', '--detach', '--init', '--network=none', '--name=service', ...volume, image]);
      await expect.poll(async () => (await podman(['healthcheck', 'run', 'service'])).code).toBe(0);
      const begun = performance.now();
      await podman(['stop', '--time', String(grace), 'service']);
      expect(performance.now() - begun).toBeLessThan(grace * 1_000);
      expect((await podman(['inspect', '--format', '{{.State.ExitCode}}', 'service'])).stdout).toBe('0\n');

      const { stdout } = await miyabi(['status', '--json'], volume);
      expect(JSON.parse(stdout)).toMatchObject({ runs: [{ run: report.run, state: 'completed' }] });
    },
  );

  /** Whatever it comes to is told, also that it failed. */
  async function podman(args: readonly string[]): Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }> {
    const { host } = stand as ContainerStand;
    const options = { env: host, maxBuffer: 64 * 1024 * 1024, encoding: 'utf8' as const };
    return await new Promise((resolve) => {
      execFile('podman', args, options, (error, stdout, stderr) =>
        resolve({ code: typeof error?.code === 'number' ? error.code : error === null ? 0 : 1, stdout, stderr }),
      );
    });
  }

  const inImage = ([program = '', ...args]: readonly string[]) =>
    podman(['run', '--rm', '--network=none', '--entrypoint', program, image, ...args]);

  const miyabi = (args: readonly string[], options: readonly string[] = []) =>
    podman(['run', '--rm', '--init', '--network=none', ...options, image, ...args]);
});

/** @returns why it cannot be built here: what its steps fetch cannot be reached. */
async function buildImage(stand: ContainerStand, base: string): Promise<string | undefined> {
  // Where packages come from, and whom to trust with that, is a matter of this machine, and becomes no part of any layer.
  const trusted = process.env['NODE_EXTRA_CA_CERTS'] ?? '';
  const settings = [
    ['/etc/npmrc', '/usr/local/etc/npmrc'],
    [join(homedir(), '.npmrc'), '/root/.npmrc'],
    [trusted, trusted],
  ].flatMap(([from = '', to = '']) => (existsSync(from) ? ['--volume', `${from}:${to}:ro`] : []));
  // npm has thousands of files open at a time; some machines allow what is built fewer than themselves.
  const files = `--ulimit=nofile=${openFiles}:${openFiles}`;
  const args = ['build', '--format=docker', '--network=host', files, ...settings, '--build-arg', `BASE=${base}`];
  try {
    await run('podman', [...args, '--file', join(context, 'deploy/Dockerfile'), '--tag', image, context], {
      env: stand.host,
      maxBuffer: 64 * 1024 * 1024,
    });
    return undefined;
  } catch (error) {
    const said = error instanceof Error && 'stderr' in error ? String(error.stderr) : String(error);
    if (/ENOTFOUND|EAI_AGAIN|ETIMEDOUT|Temporary failure resolving|Could not resolve/.test(said))
      return 'not run here: the registry of packages cannot be reached from a container';
    throw error;
  }
}
