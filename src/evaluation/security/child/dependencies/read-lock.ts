import { readJson } from './records.ts';
import type { DependencyFileKind } from './file-kinds.ts';
import type { Lock } from './locked.ts';
import { npmLock } from './npm-lock.ts';
import { cargoLock, goMod, pipfileLock, pomXml, pythonLock, requirements } from './other-locks.ts';

/** What stands in a manifest that needs no lockfile, or in a lockfile. Libraries are loaded with the first file that needs one.
 *
 * @returns undefined for kinds that name no versions.
 * @throws where it cannot be read.
 */
export async function readLock(kind: DependencyFileKind, text: string): Promise<Lock | undefined> {
  switch (kind) {
    case 'npm-lock':
      return npmLock(readJson(text));
    case 'pnpm-lock':
      return await import('./pnpm-lock.ts').then(({ pnpmLock }) => pnpmLock(text));
    case 'yarn-lock':
      return await import('./yarn-lock.ts').then(({ yarnLock }) => yarnLock(text));
    case 'go-mod':
      return goMod(text);
    case 'cargo-lock':
      return cargoLock(text);
    case 'python-lock':
      return pythonLock(text);
    case 'requirements':
      return requirements(text);
    case 'pipfile-lock':
      return pipfileLock(readJson(text));
    case 'maven':
      return pomXml(text);
    default:
      return undefined;
  }
}
