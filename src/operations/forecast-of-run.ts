import type { BurnForecast } from '../domain/burn-forecast.ts';
import { forecastRun } from '../domain/burn-forecast.ts';
import type { MicroUsd } from '../domain/money.ts';
import { runAttributesSchema } from '../domain/run.ts';
import type { Task } from '../domain/task.ts';
import { hasEnded } from '../domain/task.ts';
import type { RecordedWorld } from '../ports/world-ledger.ts';
import type { JobView } from '../weaver/engine.ts';
import { implementType, worldRunType } from '../workflow/task-types.ts';
import type { OperationTools } from './tools.ts';

/** What a run will have spent once its worlds have ended; see {@link forecastRun}. */
export async function forecastOfRun(
  { engine, ledger }: Pick<OperationTools, 'engine' | 'ledger'>,
  job: JobView,
  spentMicroUsd: MicroUsd,
): Promise<BurnForecast | undefined> {
  const { config, repositoryId } = runAttributesSchema.parse(job.attributes);
  const [worlds, planned, running] = await Promise.all([
    ledger.worlds.ofRun(job.id),
    engine.tasks(job.id, { type: implementType.name }),
    engine.tasks(job.id, { type: worldRunType.name }),
  ]);
  const ended = worlds.filter(hasCost);
  const atWork = await Promise.all(
    running.filter(({ state }) => state === 'running').map(async ({ id }) => (await ledger.money.spent({ taskId: id })).costMicroUsd),
  );
  const before = ended.length > 0 ? [] : await ledger.worlds.statistics({ repositoryId });
  return forecastRun({
    spentMicroUsd,
    ended:
      ended.length > 0
        ? { worlds: ended.length, costMicroUsd: sum(ended), where: 'here' }
        : { worlds: before.reduce((count, row) => count + row.worlds, 0), costMicroUsd: sum(before), where: 'before' },
    left: leftOf(planned, running, config.worlds.count),
    atWork,
  });
}

/** Its agent came to an end: what it cost is known. One that was skipped showed nothing. */
function hasCost({ status }: RecordedWorld): boolean {
  return status !== 'running' && status !== 'skipped' && status !== 'cancelled';
}

function sum(of: readonly { readonly costMicroUsd: MicroUsd }[]): MicroUsd {
  return of.reduce((total, { costMicroUsd }) => total + costMicroUsd, 0);
}

/** Worlds that are not begun: those that are there as tasks, and as many as are configured of plan tasks that have none yet. */
function leftOf(planned: readonly Task[], running: readonly Task[], perTask: number): number {
  const begun = new Set(running.map(({ parentTaskId }) => parentTaskId));
  const waiting = running.filter((task) => !hasEnded(task) && task.state !== 'running').length;
  const without = planned.filter((task) => !hasEnded(task) && !begun.has(task.id)).length;
  return waiting + without * perTask;
}
