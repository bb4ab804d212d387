import { displayId } from '../../domain/ids.ts';
import { runAttributesSchema, resultBranch } from '../../domain/run.ts';
import type { RepositoryPlace } from '../../domain/run.ts';
import type { TraceId } from '../../domain/trace.ts';
import { causeIn } from '../../domain/trace.ts';
import type { EndedJob } from '../../ports/traces.ts';
import type { JobView } from '../../weaver/engine.ts';
import { publishType } from '../../workflow/task-types.ts';
import { receiveType } from '../intake/intent.ts';
import { payloadOf, resultOfTask } from '../task-results.ts';
import type { OperationTools } from '../tools.ts';

/** A job that has come to its end. */
export type OverJob = JobView & { readonly endedAt: number };

/** What there is to tell of the handling of something that a forge has told. */
export async function endedDelivery({ engine }: Pick<OperationTools, 'engine'>, job: OverJob, trace: TraceId): Promise<EndedJob> {
  const [task] = await engine.tasks(job.id, { type: receiveType.name });
  const told = task === undefined ? undefined : payloadOf(receiveType, task);
  return { ...common(job, trace), of: 'delivery', forge: told?.forge ?? 'unknown', links: told?.caller === undefined ? [] : [told.caller] };
}

/** What there is to tell of a run. */
export async function endedRun(
  { engine, ledger }: Pick<OperationTools, 'engine' | 'ledger'>,
  job: OverJob,
  trace: TraceId,
): Promise<EndedJob> {
  const { repository, base, branchTemplate } = runAttributesSchema.parse(job.attributes);
  const published = (await engine.tasks(job.id, { type: publishType.name }))
    .flatMap((task) => resultOfTask(publishType, task) ?? [])
    .at(-1);
  const cause = causeIn(job.attributes);
  return {
    ...common(job, trace),
    of: 'run',
    parent: cause?.within?.span,
    links: cause?.links ?? [],
    costMicroUsd: job.costMicroUsd,
    repository: named(repository),
    base,
    branch: published?.branch ?? resultBranch(branchTemplate, displayId('run', job.id)),
    commit: published?.commit,
    pullRequest: (await ledger.pullRequests.ofRun(job.id))?.number,
  };
}

function common({ id, state, title, createdAt, endedAt }: OverJob, trace: TraceId) {
  return { kind: 'job', id, trace, state, title, startedAt: createdAt, endedAt, parent: undefined, links: [] } as const;
}

/** Where it lies on a machine stays there: the last part of it is what people call it. */
function named(place: RepositoryPlace): { readonly name: string; readonly url: string | undefined } {
  const whole = place.kind === 'local' ? place.root : place.url;
  const name =
    whole
      .replace(/\.git$/, '')
      .split(/[/:]/)
      .at(-1) ?? '';
  return { name, url: place.kind === 'remote' ? place.url : undefined };
}
