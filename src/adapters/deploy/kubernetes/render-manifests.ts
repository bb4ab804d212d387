import { readFile, readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DeployRefused } from '../../../ports/deployer.ts';
import type { ProcessRunner } from '../../../ports/process.ts';
import { systemProgram } from '../../namespace/capabilities.ts';
import { lastWords, runProgram } from '../target-program.ts';
import { kustomizations, refuseRemotes } from './refuse-remotes.ts';

/** Of all manifests together. */
const mostBytes = 8 * 1024 * 1024;

export interface ManifestsOfRelease {
  readonly process: ProcessRunner;
  /** Of the release. */
  readonly folder: string;
  /** In it: a folder for kustomize, a folder of manifests, or a file. */
  readonly manifests: string;
  /** Where programs are found. */
  readonly path: string;
}

/**
 * The manifests of a release as one text, not yet filled in. They come from the change: kustomize runs without any credentials, and, where
 * bubblewrap works, without a network; nothing leads out of the release.
 *
 * @throws DeployRefused where there are none.
 */
export async function renderManifests({ process, folder, manifests, path }: ManifestsOfRelease, signal: AbortSignal): Promise<string> {
  const root = await realpath(folder);
  const place = await within(root, join(root, manifests), manifests);
  if (!(await stat(place)).isDirectory()) return await readWhole([place]);
  const names = (await readdir(place)).toSorted();
  if (names.some((name) => kustomizations.includes(name))) {
    await refuseRemotes(root, place);
    return await kustomize(process, place, path, signal);
  }
  const files = names.filter((name) => /\.(?:ya?ml|json)$/.test(name));
  if (files.length === 0)
    throw new DeployRefused(`${manifests} in the release holds neither a kustomization nor manifests (.yaml, .yml, .json).`);
  const paths: string[] = [];
  for (const name of files) paths.push(await within(root, join(place, name), join(manifests, name)));
  return await readWhole(paths);
}

async function within(root: string, path: string, name: string): Promise<string> {
  const real = await realpath(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') throw new DeployRefused(`There is no ${name} in the release.`);
    throw error;
  });
  if (real === root || real.startsWith(`${root}/`)) return real;
  throw new DeployRefused(`${name} leads out of the release.`);
}

async function readWhole(paths: readonly string[]): Promise<string> {
  const texts: string[] = [];
  let bytes = 0;
  for (const path of paths) {
    bytes += (await stat(path)).size;
    if (bytes > mostBytes) throw new DeployRefused(`The manifests are larger than ${mostBytes} bytes.`);
    texts.push(await readFile(path, 'utf8'));
  }
  return texts.join('\n---\n');
}

async function kustomize(process: ProcessRunner, place: string, path: string, signal: AbortSignal): Promise<string> {
  // What is elsewhere is not part of the release: neither git nor the web is asked for it. To loopback Go goes past any proxy, hence the walls.
  const nowhere = 'http://127.0.0.1:1';
  const env = { PATH: path, HOME: '/nonexistent', GIT_ALLOW_PROTOCOL: 'none', HTTP_PROXY: nowhere, HTTPS_PROXY: nowhere };
  const run = async (command: readonly [string, ...string[]]) =>
    await runProgram(process, { command, cwd: '/', env, timeoutMs: 60_000, isQuiet: true, keepBytes: mostBytes }, { signal });
  const bubblewrap = systemProgram('bwrap');
  const without = bubblewrap === undefined ? undefined : ([bubblewrap, '--dev-bind', '/', '/', '--unshare-net', '--'] as const);
  const isWalled = without !== undefined && (await run([...without, 'true'])).code === 0;
  const render = ['kubectl', 'kustomize', place] as const;
  const ended = await run(isWalled ? [...without, ...render] : render);
  if (ended.code !== 0) throw new DeployRefused(`kubectl kustomize ended with ${ended.code} and said: ${lastWords(ended)}`);
  return ended.stdout;
}
