import { realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { DeployRefused } from '../../../ports/deployer.ts';
import type { ChangeOfTarget, DeployableRelease } from '../../../ports/deployer.ts';
import type { Engine } from './engine.ts';
import { imageOfCommit, imageOfEnvironment } from './image-name.ts';
import { pushImage } from './push-image.ts';
import type { RegistryAccount } from './push-image.ts';

export interface ImagePlace {
  readonly engine: Engine;
  /** Its name without a tag. */
  readonly image: string;
  /** Of the release's folder. */
  readonly dockerfile: string;
  readonly environment: string;
  /** Undefined where it stays on this machine. */
  readonly push:
    | { readonly account: RegistryAccount | undefined; readonly folder: string; readonly secrets: Readonly<Record<string, string>> }
    | undefined;
}

/** A build of an image, in ms. */
const longestBuild = 1_800_000;

/**
 * Builds the image of a release where it is not there yet, and pushes it. The build sees the folder of the release and no secret.
 *
 * @returns its name, `<image>:<commit>`.
 */
export async function placeImage(place: ImagePlace, release: DeployableRelease, change: ChangeOfTarget): Promise<string> {
  const { engine, image, environment } = place;
  const [known, held] = [imageOfCommit(image, release), imageOfEnvironment(image, environment, release.number)];
  // Another environment has built it, or it was built another way from the same commit.
  if (!(await isBuilt(engine, held, release, change.signal))) {
    if (!(await isBuilt(engine, known, release, change.signal))) await build(place, known, release, change);
    await engine.perform({ args: ['tag', known, held], timeoutMs: 60_000 }, change);
  }
  if (place.push !== undefined) {
    await engine.perform({ args: ['tag', held, known], timeoutMs: 60_000 }, change);
    await pushImage({ engine, image, name: known, ...place.push }, change);
  }
  return known;
}

/** Whether the engine has the image under that name, built from just these files. */
export async function isBuilt(
  engine: Engine,
  name: string,
  { digest }: Pick<DeployableRelease, 'digest'>,
  signal: AbortSignal,
): Promise<boolean> {
  const found = await engine.ask(['image', 'inspect', '--format', '{{index .Config.Labels "miyabi.digest"}}', name], signal);
  return found.code === 0 && found.stdout.trim() === digest;
}

async function build({ engine, dockerfile }: ImagePlace, name: string, release: DeployableRelease, change: ChangeOfTarget): Promise<void> {
  const labels = { 'miyabi.digest': release.digest, 'miyabi.release': String(release.number), 'miyabi.commit': release.commit };
  const args = [
    'build',
    '--file',
    await dockerfileOf(release.folder, dockerfile),
    ...Object.entries(labels).flatMap(([label, value]) => ['--label', `${label}=${value}`]),
    '--tag',
    name,
    release.folder,
  ];
  await engine.perform({ args, timeoutMs: longestBuild }, change);
}

async function dockerfileOf(folder: string, dockerfile: string): Promise<string> {
  const root = await realpath(folder);
  const path = await realpath(join(root, dockerfile)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') throw new DeployRefused(`There is no ${dockerfile} in the release.`);
    throw error;
  });
  if (!path.startsWith(`${root}/`)) throw new DeployRefused(`${dockerfile} leads out of the release.`);
  return path;
}

/**
 * Lets go of the image by which an environment holds on to a release, and of the image itself when no other environment does. What a container
 * uses stays.
 */
export async function dropImage(engine: Engine, held: string, signal: AbortSignal): Promise<void> {
  const found = await engine.ask(['image', 'inspect', '--format', '{{join .RepoTags " "}}', held], signal);
  if (found.code !== 0) return;
  const tags = found.stdout
    .trim()
    .split(' ')
    .map((name) => ({ name, tag: name.slice(name.lastIndexOf(':') + 1) }));
  const own = held.slice(held.lastIndexOf(':') + 1);
  const isHeldByAnother = tags.some(({ tag }) => tag !== own && /-r\d+$/.test(tag));
  // Whatever else it is called was not our doing.
  const ours = tags.filter(({ tag }) => /^[0-9a-f]{12}$/.test(tag)).map(({ name }) => name);
  // An image that is in use refuses, and is asked again with the next release.
  for (const name of isHeldByAnother ? [held] : [...ours, held]) await engine.ask(['image', 'rm', name], signal);
}
