import type { ProjectReader } from './project-reader.ts';

/** How one package manager is called; each list is a program with its first arguments. */
export interface PackageManager {
  readonly name: 'npm' | 'pnpm' | 'yarn';
  /** What it was recognised by. */
  readonly because: string;
  readonly install: readonly string[];
  /** Followed by the name of a script. */
  readonly run: readonly string[];
  /** Followed by a program that a dependency brings. Never downloads one. */
  readonly execute: readonly string[];
}

/** Recognises the package manager by its lockfile, else by the field `packageManager`, else npm. */
export async function packageManagerOf(reader: ProjectReader, field: string | undefined): Promise<PackageManager> {
  const npmLock = (await reader.exists('package-lock.json')) || (await reader.exists('npm-shrinkwrap.json'));
  if (!npmLock) {
    if (await reader.exists('pnpm-lock.yaml')) return pnpm('pnpm-lock.yaml', true);
    if (await reader.exists('yarn.lock')) return yarn('yarn.lock', true);
    if (field?.startsWith('pnpm@')) return pnpm('packageManager', false);
    if (field?.startsWith('yarn@')) return yarn('packageManager', false);
  }
  const options = ['--no-audit', '--no-fund'];
  return {
    name: 'npm',
    because: npmLock ? 'package-lock.json' : 'package.json',
    install: npmLock ? ['npm', 'ci', ...options] : ['npm', 'install', '--no-package-lock', ...options],
    run: ['npm', 'run'],
    execute: ['npm', 'exec', '--no', '--'],
  };
}

function pnpm(because: string, locked: boolean): PackageManager {
  const install = ['pnpm', 'install', ...(locked ? ['--frozen-lockfile'] : [])];
  return { name: 'pnpm', because, install, run: ['pnpm', 'run'], execute: ['pnpm', 'exec'] };
}

function yarn(because: string, locked: boolean): PackageManager {
  const install = ['yarn', 'install', ...(locked ? ['--frozen-lockfile'] : [])];
  return { name: 'yarn', because, install, run: ['yarn', 'run'], execute: ['yarn', 'run'] };
}
