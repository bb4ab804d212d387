/** What an installation lacks. Read by any Node: nothing newer than ECMAScript 2018 here. */
import { existsSync, readFileSync, statSync } from 'fs';

const neededNode = 24;

/** What is missing, in words; undefined when nothing is. */
export function missing(root) {
  const lock = root + '/package-lock.json';
  const installed = root + '/node_modules/.package-lock.json';
  if (!existsSync(installed)) return 'dependencies';
  // A newer lock file may say the same: git touches it whenever a branch changes.
  if (statSync(installed).mtimeMs < statSync(lock).mtimeMs && !sameVersions(lock, installed)) return 'dependencies';
  if (Number(process.versions.node.split('.')[0]) < neededNode && !existsSync(root + '/node_modules/.bin/node')) return 'node';
  return undefined;
}

/** Whether everything the lock file asks for is installed in that version, and nothing else is. */
function sameVersions(lock, installed) {
  const wanted = JSON.parse(readFileSync(lock, 'utf8')).packages;
  const found = JSON.parse(readFileSync(installed, 'utf8')).packages;
  const same = (name) => wanted[name] !== undefined && found[name] !== undefined && wanted[name].version === found[name].version;
  const needed = Object.keys(wanted).filter((name) => name.startsWith('node_modules/') && !wanted[name].optional);
  return needed.every(same) && Object.keys(found).every(same);
}
