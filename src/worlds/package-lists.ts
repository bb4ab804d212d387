/** The parts of package.json that decide what is installed and how it is laid out; a changed script decides nothing. */
const deciding = [
  'name',
  'version',
  'workspaces',
  'packageManager',
  'dependencies',
  'devDependencies',
  'optionalDependencies',
  'peerDependencies',
  'peerDependenciesMeta',
  'dependenciesMeta',
  'bundleDependencies',
  'bundledDependencies',
  'overrides',
  'resolutions',
  'pnpm',
  'installConfig',
  'publishConfig',
  'bin',
  'directories',
  'engines',
  'os',
  'cpu',
  'libc',
] as const;

/** The lists of them by which packages are named. */
const lists = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'] as const;

/** Scripts of a project's own that a package manager runs when it installs. */
const installing = ['preinstall', 'install', 'postinstall', 'prepublish', 'preprepare', 'prepare', 'postprepare'] as const;

export interface PackageLists {
  /** JSON of what decides. */
  readonly reduced: string;
  readonly hasWorkspaces: boolean;
  /** Every range of every list: `^1.0.0`, `file:../x`, ... */
  readonly ranges: readonly string[];
  /** Whether the project's own scripts take part where scripts are run. */
  readonly hasInstallScripts: boolean;
  /** Packages of the project that are copied into the place of the installation rather than linked. */
  readonly hasInjected: boolean;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** @returns undefined when it is no JSON object. */
export function packageLists(text: string): PackageLists | undefined {
  const fields = asRecord(parseJson(text.replace(/^\uFEFF/, '')));
  if (fields === undefined) return undefined;
  const scripts = asRecord(fields['scripts']) ?? {};
  return {
    fields,
    reduced: JSON.stringify(Object.fromEntries(deciding.flatMap((field) => (field in fields ? [[field, fields[field]]] : [])))),
    hasWorkspaces: fields['workspaces'] !== undefined,
    ranges: lists
      .flatMap((list) => Object.values(asRecord(fields[list]) ?? {}))
      .filter((range): range is string => typeof range === 'string'),
    hasInstallScripts: installing.some((name) => name in scripts),
    hasInjected: Object.values(asRecord(fields['dependenciesMeta']) ?? {}).some((meta) => asRecord(meta)?.['injected'] === true),
  };
}

/** Whether a range names something that lies in the project itself. */
export function isLocal(range: string): boolean {
  return /^(?:file:|link:|portal:|\.{0,2}\/|~\/)/.test(range);
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function asRecord(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Readonly<Record<string, unknown>>) : undefined;
}
