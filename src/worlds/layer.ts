import { createHash } from 'node:crypto';
import { lstat, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CheckCommand } from '../domain/checks.ts';
import type { ForeignCode } from './environment.ts';
import { allFromRegistry } from './from-registry.ts';
import { projectSettings } from './npm-settings.ts';
import type { SeedRequest } from './seed.ts';

/** Where the dependencies of a checkout come from. */
export type Layer =
  | { readonly kind: 'nothing'; readonly reason: string }
  | { readonly kind: 'in-place'; readonly reason: string }
  | {
      readonly kind: 'layer';
      /** The same for everything that is installed alike. */
      readonly key: string;
      readonly locked: boolean;
      /** Whether installing it may run code of strangers. */
      readonly foreignCode: ForeignCode;
      /** Names of npm settings of the project that the installation does not follow. */
      readonly settingsLeftOut: readonly string[];
      /** Writes into an empty folder what the installation reads. */
      write(directory: string): Promise<void>;
    };

/** The fields of package.json that decide what is installed; a changed script makes no new layer. */
const deciding = [
  'dependencies',
  'devDependencies',
  'optionalDependencies',
  'peerDependencies',
  'overrides',
  'bundleDependencies',
] as const;
const lockfiles = ['npm-shrinkwrap.json', 'package-lock.json'] as const;

/** Reads the dependency lists of a checkout. Links are not followed: they could lead out of it. */
export async function layerOf(
  request: Pick<SeedRequest, 'tree' | 'install' | 'nodeVersion' | 'platform' | 'installScripts' | 'at'>,
): Promise<Layer> {
  const { install } = request;
  if (install === undefined || !isPlainNpm(install.command)) {
    return { kind: 'in-place', reason: 'it is not a plain npm installation.' };
  }
  const text = await plainFile(join(request.tree, 'package.json'));
  if (text === undefined) return { kind: 'nothing', reason: 'There is no package.json.' };
  const manifest = asRecord(parse(text));
  if (manifest === undefined) return { kind: 'in-place', reason: 'package.json cannot be read.' };
  const lists = Object.fromEntries(deciding.flatMap((field) => (manifest[field] === undefined ? [] : [[field, manifest[field]]])));
  const wanted = Object.values(lists).flatMap((list) => Object.values(asRecord(list) ?? {}));
  if (manifest['workspaces'] !== undefined) return { kind: 'in-place', reason: 'the project has npm workspaces.' };
  if (wanted.length === 0) return { kind: 'nothing', reason: 'package.json lists no dependencies.' };
  if (wanted.some((range) => typeof range === 'string' && /^(?:file:|link:|\.{0,2}\/|~\/)/.test(range))) {
    return { kind: 'in-place', reason: 'a dependency lies in the project itself.' };
  }
  const reduced = JSON.stringify({ name: manifest['name'], version: manifest['version'], ...lists }, null, 2);
  const lock = await lockfileOf(request.tree);
  const day = lock === undefined ? new Date(request.at).toISOString().slice(0, 10) : '';
  const [major = ''] = request.nodeVersion.replace(/^v/, '').split('.');
  const settings = projectSettings((await plainFile(join(request.tree, '.npmrc'))) ?? '');
  const facts = [reduced, lock?.name, lock?.text, major, request.platform, request.installScripts, install.command, day, settings.kept];
  return {
    kind: 'layer',
    key: createHash('sha256').update(JSON.stringify(facts)).digest('hex'),
    locked: lock !== undefined,
    // Without a lockfile nobody knows where a dependency's dependencies come from.
    foreignCode: !request.installScripts && lock !== undefined && allFromRegistry(lists, parse(lock.text)) ? 'does-not-run' : 'runs',
    settingsLeftOut: settings.leftOut,
    async write(directory) {
      if (settings.kept !== '') await writeFile(join(directory, '.npmrc'), settings.kept);
      await writeFile(join(directory, 'package.json'), reduced);
      if (lock !== undefined) await writeFile(join(directory, lock.name), lock.text);
    },
  };
}

/** `npm ci` or `npm install` with nothing but options that make it quieter: others could turn scripts on or name another configuration. */
function isPlainNpm([program, verb = '', ...options]: CheckCommand['command']): boolean {
  return program === 'npm' && ['ci', 'install'].includes(verb) && options.every((option) => quiet.includes(option));
}

const quiet = ['--no-audit', '--no-fund', '--no-progress', '--ignore-scripts', '--no-package-lock', '--prefer-offline', '--silent'];

async function lockfileOf(tree: string): Promise<{ readonly name: string; readonly text: string } | undefined> {
  for (const name of lockfiles) {
    const text = await plainFile(join(tree, name));
    if (text !== undefined) return { name, text };
  }
  return undefined;
}

/** @returns undefined for what is missing or is no regular file. */
async function plainFile(path: string): Promise<string | undefined> {
  const found = await lstat(path).catch(() => undefined);
  return found?.isFile() === true ? readFile(path, 'utf8') : undefined;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Readonly<Record<string, unknown>>) : undefined;
}
