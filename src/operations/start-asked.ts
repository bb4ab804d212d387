import { Failure } from '../domain/failure.ts';
import { issueLimit, parseIssue } from '../domain/issue.ts';
import { parseRemoteUrl } from '../domain/remote-url.ts';
import type { Cause } from '../domain/trace.ts';
import type { ConfigLayer } from '../domain/resolve-config.ts';
import { resolveConfig } from '../domain/resolve-config.ts';
import type { GivenIssue } from './start-given.ts';
import { referenceIn, startGivenIssue, unknownPlace } from './start-given.ts';
import type { StartedRun } from './start.ts';
import type { OperationTools } from './tools.ts';

/** A run that a program asks for. */
export interface AskedRun {
  readonly issue: { readonly text: string } | { readonly reference: string };
  /** An absolute path, or an address. */
  readonly repository?: string | undefined;
  readonly base?: string | undefined;
  readonly into?: string | undefined;
  readonly approveAll: boolean;
  readonly worlds?: number | undefined;
  /** No more than is configured. */
  readonly budgetUsd?: number | undefined;
  /** Of what asks for it: asked for again it is the same run. */
  readonly changeKey?: string | undefined;
  /** What led to it, for traces. */
  readonly cause?: Cause | undefined;
}

/**
 * Starts a run for somebody who is not at this machine: what they ask for may make it smaller than is configured, and runs nothing that is not.
 * @throws Failure as `startGivenIssue`; (usage) for a budget beyond the configured one, or a place that is none.
 */
export async function startAskedRun(tools: OperationTools, asked: AskedRun, who: string): Promise<StartedRun> {
  const { base, into, approveAll, repository, changeKey, cause } = asked;
  if (repository?.startsWith('/') === false) parseRemoteUrl(repository);
  const ownConfiguration = [settingsOf(tools, asked), ...tools.ownConfiguration];
  return await startGivenIssue({ ...tools, ownConfiguration }, givenIn(tools, asked.issue), {
    repository,
    base,
    into,
    approveAll,
    startedBy: { how: 'service', who },
    ...(changeKey === undefined ? {} : { idempotencyKey: changeKey }),
    ...(cause === undefined ? {} : { cause }),
  });
}

function settingsOf({ ownConfiguration }: OperationTools, { worlds, budgetUsd }: AskedRun): ConfigLayer {
  const { issueUsd } = resolveConfig(ownConfiguration).config.budget;
  if (budgetUsd !== undefined && budgetUsd > issueUsd) {
    throw new Failure('usage', {
      what: `A run may cost ${issueUsd} USD here, and ${budgetUsd} were asked for.`,
      why: 'Over the API a budget can be made smaller, not larger.',
      fix: 'Ask for less, or raise `budget.issueUsd` in the configuration of the service.',
    });
  }
  const values = {
    ...(worlds === undefined ? {} : { worlds: { count: worlds } }),
    ...(budgetUsd === undefined ? {} : { budget: { issueUsd: budgetUsd } }),
  };
  return { source: 'flag', origin: 'the request', values };
}

function givenIn({ ownConfiguration }: OperationTools, issue: AskedRun['issue']): GivenIssue {
  if ('reference' in issue) {
    const { forge } = resolveConfig(ownConfiguration).config;
    const reference = referenceIn(forge, issue.reference);
    if (reference === undefined) throw unknownPlace(issue.reference, forge);
    return { kind: 'forge', reference };
  }
  const read = issue.text.length > issueLimit ? undefined : parseIssue(issue.text, { kind: 'text' });
  if (read !== undefined) return { kind: 'text', issue: read };
  throw new Failure('usage', {
    what: 'The issue is empty or too long.',
    why: `It needs a word that can be read, and at most ${issueLimit} characters.`,
    fix: 'Say in a sentence what is wrong or wanted.',
  });
}
