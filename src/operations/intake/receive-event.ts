import { deliveriesGroup } from '../../domain/job-groups.ts';
import type { ForgeEvent } from '../../domain/forge-event.ts';
import type { JobId } from '../../domain/ids.ts';
import { forgeNeed } from '../../domain/needs.ts';
import type { SpanReference } from '../../domain/trace.ts';
import type { OperationTools } from '../tools.ts';
import { decide } from './decide.ts';
import type { Intent, Received } from './intent.ts';
import { receiveType } from './intent.ts';
import { forgeSettings } from './tools.ts';
import { pullRequestsOf } from './wake.ts';

/** What became of something that happened at a forge when we heard of it. */
export type HeardOf =
  /** It is stored, and will be handled. */
  | { readonly kind: 'accepted'; readonly jobId: JobId }
  /** It was told of before, in whatever way. */
  | { readonly kind: 'known' }
  /** In a short word. */
  | { readonly kind: 'nothing'; readonly reason: string };

/** News come before all other work: handling one takes moments. */
const priority = 100;

/** Stores what an event asks of us, once however often it is told of; returns after the commit. @param caller in whose trace it was told. */
export async function receiveEvent(tools: OperationTools, event: ForgeEvent, caller?: SpanReference): Promise<HeardOf> {
  const { forge, repository, identity } = event;
  const decided = decide(event, forgeSettings(tools));
  if (decided.kind === 'nothing') return decided;
  const { intent } = decided;
  if (!(await isOurs(tools, event, intent))) return { kind: 'nothing', reason: 'not-ours' };
  const payload: Received = { forge, repository, identity, intent, ...(caller === undefined ? {} : { caller }) };
  const submitted = await tools.engine.submit({
    title: titleOf(payload),
    groupKey: deliveriesGroup,
    idempotencyKey: `delivery:${forge}:${identity}`,
    tasks: [{ type: receiveType.name, key: 'receive', payload, priority, needs: [forgeNeed(forge)] }],
  });
  return submitted.kind === 'submitted' ? { kind: 'accepted', jobId: submitted.jobId } : { kind: 'known' };
}

/** Most of what happens to commits and pull requests has nothing to do with us, and is not even stored. */
async function isOurs(tools: OperationTools, at: Pick<ForgeEvent, 'forge' | 'repository'>, intent: Intent): Promise<boolean> {
  if (intent.do !== 'wake' && intent.do !== 'approve') return true;
  const of = intent.do === 'wake' ? intent.of : ({ kind: 'pull-request', number: intent.number } as const);
  return (await pullRequestsOf(tools.ledger.pullRequests, at, of)).length > 0;
}

function titleOf({ forge, repository, intent }: Received): string {
  const place = 'number' in intent ? `${repository}#${intent.number}` : repository;
  return `${forge} ${place}: ${intent.do}`;
}
