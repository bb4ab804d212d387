import type { AdvisoryEcosystem } from '../../../../ports/advisories.ts';

/** One version of a package, as a lockfile pins it. */
export interface LockedPackage {
  readonly ecosystem: AdvisoryEcosystem;
  readonly name: string;
  readonly version: string;
  /** Where it comes from: an address, a folder; empty where the lockfile leaves that to the registry. */
  readonly source: string;
  /** Absent where the lockfile has none. */
  readonly integrity?: string;
  /** Set where the format says for each package whether it has one. */
  readonly hasInstallScript?: boolean;
  readonly licence?: string;
}

/** What a lockfile came to. */
export interface Lock {
  readonly packages: readonly LockedPackage[];
  /** Whether this format has a checksum for each package of a registry. */
  readonly hasIntegrity: boolean;
}

/** What a source says of where a package comes from. */
export type SourceKind = 'registry' | 'repository' | 'address' | 'folder' | 'outside';

const gitHosts = /^(?:www\.)?(?:github\.com|gitlab\.com|bitbucket\.org|gist\.github\.com|git\.sr\.ht|codeberg\.org)$/;

/** Reads the address or folder in a lockfile. */
export function sourceKind(source: string): SourceKind {
  if (source === '' || source.startsWith('registry+') || source.startsWith('npm:')) return 'registry';
  if (/^git(?:\+|:|@)|^(?:github|gitlab|bitbucket|gist):|\.git(?:#|$)|^ssh:/.test(source)) return 'repository';
  const folder =
    /^(?:file:|link:|portal:|path\+file:\/\/)?((?:\.{0,2}\/|~\/)[^]*|\.{1,2})$/.exec(source)?.[1] ??
    /^(?:file:|link:|portal:)([^]*)$/.exec(source)?.[1];
  if (folder !== undefined) return folder.startsWith('/') || folder.startsWith('~') ? 'outside' : 'folder';
  if (!URL.canParse(source)) return 'registry';
  const { hostname, pathname } = new URL(source);
  if (gitHosts.test(hostname) || hostname === 'codeload.github.com') return 'repository';
  return /\/-\/|\/(?:packages|api\/v1\/crates|pypi|simple)\/|\.(?:tgz|whl|crate|tar\.gz|zip)(?:[#?]|$)/.test(pathname)
    ? 'registry'
    : 'address';
}

/** Host of a source that is an address. */
export function hostOf(source: string): string | undefined {
  const address = source.replace(/^(?:registry|sparse|git)\+/, '');
  return /^[a-z]+:\/\//i.test(address) && URL.canParse(address) ? new URL(address).host : undefined;
}
