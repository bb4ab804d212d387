import { realpath, readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Failure } from '../domain/failure.ts';
import type { Issue } from '../domain/issue.ts';
import { issueLimit, parseIssue } from '../domain/issue.ts';
import { resolveConfig } from '../domain/resolve-config.ts';
import type { GivenIssue } from '../operations/start-given.ts';
import { referenceIn, startGivenIssue, unknownPlace } from '../operations/start-given.ts';
import type { StartedRun } from '../operations/start.ts';
import type { OperationTools } from '../operations/tools.ts';
import type { Shell } from './shell.ts';

/** How a run of it is started. */
export interface StartOptions {
  readonly repo?: string;
  readonly base?: string;
  readonly into?: string;
  readonly yes?: boolean;
}

/**
 * Reads what is named: `owner/name#12` or its address, else a path to an existing file, else the text of an issue.
 *
 * @throws Failure (usage) for a file that is not there, a place that no configured forge has, and for an issue that is empty or too long.
 */
export async function readGiven(shell: Pick<Shell, 'cwd' | 'configuration'>, argument: string): Promise<GivenIssue> {
  const { forge } = resolveConfig(await shell.configuration()).config;
  const reference = referenceIn(forge, argument);
  if (reference !== undefined) return { kind: 'forge', reference };
  if (looksLikeAReference(argument)) throw unknownPlace(argument, forge);
  return { kind: 'text', issue: await readIssue(shell.cwd, argument) };
}

/** Starts the run of it, for whoever sits here. @throws Failure as {@link startGivenIssue}. */
export async function startGiven(
  shell: Pick<Shell, 'cwd' | 'user'>,
  tools: OperationTools,
  given: GivenIssue,
  { repo, base, into, yes }: StartOptions,
): Promise<StartedRun> {
  const repository = given.kind === 'forge' ? repo : repositoryOf(shell, repo);
  const startedBy = { how: 'terminal', who: shell.user } as const;
  return await startGivenIssue(tools, given, { repository, base, into, approveAll: yes === true, startedBy });
}

/** One word that can only be meant as an issue somewhere: a run of these letters as an issue would be about nothing. */
function looksLikeAReference(argument: string): boolean {
  return /^(?:(?:[\w-]+:)?[\w.-]+\/[\w.-]+#\S*|#?\d+|https?:\/\/[^\s/]+\/\S+)$/i.test(argument);
}

/** A folder, from where the user stands; or the address of a remote as it is. */
export function repositoryOf(shell: Pick<Shell, 'cwd'>, wanted = '.'): string {
  return /^[a-z]+:\/\/|^[^/]+@[^/]+:/i.test(wanted) ? wanted : resolve(shell.cwd, wanted);
}

/** A path to an existing file is read; anything else is the text of the issue. */
export async function readIssue(cwd: string, argument: string): Promise<Issue> {
  const path = resolve(cwd, argument);
  const isFile =
    argument.length < 4096 && !argument.includes('\n') && !argument.includes('\0')
      ? await stat(path).then(
          (entry) => entry.isFile(),
          () => false,
        )
      : false;
  if (!isFile && looksLikeAPath(argument)) {
    throw new Failure('usage', {
      what: `There is no file ${path}.`,
      why: 'The issue is given as a Markdown file or as text, and this looks like a file.',
      fix: 'Check the name, or put the text of the issue in quotes.',
    });
  }
  const text = isFile ? await readFile(path, 'utf8') : argument;
  if (text.length > issueLimit) {
    throw new Failure('usage', {
      what: `The issue has ${text.length.toLocaleString('en')} characters.`,
      why: `More than ${issueLimit.toLocaleString('en')} are not read.`,
      fix: 'Shorten it, or split it.',
    });
  }
  const issue = parseIssue(text, isFile ? { kind: 'file', path: await realpath(path) } : { kind: 'text' });
  if (issue !== undefined) return issue;
  throw new Failure('usage', {
    what: 'The issue is empty.',
    why: 'There is nothing in it to read.',
    fix: 'Say in a sentence what is wrong or wanted.',
  });
}

function looksLikeAPath(argument: string): boolean {
  return /^[^\s]+\.(md|markdown|txt)$/i.test(argument);
}
