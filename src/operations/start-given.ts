import type { Config } from '../domain/config.ts';
import { Failure } from '../domain/failure.ts';
import type { ForgeReference } from '../domain/forge-reference.ts';
import { githubHost, parseForgeReference } from '../domain/forge-reference.ts';
import type { Issue } from '../domain/issue.ts';
import { ForgeUnavailable } from '../ports/forge.ts';
import { issueAtForge } from './issue-at-forge.ts';
import type { StartedRun, StartRequest } from './start.ts';
import { startRun } from './start.ts';
import type { OperationTools } from './tools.ts';

/** What a person names as an issue: one that stands at a forge, or its text, as they have typed it or as it lies in a file. */
export type GivenIssue = { readonly kind: 'forge'; readonly reference: ForgeReference } | { readonly kind: 'text'; readonly issue: Issue };

/** How a run of it is started. */
export type GivenRequest = Omit<StartRequest, 'issue' | 'repository'> & {
  /** Where the code lies: for an issue of a forge that is known, and for a text it must be said. */
  readonly repository: string | undefined;
};

/** Starts the run of an issue as it stands now. @throws Failure as {@link startRun}, and (failed) where its forge cannot be reached. */
export async function startGivenIssue(tools: OperationTools, given: GivenIssue, request: GivenRequest): Promise<StartedRun> {
  if (given.kind === 'text') {
    if (request.repository === undefined) throw withoutRepository();
    return await startRun(tools, { ...request, repository: request.repository, issue: given.issue });
  }
  if (request.repository !== undefined) throw twoRepositories(given.reference, request.repository);
  const { issue, now, repository } = await reached(tools, given.reference);
  if (now.state === 'closed') throw closed(given.reference);
  return await startRun(tools, { ...request, issue, repository: repository.gitUrl, base: request.base ?? repository.defaultBranch });
}

/** @returns undefined for words that name no issue of a forge that is configured. */
export function referenceIn({ github, local }: Config['forge'], words: string): ForgeReference | undefined {
  return parseForgeReference(words, { githubApi: github.api, local: Object.keys(local) });
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

/** Words that can only be meant as an issue of a forge, and name none that is configured. */
export function unknownPlace(argument: string, { github, local }: Config['forge']): Failure {
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
    what: `${repository}#${number} and ${repo} are two repositories.`,
    why: `An issue of the forge ${forge} is worked on where its code lies there.`,
    fix: 'Name no other repository (--repo); or give the issue as text or as a file, for a branch in that repository.',
  });
}

function closed({ repository, number }: ForgeReference): Failure {
  return new Failure('usage', {
    what: `${repository}#${number} is closed.`,
    why: 'A run of it would do what is done already, or what nobody wants.',
    fix: 'Open it again first, or give its text in place of its number.',
  });
}

function withoutRepository(): Failure {
  return new Failure('usage', {
    what: 'It is not said where the code lies.',
    why: 'The text of an issue names no repository.',
    fix: 'Name the folder or the address of one.',
  });
}
