/**
 * The architecture as lint rules: which folder of `src/` may import which. The linter sees the text of an import,
 * so a folder inside another that bears the name of a layer has to be
 * named here.
 */

import type { OxlintOverride } from 'oxlint';

/** What each folder may import besides itself. `node:fs` stands for files and paths. */
export const mayImport: Readonly<Record<string, readonly string[]>> = {
  domain: [],
  ports: ['domain'],
  weaver: ['domain', 'ports'],
  worlds: ['domain', 'ports', 'node:fs'],
  agents: ['domain', 'ports', 'node:fs'],
  evaluation: ['domain', 'ports', 'node:fs'],
  workflow: ['domain', 'ports', 'weaver', 'worlds', 'agents', 'evaluation'],
  adapters: ['domain', 'ports', 'node:fs'],
  telemetry: ['domain', 'ports', 'node:fs'],
  operations: ['domain', 'ports', 'weaver', 'workflow'],
  server: ['domain', 'ports', 'weaver', 'operations', 'node:fs'],
  cli: ['domain', 'ports', 'weaver', 'operations', 'node:fs'],
};

/** Whoever else needs a process asks for `ports/process.ts`. */
export const startsProcesses: readonly string[] = ['adapters'];
/** Parts of a folder that may do more than the rest of it. */
const exceptions: readonly Exception[] = [
  // Tries candidates out in child processes of its own, thousands of them, and talks to those over a channel.
  { folder: 'agents', files: 'src/agents/repair/child/**/*.ts', startsProcesses: true, innerFolders: [] },
  // Calls functions of a world in a thread of its own: one that never comes back can be ended.
  { folder: 'evaluation', files: 'src/evaluation/examine/probe/child/**/*.ts', startsProcesses: true, innerFolders: [] },
  // Its migrations lie in folders that are named for the records they make.
  { folder: 'adapters', files: 'src/adapters/store/**/*.ts', startsProcesses: true, innerFolders: ['weaver'] },
];
const exempt = ['**/*.test.ts', '**/testing/**'];

const processes = '^(node:)?(child_process|worker_threads|cluster)$|^execa$';
const touchesFiles = '^(node:)?(fs|fs/promises|path|path/posix)$';
/** Files above the folders that wire them, `app.ts` with its parts `app-*.ts`: nobody but they themselves may use them. */
const wiring = '^(\\.\\./)+(app(-[a-z]+)*|main|weaver-package)\\.ts$';
/** The one place where git is started, with all that keeps it from running what a repository names. */
const startsGit = '^(\\.\\./)+(adapters/)?git/git-command\\.ts$';
const outside = '^(\\.\\./)+(test|bench|scripts|examples|dashboard|bin)/';

/** What browsers are given knows of the product what the API says, and that as types alone: its code would come along. */
const inBrowsers: readonly Pattern[] = [
  {
    regex: '^(\\.\\./)+src/([a-ce-z]|d[^o]|domain/([^a]|a[^p]|ap[^i]|api[^/])|[^/]*$)',
    message: 'dashboard may import only: src/domain/api.',
  },
  { regex: '^(\\.\\./)+src/', message: 'dashboard imports types of the product alone.', allowTypeImports: true },
  { regex: processes, message: 'There are no processes in a browser.' },
  { regex: touchesFiles, message: 'There are no files in a browser.' },
];

interface Exception {
  readonly folder: string;
  readonly files: string;
  readonly startsProcesses: boolean;
  /** Folders inside that bear the name of a layer. */
  readonly innerFolders: readonly string[];
}

interface Pattern {
  readonly regex: string;
  readonly message: string;
  readonly allowTypeImports?: true;
}

/** One override for each folder, and one for each exception. Tests are exempt: they put real things together. */
export function folderRules(): OxlintOverride[] {
  const folders = Object.keys(mayImport).map((folder) => ({
    folder,
    files: `src/${folder}/**/*.ts`,
    startsProcesses: startsProcesses.includes(folder),
    innerFolders: [],
  }));
  return [...[...folders, ...exceptions].map(({ files, ...rest }) => restrict(files, patterns(rest))), ...dashboardRules()];
}

function dashboardRules(): OxlintOverride[] {
  return ['dashboard/src/**/*.ts', 'dashboard/src/**/*.tsx'].map((files) => restrict(files, [...inBrowsers]));
}

function restrict(files: string, list: Pattern[]): OxlintOverride {
  return { files: [files], excludeFiles: exempt, rules: { 'no-restricted-imports': ['error', { patterns: list }] } };
}

function patterns({ folder, startsProcesses: mayStart, innerFolders }: Omit<Exception, 'files'>): Pattern[] {
  const allowed = mayImport[folder] ?? [];
  const forbidden = Object.keys(mayImport).filter((other) => other !== folder && !allowed.includes(other));
  const list: Pattern[] = [
    { regex: layers(forbidden, innerFolders), message: `src/${folder} may import only: ${[folder, ...allowed].join(', ')}.` },
    { regex: wiring, message: 'Only app.ts with its parts, main.ts and weaver-package.ts wire things together; hand in what is needed.' },
    { regex: outside, message: 'src/ stands on its own.' },
    { regex: startsGit, message: 'Only src/adapters/git starts git; ask for ports/git.ts.' },
  ];
  if (!mayStart) {
    list.push({ regex: processes, message: 'Only adapters start processes or threads; ask for ports/process.ts.' });
  }
  if (!allowed.includes('node:fs')) list.push({ regex: touchesFiles, message: `src/${folder} does not touch files.` });
  if (folder === 'domain') list.push(...onlyZod);
  return list;
}

/** An inner folder lies one step up at most; the layer of the same name lies further up. */
function layers(forbidden: readonly string[], innerFolders: readonly string[]): string {
  const plain = forbidden.filter((layer) => !innerFolders.includes(layer));
  const further = innerFolders.length === 0 ? '' : `|^(\\.\\./){2,}(${innerFolders.join('|')})/`;
  return `^(\\.\\./)+(${plain.join('|')})/${further}`;
}

/** No look-ahead in these expressions: everything that begins neither with a dot nor with `zod`, then what goes on after it. */
const onlyZod: readonly Pattern[] = [{ regex: '^([^.z]|z[^o]|zo[^d]|zod[^/]|z$|zo$)', message: 'src/domain imports nothing but zod.' }];
