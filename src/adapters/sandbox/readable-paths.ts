import { basename, dirname, normalize } from 'node:path';
import { isWithin } from './within.ts';

/** Below a home, only these belong to what lies in `bin`; `share` and `etc` hold keyrings and passwords. */
const besideBin = ['bin', 'lib', 'lib64', 'libexec', 'include'];

/** Folders in a home in which version managers keep nothing but programs, with the one that their programs need beside it. */
const managers: Readonly<Record<string, readonly string[]>> = {
  '.nvm': ['.nvm'],
  '.pyenv': ['.pyenv'],
  '.rbenv': ['.rbenv'],
  '.nodenv': ['.nodenv'],
  '.asdf': ['.asdf'],
  '.volta': ['.volta'],
  '.bun': ['.bun/bin'],
  '.deno': ['.deno/bin'],
  '.sdkman': ['.sdkman/candidates'],
  '.cargo': ['.cargo/bin', '.rustup'],
  '.rustup': ['.rustup'],
  go: ['go/bin'],
};

/**
 * What of the machine has to be readable so that the programs on a PATH run: each folder, or its parent where it is called `bin`,
 * since libraries lie beside it. In a home less: what is known to be programs, or `bin` with its libraries. Folders that do not
 * exist are named too.
 *
 * @param homes folders of users, never to be read as a whole.
 * @param hidden folders that must not become readable with what is around them, such as the state folder.
 */
export function readablePathsOf(path: string, nodePath: string, homes: readonly string[], hidden: readonly string[]): readonly string[] {
  const folders = [dirname(nodePath), ...path.split(':')].filter((folder) => folder.startsWith('/')).map(withoutEndSlash);
  const wanted = folders.flatMap((folder) => {
    const home = homes.find((one) => one !== '/' && isWithin(one, folder));
    return home === undefined ? outsideHome(folder) : insideHome(folder, home);
  });
  const forbidden = [...homes, ...hidden, '/proc', '/sys', '/dev', '/tmp', '/run', '/var', '/etc'];
  const allowed = wanted.flatMap((folder) => {
    const reveals = (one: string): boolean => one === '/' || forbidden.some((secret) => isWithin(one, secret));
    if (!reveals(folder)) return [folder];
    const bin = `${folder === '/' ? '' : folder}/bin`;
    return folders.includes(bin) && !reveals(bin) ? [bin] : [];
  });
  return [...new Set(allowed)];
}

function outsideHome(folder: string): readonly string[] {
  return [basename(folder) === 'bin' ? dirname(folder) : folder];
}

function insideHome(folder: string, home: string): readonly string[] {
  const first = folder.slice(home.length + 1).split('/')[0] ?? '';
  const known = managers[first];
  if (known !== undefined) return known.map((name) => `${home}/${name}`);
  if (basename(folder) !== 'bin') return [folder];
  return besideBin.map((name) => `${dirname(folder)}/${name}`);
}

function withoutEndSlash(folder: string): string {
  const normal = normalize(folder);
  return normal.length > 1 && normal.endsWith('/') ? normal.slice(0, -1) : normal;
}
