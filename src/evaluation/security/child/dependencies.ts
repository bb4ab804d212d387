import type { PackageVersion } from '../../../ports/advisories.ts';
import type { LookFinding } from '../protocol.ts';
import type { LookFile, StepInput } from '../steps.ts';
import { compareLocks } from './dependencies/compare-locks.ts';
import { dependencyFileKind, isLockfile } from './dependencies/file-kinds.ts';
import type { Lock, LockedPackage } from './dependencies/locked.ts';
import { compareManifests, dependencyLists } from './dependencies/manifests.ts';
import { readLock } from './dependencies/read-lock.ts';
import { redirectsIn } from './dependencies/settings.ts';
import type { FoundIn } from './found.ts';
import { newFindings } from './found.ts';
import { supplyFinding } from './dependencies/supply-finding.ts';

/** A package, with the file that says so. */
export type Brought = PackageVersion & { readonly path: string };

export interface Dependencies {
  readonly findings: readonly LookFinding[];
  /** Added or moved to another version, each once. */
  readonly packages: readonly Brought[];
}

/** What a change does to the packages that a project is made of, and to where they come from. */
export async function lookAtDependencies(input: StepInput): Promise<Dependencies> {
  const findings: LookFinding[] = [];
  const added: (LockedPackage & { readonly path: string })[] = [];
  const settings: FoundIn[] = [];
  for (const file of input.files.filter(({ after, before }) => after !== undefined && after !== before)) {
    const kind = dependencyFileKind(file.path);
    if (kind === undefined) continue;
    settings.push({
      ...file,
      before: redirectsIn(file.path, file.before ?? ''),
      after: redirectsIn(file.path, file.after ?? ''),
      text: file.after ?? '',
    });
    if (kind === 'npm-manifest') findings.push(...compareManifests(file));
    const locks = await bothLocks(file);
    if (locks === 'unreadable') findings.push(supplyFinding('lockfile-unreadable', file.path));
    else if (locks !== undefined) {
      const compared = await compareLocks({ path: file.path, ...locks, licences: input.licences, registries: input.registries });
      findings.push(...compared.findings);
      added.push(...compared.added.map((one) => ({ ...one, path: file.path })));
    }
  }
  findings.push(...newFindings(settings), ...oneWithoutTheOther(input));
  const packages = added
    .filter(({ version, name }) => version !== '' && name !== '')
    .map(({ ecosystem, name, version, path }) => ({ ecosystem, name, version, path }));
  return { findings, packages: [...new Map(packages.map((one) => [`${one.ecosystem} ${one.name} ${one.version}`, one])).values()] };
}

async function bothLocks({
  path,
  before,
  after = '',
}: LookFile): Promise<{ readonly before: Lock | undefined; readonly after: Lock } | 'unreadable' | undefined> {
  const kind = dependencyFileKind(path);
  if (kind === undefined) return undefined;
  try {
    const now = await readLock(kind, after);
    if (now === undefined) return undefined;
    // What could not be read before counts as nothing: all that stands there now is new.
    const then = before === undefined ? undefined : await readLock(kind, before).catch(() => undefined);
    return { before: then, after: now };
  } catch {
    // Of which library it was says nothing to anybody; that it could not be read is a finding.
    return 'unreadable';
  }
}

const lockNames = ['package-lock.json', 'npm-shrinkwrap.json', 'pnpm-lock.yaml', 'yarn.lock'] as const;

/** A lockfile without its manifest, and the reverse. */
function oneWithoutTheOther({ files, unchanged }: StepInput): readonly LookFinding[] {
  const changed = new Map(files.filter(({ after }) => after !== undefined).map((file) => [file.path, file]));
  return files.flatMap((file) => {
    if (file.after === undefined || file.before === undefined) return [];
    if (/(?:^|\/)package\.json$/.test(file.path)) {
      if (dependencyLists(file.before) === dependencyLists(file.after)) return [];
      const beside = lockNames.map((name) => file.path.replace(/package\.json$/, name));
      const isBehind = beside.some((path) => unchanged.includes(path)) && !beside.some((path) => changed.has(path));
      return isBehind ? [supplyFinding('lockfile-behind', file.path)] : [];
    }
    if (!isLockfile(file.path) || !lockNames.some((name) => file.path.endsWith(name))) return [];
    const isAlone = ![...changed].some(
      ([path, other]) => /(?:^|\/)(?:package\.json|pnpm-workspace\.yaml)$/.test(path) && other.before !== other.after,
    );
    return isAlone ? [supplyFinding('lockfile-alone', file.path)] : [];
  });
}
