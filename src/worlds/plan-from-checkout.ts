import type { CheckCommand } from '../domain/checks.ts';
import { posix } from 'node:path';
import type { DependencyPlan, DependencyRequest, ProjectFiles } from './dependency-plan.ts';
import { withoutUsersHome } from './dependency-plan.ts';
import { layerKey, scriptsNotRun, unlockedNote } from './layer-key.ts';
import type { PackageLists } from './package-lists.ts';
import { isLocal, packageLists } from './package-lists.ts';

type Manager = 'npm' | 'pnpm' | 'yarn';

const lockfilesOf: Readonly<Record<Manager, readonly string[]>> = {
  npm: ['npm-shrinkwrap.json', 'package-lock.json'],
  pnpm: ['pnpm-lock.yaml'],
  yarn: ['yarn.lock'],
};

const wholeFiles = new Set(['package.json', ...Object.values(lockfilesOf).flat()]);

/** More names of files, wherever they lie, whose whole content decides. */
const settings = /^(?:\.npmrc|\.yarnrc(?:\.yml)?|pnpm-workspace\.yaml|\.pnpmfile\.[cm]?js|.*\.(?:patch|diff))$/;
const installed = /(?:^|\/)(?:node_modules|\.yarn\/(?:unplugged|build-state\.yml|install-state\.gz))(?:\/|$)/;

/** Programs of the project that pnpm runs while it installs. */
const hooks = ['.pnpmfile.cjs', '.pnpmfile.mjs'] as const;

/** Settings of which a part is understood here. */
const readSettings = ['pnpm-workspace.yaml', '.npmrc', '.yarnrc', '.yarnrc.yml', 'yarn.lock', ...hooks] as const;

/** With more packages than that it is not looked at which part of a manifest has changed. */
const mostManifests = 64;

/** What an installation of a project's own packages reads: their lists, lockfiles, settings, and what is copied instead of linked. */
export async function planFromCheckout(
  project: ProjectFiles,
  request: DependencyRequest & { readonly install: CheckCommand },
): Promise<DependencyPlan> {
  const manager = managerOf(request.install.command);
  const notes = scriptsNotRun(request);
  if (manager === undefined) {
    const reason = 'what its command reads and makes is not known; dependencies.inputs and dependencies.outputs would say it.';
    return { kind: 'in-place', install: request.install, environment: {}, reason, notes };
  }
  const objects = await project.objects();
  const paths = [...objects.keys()].filter((path) => posix.basename(path) === 'package.json' && !installed.test(path));
  const files = await project.readFiles([...paths, ...readSettings]);
  const manifests = manifestsIn(files);
  const top = manifests.get('package.json');
  const locked = lockfilesOf[manager].some((name) => objects.has(name));
  const install =
    manager === 'yarn' && !request.installScripts ? yarnWithoutScripts(request.install, isBerry(files, top)) : request.install;
  const environment = environmentOf(manager, request, locked);
  const reason = top === undefined ? 'its package.json cannot be read.' : whyNotShared(files, request, [...manifests.values()]);
  if (reason !== undefined) return { kind: 'in-place', install, environment, reason, notes };
  const copied = localTargets(manifests);
  const facts = [...objects].flatMap(([path, object]) => {
    if (installed.test(path)) return [];
    const manifest = manifests.size > mostManifests ? undefined : manifests.get(path);
    if (manifest !== undefined) return [[path, manifest.reduced]];
    return decides(path) || liesAt(path, copied) ? [[path, object]] : [];
  });
  return {
    kind: 'layer',
    install,
    key: layerKey('checkout', request, { locked, facts: facts.toSorted(byPath) }),
    source: { kind: 'checkout', outputs: 'whatever is new', environment },
    notes: [...notes, ...(locked ? [] : [unlockedNote]), withoutUsersHome],
  };
}

function managerOf([program]: CheckCommand['command']): Manager | undefined {
  return program === 'npm' || program === 'pnpm' || program === 'yarn' ? program : undefined;
}

/** A broken one, among test fixtures for instance, is nobody's package; it decides by its whole content. */
function manifestsIn(files: ReadonlyMap<string, string>): ReadonlyMap<string, PackageLists> {
  return new Map(
    [...files].flatMap(([path, text]): [string, PackageLists][] => {
      const lists = posix.basename(path) === 'package.json' ? packageLists(text) : undefined;
      return lists === undefined ? [] : [[path, lists]];
    }),
  );
}

/** Why what one checkout installs would not be right for another; undefined where it is. */
function whyNotShared(
  files: ReadonlyMap<string, string>,
  request: DependencyRequest,
  manifests: readonly PackageLists[],
): string | undefined {
  if (request.installScripts && manifests.some(({ hasInstallScripts }) => hasInstallScripts)) {
    return 'install scripts of the project itself take part.';
  }
  if (manifests.some(({ hasInjected }) => hasInjected)) return 'packages of the project are copied into each other.';
  const read = (path: string): string => files.get(path) ?? '';
  if (runsMore(read)) return 'programs of the project that may read any of its files take part.';
  if (/inject-?workspace-?packages\s*[:=]\s*["']?true/i.test(`${read('pnpm-workspace.yaml')}\n${read('.npmrc')}`)) {
    return 'packages of the project are copied into each other.';
  }
  if (/^\s*nodeLinker\s*:\s*["']?pnpm\b/m.test(read('.yarnrc.yml'))) return "yarn's linker `pnpm` notes where it was installed.";
  return undefined;
}

/**
 * Whether a program of the project takes part of which the key does not know all that it is made of: one checkout could then put
 * anything into the layer of another.
 */
function runsMore(read: (path: string) => string): boolean {
  if (hooks.some((name) => /\b(?:require|import|readFile\w*|process)\b/.test(read(name)))) return true;
  if (/^\s*["']?(?:global-?)?pnpmfile["']?\s*[:=]/im.test(`${read('pnpm-workspace.yaml')}\n${read('.npmrc')}`)) return true;
  if (/^\s*(?:git|script-shell|node-options)\s*=/im.test(read('.npmrc'))) return true;
  const yarn = [
    ...`${read('.yarnrc')}\n${read('.yarnrc.yml')}`.matchAll(/^[\s-]*["']?(?:yarn-?path|path|spec)["']?(?:\s*:\s*|\s+)["']?([^\s"']+)/gim),
    ...read('.yarnrc.yml').matchAll(/^\s*-\s+["']?(\.[^\s"':]+)["']?\s*$/gm),
  ];
  return yarn.some(([, path = '']) => !path.startsWith('@') && !/^(?:\.\/)?\.yarn\/(?!.*\.\.)/.test(path));
}

function decides(path: string): boolean {
  const name = posix.basename(path);
  return wholeFiles.has(name) || settings.test(name) || path.startsWith('.yarn/') || path.includes('/.yarn/');
}

/** Where manifests say `file:` and the like: files, and folders. */
function localTargets(manifests: ReadonlyMap<string, PackageLists>): readonly string[] {
  const targets = [...manifests].flatMap(([manifest, { ranges }]) =>
    ranges
      .filter((range) => isLocal(range))
      .map((range) => posix.join(posix.dirname(manifest), range.replace(/^(?:file|link|portal):/, '').replace(/[#?].*$/, ''))),
  );
  return [...new Set(targets.map((target) => target.replace(/\/$/, '')))];
}

function liesAt(path: string, targets: readonly string[]): boolean {
  return targets.some((target) => target === '.' || path === target || path.startsWith(`${target}/`));
}

function isBerry(files: ReadonlyMap<string, string>, manifest: PackageLists | undefined): boolean {
  if (files.has('.yarnrc.yml')) return true;
  const field = manifest?.fields['packageManager'];
  if (typeof field === 'string') return /^yarn@(?:[2-9]|\d\d)/.test(field);
  return (files.get('yarn.lock') ?? '').includes('__metadata:');
}

/** The old yarn has no other way to say it; the new one can only speak of other people's packages otherwise. */
function yarnWithoutScripts({ command, shown }: CheckCommand, isNew: boolean): CheckCommand {
  const [program, verb, ...options] = command;
  if (verb !== undefined && verb !== 'install') return { command, shown };
  return { command: [program, 'install', ...options, isNew ? '--mode=skip-build' : '--ignore-scripts'], shown };
}

/** Nothing may be linked to a store outside of what is installed, and nothing of it may lie there. */
function environmentOf(manager: Manager, request: DependencyRequest, locked: boolean): Readonly<Record<string, string>> {
  switch (manager) {
    case 'npm':
      return {};
    case 'pnpm':
      // The old prefix is read up to pnpm 10, the new one since.
      return Object.fromEntries(
        ['npm_config', 'pnpm_config'].flatMap((prefix) => [
          [`${prefix}_package_import_method`, 'copy'],
          [`${prefix}_store_dir`, '$HOME/.local/share/pnpm/store'],
          [`${prefix}_ignore_scripts`, String(!request.installScripts)],
        ]),
      );
    case 'yarn':
      return {
        YARN_ENABLE_GLOBAL_CACHE: 'false',
        YARN_ENABLE_TELEMETRY: 'false',
        ...(locked ? {} : { YARN_ENABLE_IMMUTABLE_INSTALLS: 'false' }),
      };
  }
}

function byPath([one = '']: readonly string[], [other = '']: readonly string[]): number {
  return one < other ? -1 : 1;
}
