import { readFile, readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DeployRefused } from '../../../ports/deployer.ts';
import type { ProcessRunner } from '../../../ports/process.ts';
import { lastWords, runProgram } from '../target-program.ts';

const kustomizations = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];
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
 * The manifests of a release as one text, not yet filled in. They come from the change: kustomize runs without any credentials, and nothing leads out
 * of the release.
 *
 * @throws DeployRefused where there are none.
 */
export async function renderManifests({ process, folder, manifests, path }: ManifestsOfRelease, signal: AbortSignal): Promise<string> {
  const root = await realpath(folder);
  const place = await within(root, join(root, manifests), manifests);
  if (!(await stat(place)).isDirectory()) return await readWhole([place]);
  const names = (await readdir(place)).toSorted();
  if (names.some((name) => kustomizations.includes(name))) return await kustomize(process, place, path, signal);
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
  const command = ['kubectl', 'kustomize', place] as const;
  // What is elsewhere is not part of the release: neither git nor the web is asked for it.
  const nowhere = 'http://127.0.0.1:1';
  const env = { PATH: path, HOME: '/nonexistent', GIT_ALLOW_PROTOCOL: 'none', HTTP_PROXY: nowhere, HTTPS_PROXY: nowhere };
  const ended = await runProgram(process, { command, cwd: '/', env, timeoutMs: 60_000, isQuiet: true, keepBytes: mostBytes }, { signal });
  if (ended.code !== 0) throw new DeployRefused(`kubectl kustomize ended with ${ended.code} and said: ${lastWords(ended)}`);
  return ended.stdout;
}
