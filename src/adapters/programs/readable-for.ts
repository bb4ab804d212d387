import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * What has to be visible for the program at a path to run: for one that npm has installed, the outermost `node_modules` around it, where its
 * libraries and the packages for single platforms lie; for another script for Node, the package that it belongs to; for any other its folder.
 * The file alone where that folder would show more than programs.
 *
 * @param path without links.
 */
export function readableFor(path: string, home: string, isForNode: boolean): readonly string[] {
  const modules = path.indexOf('/node_modules/');
  if (modules !== -1) return [path.slice(0, modules + '/node_modules'.length)];
  const folder = (isForNode ? packageAround(path) : undefined) ?? dirname(path);
  return [isTooMuch(folder, home) ? path : folder];
}

function packageAround(path: string): string | undefined {
  for (let folder = dirname(path); folder !== '/'; folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json'))) return folder;
  }
  return undefined;
}

const shared = new Set(['/', '/tmp', '/var', '/etc', '/home', '/Users', '/root', '/proc', '/sys', '/dev', '/run', '/mnt', '/media']);

function isTooMuch(folder: string, home: string): boolean {
  return shared.has(folder) || folder === home || home.startsWith(`${folder}/`) || ['/home', '/Users'].includes(dirname(folder));
}
