import type { Config } from '../domain/config.ts';
import type { FixComment } from '../domain/fix-request.ts';
import { fixIssue } from '../domain/fix-issue.ts';
import { Failure } from '../domain/failure.ts';
import { displayId } from '../domain/ids.ts';
import type { Issue } from '../domain/issue.ts';
import { authorOf, issueLimit, parseIssue } from '../domain/issue.ts';
import { redactLines } from '../domain/logs/redact-lines.ts';
import type { ConfigLayer } from '../domain/resolve-config.ts';
import { runAttributesSchema } from '../domain/run.ts';
import { spanOfJob } from '../domain/trace.ts';
import type { Mirror } from '../ports/git.ts';
import type { JobView } from '../weaver/engine.ts';
import { baseOfWorld, leaveAtRemote } from './base-of-world.ts';
import type { StartedRun, StartRequest } from './start.ts';
import { startAt } from './start.ts';
import type { OperationTools } from './tools.ts';
import type { WantedWorld, WorldOfRun } from './world-of-run.ts';
import { worldOfRun } from './world-of-run.ts';

/** What somebody wants different about a change. */
export interface FixAsked extends WantedWorld, Pick<StartRequest, 'startedBy'> {
  readonly comments: readonly FixComment[];
  /** What is to change in general. */
  readonly text: string | undefined;
  readonly idempotencyKey: string | undefined;
}

/**
 * Starts a run on top of the change of a world, with what people say of its lines as the issue. Its result comes on a branch of its own.
 * @throws Failure as `worldOfRun` and `startRun`; (usage) where nothing is said, or too much; (notFoundOrLocked) where this machine cannot have the change.
 */
export async function requestFix(
  tools: OperationTools,
  job: JobView,
  asked: FixAsked,
): Promise<StartedRun & { readonly from: WorldOfRun }> {
  if (asked.comments.length === 0 && asked.text === undefined) throw nothingSaid();
  const from = worldOfRun(job, await tools.engine.tasks(job.id), asked);
  const { base, mirror } = await baseOfWorld(tools, job, from);
  const source = runAttributesSchema.parse(job.attributes);
  const issue = await issueOf(tools, job, { source: source.issue, from, asked, mirror });
  const { planTask, world, commit } = from;
  const { startedBy, idempotencyKey } = asked;
  const place = {
    place: source.repository,
    repositoryId: source.repositoryId,
    base,
    author: source.author,
    mirror,
    // What agents have made says nothing of how agents work.
    configuredAt: source.base.commit,
    notes: from.verdict.against.length === 0 ? [] : [`What speaks against ${world}: ${from.verdict.against.join(' ')}`],
    refuseBranches: async () => await Promise.resolve(),
  };
  const request = { issue, into: undefined, approveAll: false, startedBy, ...(idempotencyKey === undefined ? {} : { idempotencyKey }) };
  const ownConfiguration = [asBefore(job, source.config), ...tools.ownConfiguration];
  const started = await startAt({ ...tools, ownConfiguration }, place, {
    ...request,
    startedFrom: { kind: 'fix', run: job.id, planTask, world, commit },
    cause: { links: [spanOfJob(job.id, job.attributes)] },
  });
  const begun = { jobId: started.jobId, from: job.id, kind: 'fix', planTask, world, commit, by: startedBy.who, reason: undefined } as const;
  await tools.ledger.followUps.record({ ...begun, at: tools.clock.now() });
  await leaveAtRemote(tools, started.jobId, started.attributes);
  return { ...started, from };
}

/** The agents and worlds that made the change are those that change it, as they were asked for then. */
function asBefore(job: JobView, { agent, worlds }: Config): ConfigLayer {
  return { source: 'flag', origin: displayId('run', job.id), values: { agent, worlds } };
}

/** Whoever wrote the issue of the other run, lines of what was made of it may be in their words. Of secrets in them nobody who asks is told. */
async function issueOf(
  { redact }: Pick<OperationTools, 'redact'>,
  job: JobView,
  { source, from, asked, mirror }: { readonly source: Issue; readonly from: WorldOfRun; readonly asked: FixAsked; readonly mirror: Mirror },
): Promise<Issue> {
  const comments = await Promise.all(
    asked.comments.map(async (comment) => {
      const text = await mirror.readFile(comment.side === 'new' ? from.commit : from.base, comment.path);
      const lines = text === undefined ? [] : redactLines(redact)(text.split('\n'));
      return { ...comment, quoted: lines[comment.line - 1] };
    }),
  );
  const { world } = from;
  const markdown = fixIssue({ run: displayId('run', job.id), world, text: asked.text, comments });
  const words = authorOf(source) === 'others' ? ({ words: 'others' } as const) : {};
  const issue = markdown.length > issueLimit ? undefined : parseIssue(markdown, { kind: 'text', ...words });
  if (issue === undefined) throw tooLong(markdown.length);
  return issue;
}

function nothingSaid(): Failure {
  return new Failure('usage', {
    what: 'It is not said what is to change.',
    why: 'There is neither a comment nor a text.',
    fix: 'Comment on a line of the change, or say in a sentence what is wanted.',
  });
}

function tooLong(length: number): Failure {
  return new Failure('usage', {
    what: 'There are too many comments, or they are too long.',
    why: `Together with the lines that they quote they have ${length} characters, and an issue has at most ${issueLimit}.`,
    fix: 'Ask for a part of it first.',
  });
}
