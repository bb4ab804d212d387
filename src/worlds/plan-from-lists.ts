import type { CheckCommand } from '../domain/checks.ts';
import type { DependencyPlan, DependencyRequest, ProjectFiles } from './dependency-plan.ts';
import { withoutUsersHome } from './dependency-plan.ts';
import { allFromRegistry } from './from-registry.ts';
import { layerKey, scriptsNotRun, unlockedNote } from './layer-key.ts';
import { projectSettings } from './npm-settings.ts';
import { asRecord, isLocal, packageLists, parseJson } from './package-lists.ts';

const lockfiles = ['npm-shrinkwrap.json', 'package-lock.json'] as const;

/** What goes on of package.json: enough for npm, and no script. */
const reduced = [
  'name',
  'version',
  'dependencies',
  'devDependencies',
  'optionalDependencies',
  'peerDependencies',
  'overrides',
  'bundleDependencies',
] as const;

/**
 * A plain npm project can be installed from its dependency lists alone, apart from the rest of the project.
 * @returns undefined where other files of the project take part.
 */
export async function planFromLists(
  project: ProjectFiles,
  request: DependencyRequest & { readonly install: CheckCommand },
): Promise<DependencyPlan | undefined> {
  const { install } = request;
  if (!isPlainNpm(install.command)) return undefined;
  const files = await project.readFiles(['package.json', '.npmrc', ...lockfiles]);
  const text = files.get('package.json');
  if (text === undefined) return { kind: 'nothing', reason: 'There is no package.json.' };
  const manifest = packageLists(text);
  if (manifest === undefined || manifest.hasWorkspaces || manifest.ranges.some((range) => isLocal(range))) return undefined;
  if (manifest.ranges.length === 0) return { kind: 'nothing', reason: 'package.json lists no dependencies.' };
  const kept = Object.fromEntries(reduced.flatMap((field) => (field in manifest.fields ? [[field, manifest.fields[field]]] : [])));
  const lists = Object.fromEntries(Object.entries(kept).filter(([field, value]) => !['name', 'version'].includes(field) && isList(value)));
  const lock = lockfileIn(files);
  const settings = projectSettings(files.get('.npmrc') ?? '');
  // Without a lockfile nobody knows where a dependency's dependencies come from.
  const foreignCode =
    !request.installScripts && lock !== undefined && allFromRegistry(lists, parseJson(lock.text), request.registries)
      ? 'does-not-run'
      : 'runs';
  const written = {
    'package.json': JSON.stringify(kept, null, 2),
    ...(lock === undefined ? {} : { [lock.name]: lock.text }),
    ...(settings.kept === '' ? {} : { '.npmrc': settings.kept }),
  };
  return {
    kind: 'layer',
    install,
    key: layerKey('lists', request, { locked: lock !== undefined, facts: written }),
    source: { kind: 'lists', files: written, foreignCode },
    notes: [
      ...scriptsNotRun(request),
      ...(lock === undefined ? [unlockedNote] : []),
      ...(settings.leftOut.length === 0
        ? []
        : [`These settings of the project's .npmrc were not followed: ${settings.leftOut.join(', ')}.`]),
      ...(foreignCode === 'runs' ? [withoutUsersHome] : []),
    ],
  };
}

function isList(value: unknown): boolean {
  return asRecord(value) !== undefined || Array.isArray(value);
}

/** `npm ci` or `npm install` with nothing but options that make it quieter: others could turn scripts on or name another configuration. */
function isPlainNpm([program, verb = '', ...options]: CheckCommand['command']): boolean {
  return program === 'npm' && ['ci', 'install'].includes(verb) && options.every((option) => quiet.includes(option));
}

const quiet = ['--no-audit', '--no-fund', '--no-progress', '--ignore-scripts', '--no-package-lock', '--prefer-offline', '--silent'];

function lockfileIn(files: ReadonlyMap<string, string>): { readonly name: string; readonly text: string } | undefined {
  const name = lockfiles.find((candidate) => files.has(candidate));
  return name === undefined ? undefined : { name, text: files.get(name) ?? '' };
}
