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

/** Names of the files, wherever they lie, whose whole content decides. */
const settings = /^(?:\.npmrc|\.yarnrc(?:\.yml)?|pnpm-workspace\.yaml|\.pnpmfile\.[cm]?js|.*\.(?:patch|diff))$/;
const installed = /(?:^|\/)(?:node_modules|\.yarn\/(?:unplugged|build-state\.yml|install-state\.gz))(?:\/|$)/;

/** With more packages than that it is not looked at which part of a manifest has changed. */
const mostManifests = 64;

/** Files that are read at the same time: each is a process. */
const atATime = 8;

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
  const manifests = await manifestsOf(project, objects);
  const top = manifests.get('package.json');
  const locked = lockfilesOf[manager].some((name) => objects.has(name));
  const install =
    manager === 'yarn' && !request.installScripts ? yarnWithoutScripts(request.install, await isBerry(project, top)) : request.install;
  const environment = environmentOf(manager, request, locked);
  const reason = top === undefined ? 'its package.json cannot be read.' : await whyNotShared(project, request, [...manifests.values()]);
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
async function manifestsOf(project: ProjectFiles, objects: ReadonlyMap<string, string>): Promise<ReadonlyMap<string, PackageLists>> {
  const paths = [...objects.keys()].filter((path) => posix.basename(path) === 'package.json' && !installed.test(path));
  const manifests = new Map<string, PackageLists>();
  for (let start = 0; start < paths.length; start += atATime) {
    const some = paths.slice(start, start + atATime);
    const texts = await Promise.all(some.map(async (path) => await project.readFile(path)));
    for (const [index, path] of some.entries()) {
      const lists = packageLists(texts[index] ?? '');
      if (lists !== undefined) manifests.set(path, lists);
    }
  }
  return manifests;
}

/** Why what one checkout installs would not be right for another; undefined where it is. */
async function whyNotShared(
  project: ProjectFiles,
  request: DependencyRequest,
  manifests: readonly PackageLists[],
): Promise<string | undefined> {
  if (request.installScripts && manifests.some(({ hasInstallScripts }) => hasInstallScripts)) {
    return 'install scripts of the project itself take part.';
  }
  if (manifests.some(({ hasInjected }) => hasInjected)) return 'packages of the project are copied into each other.';
  const read = async (path: string): Promise<string> => (await project.readFile(path)) ?? '';
  if (/inject-?workspace-?packages\s*[:=]\s*["']?true/i.test(`${await read('pnpm-workspace.yaml')}\n${await read('.npmrc')}`)) {
    return 'packages of the project are copied into each other.';
  }
  if (/^\s*nodeLinker\s*:\s*["']?pnpm\b/m.test(await read('.yarnrc.yml'))) return "yarn's linker `pnpm` notes where it was installed.";
  return undefined;
}

function decides(path: string): boolean {
  const name = posix.basename(path);
  return (
    name === 'package.json' || Object.values(lockfilesOf).flat().includes(name) || settings.test(name) || /(?:^|\/)\.yarn\//.test(path)
  );
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

async function isBerry(project: ProjectFiles, manifest: PackageLists | undefined): Promise<boolean> {
  if ((await project.readFile('.yarnrc.yml')) !== undefined) return true;
  const field = manifest?.fields['packageManager'];
  if (typeof field === 'string') return /^yarn@(?:[2-9]|\d\d)/.test(field);
  return ((await project.readFile('yarn.lock')) ?? '').includes('__metadata:');
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
