import { Failure } from '../../domain/failure.ts';
import { displayId } from '../../domain/ids.ts';
import type { JobId } from '../../domain/ids.ts';
import { commentMarker } from '../../domain/forge.ts';
import type { ForgeUser } from '../../domain/forge.ts';
import type { IssueAtForge } from '../issue-at-forge.ts';
import { issueAtForge } from '../issue-at-forge.ts';
import { startRun } from '../start.ts';
import type { OperationTools } from '../tools.ts';
import { notStartedComment } from './answers.ts';
import type { IntentTo, Told } from './intent.ts';
import { runsOfIssue } from './runs-of-issue.ts';
import type { IssuePlace } from './runs-of-issue.ts';
import { forgeSettings, mayAsk, nameOf } from './tools.ts';

/** What became of a wish for a run. */
export type StartedFromForge =
  | { readonly kind: 'started'; readonly jobId: JobId }
  | { readonly kind: 'open'; readonly run: string }
  /** Something only a person can mend. */
  | { readonly kind: 'refused'; readonly failure: Failure };

/** A run is as old as the label that started it, by clocks that may differ by so much, in ms. */
const clocksDifferMs = 2_000;

/** Starts the run of an issue whose label was put on, or that was opened, where whoever did it may and nothing has changed since. @returns what was done. */
export async function startByTrigger(tools: OperationTools, received: Told, intent: IntentTo<'start'>): Promise<string> {
  const place = { forge: received.forge, repository: received.repository, number: intent.number };
  const forge = await tools.forges.open(place.forge);
  if (!(await mayAsk(tools, forge, { repository: place.repository, by: intent.by }))) return 'not permitted';
  const found = await issueIfThere(tools, place);
  if (found === undefined) return 'the issue is gone';
  if (found.now.state !== 'open') return 'the issue is closed';
  if (intent.trigger === 'label' && !hasLabel(found, forgeSettings(tools).label)) return 'the label was taken off';
  // One label may be told of twice, by a webhook and by looking, under names that differ.
  const [last] = await runsOfIssue(tools, place, found.repository.gitUrl);
  if (last !== undefined && last.createdAt >= intent.at - clocksDifferMs) return `${displayId('run', last.id)} is its run`;
  const started = await startFromForge(tools, found, { by: intent.by, ...received });
  if (started.kind !== 'refused') return saidOf(started);
  await forge.tell(place, commentMarker('intake', 'not-started'), notStartedComment(started.failure, tools.redact));
  return `refused: ${started.failure.text.what}`;
}

/** Starts the run of an issue as it stands now. @throws Failure (failed) where another try may do, and there is one. */
export async function startFromForge(
  tools: OperationTools,
  { issue, repository }: IssueAtForge,
  { by, identity, isLastTry, cause }: Pick<Told, 'identity' | 'isLastTry' | 'cause'> & { readonly by: ForgeUser },
): Promise<StartedFromForge> {
  if (issue.origin.kind !== 'forge') throw new Error('an issue of a forge was expected');
  try {
    const { jobId } = await startRun(tools, {
      issue,
      repository: repository.gitUrl,
      base: repository.defaultBranch,
      into: undefined,
      approveAll: false,
      startedBy: { how: 'service', who: nameOf(by) },
      cause,
      idempotencyKey: `run:${issue.origin.forge}:${identity}`,
    });
    return { kind: 'started', jobId };
  } catch (error) {
    if (!(error instanceof Failure) || (error.reason === 'failed' && !isLastTry)) throw error;
    const open = error.facts['run'];
    return typeof open === 'string' ? { kind: 'open', run: displayId('run', open) } : { kind: 'refused', failure: error };
  }
}

/** @returns undefined where the forge has no such issue any more. */
export async function issueIfThere(tools: Pick<OperationTools, 'forges'>, place: IssuePlace): Promise<IssueAtForge | undefined> {
  try {
    return await issueAtForge(tools.forges, place);
  } catch (error) {
    if (error instanceof Failure && error.reason === 'notFoundOrLocked') return undefined;
    throw error;
  }
}

function saidOf(started: Exclude<StartedFromForge, { readonly kind: 'refused' }>): string {
  switch (started.kind) {
    case 'started':
      return `started ${displayId('run', started.jobId)}`;
    case 'open':
      return `${started.run} is at work already`;
  }
}

export function hasLabel({ now }: Pick<IssueAtForge, 'now'>, wanted: string): boolean {
  return now.labels.some((label) => label.toLowerCase() === wanted.toLowerCase());
}
