import { displayId } from '../domain/ids.ts';
import type { Issue } from '../domain/issue.ts';
import { forgeOrigin } from '../domain/issue.ts';
import type { RunAttributes } from '../domain/run.ts';
import type { Deploying } from '../workflow/deploy/deploying.ts';
import { startRun } from './start.ts';
import type { OperationTools } from './tools.ts';

/**
 * Begins a run that mends a release which was not kept, from where its change went: for the same issue at a forge, else for the evidence alone.
 * @returns its name, as people see it. @throws Failure as {@link startRun}.
 */
export async function startRepair(
  tools: OperationTools,
  { run, key, title, body, cause }: Parameters<Deploying['repair']>[0],
): Promise<string> {
  const { repository, config, base, into } = run;
  const isAtForge = forgeOrigin(run.issue) !== undefined;
  const issue: Issue = { ...run.issue, title, body, origin: isAtForge ? run.issue.origin : { kind: 'text' } };
  const target: string | undefined = isAtForge ? (config.pullRequest.into ?? base.name) : (into ?? undefined);
  const { jobId } = await startRun(tools, {
    issue,
    repository: repository.kind === 'local' ? repository.root : repository.url,
    base: target,
    into: isAtForge ? undefined : target,
    approveAll: run.approveAll,
    startedBy: startedBy(run),
    idempotencyKey: key,
    mends: key,
    cause,
  });
  return displayId('run', jobId);
}

function startedBy({ startedBy: who }: RunAttributes): NonNullable<RunAttributes['startedBy']> {
  return { how: 'service', who: who?.who ?? 'Miyabi' };
}
