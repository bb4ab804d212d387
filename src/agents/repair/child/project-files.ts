import { readdirSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { isNamedAsTest, liesAmongTests } from '../../../domain/test-paths.ts';

/** Folders of what tests share, beside those that hold tests. */
const besides = /(?:^|\/)(?:__mocks__|fixtures|testing)\//;
const source = /\.[cm]?[jt]sx?$/;
const settings = /(?:^|\/)(?:[\w.-]+\.config\.[cm]?[jt]s|[\w.-]*\.d\.[cm]?ts|\.[\w.-]+\.[cm]?js)$/;

/** Whether a file (relative path) may be changed by a repair: code of the project, neither test nor configuration. */
export function isChangeable(path: string, testFiles: ReadonlySet<string>): boolean {
  return source.test(path) && !testFiles.has(path) && !isTest(path) && !besides.test(path) && !settings.test(path);
}

function isTest(path: string): boolean {
  return isNamedAsTest(path) || liesAmongTests(path);
}

/** Test files by the names that runners look for, relative; used where a report does not name files. */
export function findTestFiles(directory: string): string[] {
  return walk(directory, directory)
    .filter((path) => source.test(path) && isTest(path))
    .slice(0, 500);
}

/** All files of a project, relative, without dependencies and hidden folders. */
export function listFiles(directory: string): string[] {
  return walk(directory, directory);
}

function walk(root: string, folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (entry.name === 'node_modules' || entry.name.startsWith('.')) return [];
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return walk(root, path);
    return entry.isFile() ? [relative(root, path).split(sep).join('/')] : [];
  });
}
