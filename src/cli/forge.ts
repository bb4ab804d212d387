import { resolve } from 'node:path';
import { createLocalForge, writeLocalIssue } from '../operations/create-forge.ts';
import { readIssue } from './given-issue.ts';
import { oneLine } from './one-line.ts';
import type { GlobalOptions, Shell } from './shell.ts';
import { commandPrefix, quoted } from './shell.ts';

interface ForgeOptions extends GlobalOptions {
  readonly json?: boolean;
}

export interface InitOptions extends ForgeOptions {
  readonly repo: string;
  readonly from?: string;
}

/** `miyabi forge init`: makes a repository in a forge that is a folder, and says how to go on. */
export async function initForge(shell: Shell, folderArgument: string, options: InitOptions): Promise<number> {
  const folder = resolve(shell.cwd, folderArgument);
  const fromRepository = options.from === undefined ? undefined : resolve(shell.cwd, options.from);
  await using folders = await shell.forgeFolders();
  const made = await createLocalForge(folders, { folder, repository: options.repo, user: shell.user, fromRepository });
  if (options.json === true) {
    shell.out(`${JSON.stringify({ type: 'forge.initialised', schemaVersion: 1, folder, repository: options.repo, ...made })}\n`);
    return 0;
  }
  const program = commandPrefix(shell, options);
  shell.out(`Made ${options.repo} in ${oneLine(folder)}: ${oneLine(made.branch)} at ${made.commit.slice(0, 8)}.\n`);
  shell.err(
    [
      '',
      'Name the forge in your own configuration (`miyabi config explain` says where that lies), here as `home`:',
      `  forge: { local: { home: ${oneLine(folder)} } }`,
      'Write an issue, and let it be carried out:',
      `  ${program} forge issue ${quoted(folder)} ${options.repo} "What is wrong"`,
      `  ${program} run home:${options.repo}#1`,
      'Take part as on any forge:',
      `  git clone ${quoted(made.gitPath)}`,
      `  ls ${quoted(made.path)}`,
      '',
    ].join('\n'),
  );
  return 0;
}

export interface ForgeIssueOptions extends ForgeOptions {
  readonly label?: readonly string[];
}

/** `miyabi forge issue`: writes an issue into a forge that is a folder. */
export async function writeForgeIssue(
  shell: Shell,
  given: { readonly folder: string; readonly repository: string; readonly issue: string },
  options: ForgeIssueOptions,
): Promise<number> {
  const folder = resolve(shell.cwd, given.folder);
  const issue = await readIssue(shell.cwd, given.issue);
  await using folders = await shell.forgeFolders();
  const { repository } = given;
  const { number, path } = await writeLocalIssue(folders, { folder, repository, user: shell.user }, issue, options.label ?? []);
  if (options.json === true) shell.out(`${JSON.stringify({ type: 'forge.issue', schemaVersion: 1, folder, repository, number, path })}\n`);
  else shell.out(`${repository}#${number}: ${oneLine(path)}\n`);
  return 0;
}
