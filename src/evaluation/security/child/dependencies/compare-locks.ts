import type { LookFinding } from '../../protocol.ts';
import { licenceFindings } from './licences.ts';
import type { Lock, LockedPackage } from './locked.ts';
import { hostOf, sourceKind } from './locked.ts';
import { popularName } from './popular-names.ts';
import { supplyFinding } from './supply-finding.ts';

interface Comparison {
  readonly path: string;
  /** Absent where the file is new, or could not be read. */
  readonly before: Lock | undefined;
  readonly after: Lock;
  readonly licences: readonly string[];
  readonly registries: readonly string[];
}

/** Hosts from which packages come where nobody chose any. */
const usualHosts = [
  'registry.npmjs.org',
  'registry.yarnpkg.com',
  'registry.npmjs.com',
  'github.com/rust-lang/crates.io-index',
  'index.crates.io',
  'static.crates.io',
  'pypi.org',
  'files.pythonhosted.org',
  'proxy.golang.org',
];

/** Findings of one kind in one lockfile; the rest is counted in the last of them. */
const mostOfOne = 10;

/** What a lockfile pins that it did not pin before. */
export async function compareLocks(
  comparison: Comparison,
): Promise<{ readonly findings: readonly LookFinding[]; readonly added: readonly LockedPackage[] }> {
  const { path, before, after, licences, registries } = comparison;
  const known = new Map((before?.packages ?? []).map((one) => [keyOf(one), one]));
  const names = new Map(Map.groupBy(before?.packages ?? [], ({ name }) => name));
  const added = [...new Map(after.packages.filter((one) => !known.has(keyOf(one))).map((one) => [keyOf(one), one])).values()];
  const hosts = new Set([...usualHosts, ...registries, ...(before?.packages ?? []).flatMap(({ source }) => hostOf(source) ?? [])]);
  const findings: LookFinding[] = [];
  for (const one of after.packages) {
    const same = known.get(keyOf(one));
    if (same === undefined) findings.push(...ofNew(one, path, { names, hasIntegrity: after.hasIntegrity }));
    else findings.push(...ofSame(one, same, path));
    if (same?.source !== one.source) findings.push(...ofSource(one, path, hosts));
  }
  if (added.length > 0) findings.push(...(await licenceFindings(added, path, licences)));
  return { findings: limited(findings), added };
}

function keyOf({ name, version }: LockedPackage): string {
  return `${name}@${version}`;
}

function ofNew(
  one: LockedPackage,
  path: string,
  { names, hasIntegrity }: { readonly names: ReadonlyMap<string, readonly LockedPackage[]>; readonly hasIntegrity: boolean },
): readonly LookFinding[] {
  const earlier = names.get(one.name);
  const ranBefore = earlier?.some(({ hasInstallScript }) => hasInstallScript === true) === true;
  const like = earlier === undefined && one.ecosystem === 'npm' ? popularName(one.name) : undefined;
  const lacksIntegrity = hasIntegrity && one.integrity === undefined && sourceKind(one.source) === 'registry';
  return [
    ...(one.hasInstallScript === true && !ranBefore ? [supplyFinding('new-install-script', path, keyOf(one))] : []),
    ...(like === undefined ? [] : [supplyFinding('name-like-another', path, `${one.name}, like ${like}`)]),
    ...(lacksIntegrity ? [supplyFinding('integrity-missing', path, keyOf(one))] : []),
  ];
}

function ofSame(one: LockedPackage, same: LockedPackage, path: string): readonly LookFinding[] {
  const startsScript = one.hasInstallScript === true && same.hasInstallScript === false;
  const script = startsScript ? [supplyFinding('new-install-script', path, keyOf(one))] : [];
  if (same.integrity === undefined || same.integrity === one.integrity) return script;
  if (one.integrity === undefined) return [...script, supplyFinding('integrity-removed', path, keyOf(one))];
  // Of another algorithm nothing can be said; several may stand there, and one that is the same is enough.
  const [then, now] = [checksums(same.integrity), checksums(one.integrity)];
  const isAnother = [...now].some(([algorithm, sum]) => then.has(algorithm) && then.get(algorithm) !== sum);
  return isAnother ? [...script, supplyFinding('integrity-changed', path, keyOf(one))] : script;
}

function checksums(integrity: string): ReadonlyMap<string, string> {
  return new Map(integrity.split(/\s+/).map((sum) => [/^(sha\d+|md5|\d+c?\d*)[-/:]/.exec(sum)?.[1] ?? '', sum]));
}

function ofSource(one: LockedPackage, path: string, hosts: ReadonlySet<string>): readonly LookFinding[] {
  const shown = `${one.name} from ${one.source}`;
  switch (sourceKind(one.source)) {
    case 'repository':
    case 'address':
      return [supplyFinding('foreign-source', path, shown)];
    case 'outside':
      return [supplyFinding('outside-source', path, shown)];
    case 'folder':
      return one.source.includes('..') && leaves(one.source, path) ? [supplyFinding('outside-source', path, shown)] : [];
    default: {
      const host = hostOf(one.source);
      const isNew = host !== undefined && !hosts.has(host) && ![...hosts].some((known) => one.source.includes(`//${known}`));
      const isPlain = /^http:\/\/(?!localhost[:/]|127\.)/.test(one.source);
      return [
        ...(isNew ? [supplyFinding('new-registry-host', path, shown)] : []),
        ...(isPlain ? [supplyFinding('insecure-address', path, shown)] : []),
      ];
    }
  }
}

/** Whether a folder lies above the top of the repository, seen from the folder of the lockfile. */
function leaves(source: string, path: string): boolean {
  let depth = path.split('/').length - 1;
  for (const part of source.replace(/^(?:file:|link:|portal:)/, '').split('/')) {
    if (part === '..') depth -= 1;
    else if (part !== '.' && part !== '') depth += 1;
    if (depth < 0) return true;
  }
  return false;
}

function limited(findings: readonly LookFinding[]): readonly LookFinding[] {
  return [...Map.groupBy(findings, ({ rule }) => rule).values()].flatMap((same) => {
    const shown = same.slice(0, mostOfOne);
    const last = shown.at(-1);
    if (last === undefined || same.length <= mostOfOne) return shown;
    return [...shown.slice(0, -1), { ...last, detail: `${last.detail} And ${same.length - mostOfOne} more like it.` }];
  });
}
