import { realpath, readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Config } from '../domain/config.ts';
import { Failure } from '../domain/failure.ts';
import type { ForgeReference } from '../domain/forge-reference.ts';
import { githubHost, parseForgeReference } from '../domain/forge-reference.ts';
import type { Issue } from '../domain/issue.ts';
import { issueLimit, parseIssue } from '../domain/issue.ts';
import { resolveConfig } from '../domain/resolve-config.ts';
import { issueAtForge } from '../operations/issue-at-forge.ts';
import type { StartedRun } from '../operations/start.ts';
import { startRun } from '../operations/start.ts';
import type { OperationTools } from '../operations/tools.ts';
import { ForgeUnavailable } from '../ports/forge.ts';
import type { Shell } from './shell.ts';

/** What a person names as an issue: one that stands at a forge, or its text, as they have typed it or as it lies in a file. */
export type GivenIssue = { readonly kind: 'forge'; readonly reference: ForgeReference } | { readonly kind: 'text'; readonly issue: Issue };

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
  const reference = parseForgeReference(argument, { githubApi: forge.github.api, local: Object.keys(forge.local) });
  if (reference !== undefined) return { kind: 'forge', reference };
  if (looksLikeAReference(argument)) throw unknownPlace(argument, forge);
  return { kind: 'text', issue: await readIssue(shell.cwd, argument) };
}

/** Starts the run of it, for whoever sits here. @throws Failure as {@link startRun}, and (failed) where its forge cannot be reached. */
export async function startGiven(
  shell: Pick<Shell, 'cwd' | 'user'>,
  tools: OperationTools,
  given: GivenIssue,
  options: StartOptions,
): Promise<StartedRun> {
  const common = {
    into: options.into,
    approveAll: options.yes === true,
    startedBy: { how: 'terminal', who: shell.user },
  } as const;
  if (given.kind === 'text') {
    return await startRun(tools, { ...common, issue: given.issue, repository: repositoryOf(shell, options.repo), base: options.base });
  }
  if (options.repo !== undefined) throw twoRepositories(given.reference, options.repo);
  const { issue, now, repository } = await reached(tools, given.reference);
  if (now.state === 'closed') throw closed(given.reference);
  return await startRun(tools, { ...common, issue, repository: repository.gitUrl, base: options.base ?? repository.defaultBranch });
}

async function reached({ forges }: OperationTools, reference: ForgeReference): ReturnType<typeof issueAtForge> {
  try {
    return await issueAtForge(forges, reference);
  } catch (error) {
    if (!(error instanceof ForgeUnavailable)) throw error;
    throw new Failure(
      'failed',
      {
        what: `The forge ${reference.forge} cannot be used at the moment.`,
        why: `${error.message.replace(/\.$/, '')}.`,
        fix: `Try again in ${Math.max(1, Math.ceil(error.retryAfterMs / 1_000))} s; no run was started.`,
      },
      { cause: error },
    );
  }
}

/** One word that can only be meant as an issue somewhere: a run of these letters as an issue would be about nothing. */
function looksLikeAReference(argument: string): boolean {
  return /^(?:(?:[\w-]+:)?[\w.-]+\/[\w.-]+#\S*|#?\d+|https?:\/\/[^\s/]+\/\S+)$/i.test(argument);
}

function unknownPlace(argument: string, { github, local }: Config['forge']): Failure {
  const names = Object.keys(local);
  const folders = names.length === 0 ? 'no folder in `forge.local`' : `the folders ${names.join(', ')}`;
  return new Failure('usage', {
    what: `${argument} is no issue of a forge that is known here.`,
    why: `Known are ${githubHost(github.api)} and ${folders}; an issue there is owner/name#12, <folder>:owner/name#12, or https://${githubHost(github.api)}/owner/name/issues/12.`,
    fix: 'Check the name, or add the forge to your own configuration. To give the text of an issue, write a sentence.',
  });
}

function twoRepositories({ forge, repository, number }: ForgeReference, repo: string): Failure {
  return new Failure('usage', {
    what: `${repository}#${number} and --repo ${repo} are two repositories.`,
    why: `An issue of the forge ${forge} is worked on where its code lies there.`,
    fix: 'Leave --repo out; or give the issue as text or as a file, for a branch in that repository.',
  });
}

function closed({ repository, number }: ForgeReference): Failure {
  return new Failure('usage', {
    what: `${repository}#${number} is closed.`,
    why: 'A run of it would do what is done already, or what nobody wants.',
    fix: 'Open it again first, or give its text in place of its number.',
  });
}

/** A folder, from where the user stands; or the address of a remote as it is. */
function repositoryOf(shell: Pick<Shell, 'cwd'>, wanted = '.'): string {
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
