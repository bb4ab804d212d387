/** How a manifest or a lockfile is written. */
export type DependencyFileKind =
  | 'npm-lock'
  | 'pnpm-lock'
  | 'yarn-lock'
  | 'go-mod'
  | 'go-sum'
  | 'cargo-lock'
  | 'python-lock'
  | 'requirements'
  | 'pipfile-lock'
  | 'maven'
  | 'npm-manifest'
  | 'python-manifest'
  | 'cargo-manifest'
  | 'settings';

const kinds: readonly (readonly [RegExp, DependencyFileKind])[] = [
  [/(?:^|\/)(?:package-lock|npm-shrinkwrap)\.json$/, 'npm-lock'],
  [/(?:^|\/)pnpm-lock\.yaml$/, 'pnpm-lock'],
  [/(?:^|\/)yarn\.lock$/, 'yarn-lock'],
  [/(?:^|\/)go\.mod$/, 'go-mod'],
  [/(?:^|\/)go\.sum$/, 'go-sum'],
  [/(?:^|\/)Cargo\.lock$/, 'cargo-lock'],
  [/(?:^|\/)(?:poetry|uv)\.lock$/, 'python-lock'],
  [/(?:^|\/)[^/]{0,60}requirements[^/]{0,60}\.(?:txt|in)$|(?:^|\/)requirements\/[^/]{1,100}\.txt$/, 'requirements'],
  [/(?:^|\/)Pipfile\.lock$/, 'pipfile-lock'],
  [/(?:^|\/)pom\.xml$/, 'maven'],
  [/(?:^|\/)package\.json$/, 'npm-manifest'],
  [/(?:^|\/)(?:pyproject\.toml|Pipfile|setup\.cfg)$/, 'python-manifest'],
  [/(?:^|\/)Cargo\.toml$/, 'cargo-manifest'],
  [
    /(?:^|\/)(?:\.npmrc|\.yarnrc(?:\.yml)?|pip\.conf|pip\.ini|pnpm-workspace\.yaml|\.pnpmfile\.[cm]?js|nuget\.config|NuGet\.Config)$|(?:^|\/)\.cargo\/config(?:\.toml)?$|(?:^|\/)\.mvn\/(?:settings\.xml|maven\.config|jvm\.config|extensions\.xml)$/,
    'settings',
  ],
];

/** What a file says of dependencies, by its name. */
export function dependencyFileKind(path: string): DependencyFileKind | undefined {
  return kinds.find(([pattern]) => pattern.test(path))?.[1];
}

const locks: ReadonlySet<DependencyFileKind> = new Set([
  'npm-lock',
  'pnpm-lock',
  'yarn-lock',
  'go-sum',
  'cargo-lock',
  'python-lock',
  'pipfile-lock',
]);

/** Whether a file is written by a package manager and full of checksums. */
export function isLockfile(path: string): boolean {
  const kind = dependencyFileKind(path);
  return kind !== undefined && locks.has(kind);
}
