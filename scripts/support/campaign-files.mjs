import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';

/** Where tests lie. */
const folders = ['src', 'test', 'scripts', 'bench'];

/**
 * @param {string} root of the checkout.
 * @returns {string[]} the files, relative to it, in which there are campaigns: of hundreds of others vitest would find out one by one that there are none.
 */
export function campaignFiles(root) {
  return folders
    .filter((folder) => existsSync(path.join(root, folder)))
    .flatMap((folder) => readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' }).map((name) => path.join(folder, name)))
    .filter((name) => name.endsWith('.test.ts') && !name.includes('node_modules'))
    .filter((name) => /support\/campaign\.ts'|\['campaign'\]|@module-tag campaign/.test(readFileSync(path.join(root, name), 'utf8')))
    .toSorted();
}
