import { readStatistics, readThresholds } from '../../domain/api/statistics.ts';
import { repositoryNamed } from '../../operations/statistics/asked-repository.ts';
import { reportStatistics } from '../../operations/statistics/report-statistics.ts';
import { suggestThresholds } from '../../operations/statistics/suggest-thresholds.ts';
import type { OperationTools } from '../../operations/tools.ts';
import { noSuchRepository } from './refusal.ts';
import type { ApiRoute } from './route.ts';
import { route } from './route.ts';

/** Runs that are summed up within one request; of more, such as after an update, some are counted with the next ones. */
const most = 50;

interface Filter {
  readonly since?: number | undefined;
  readonly repository?: string | undefined;
}

/** How runs have fared, and what that proposes. */
export function statisticsRoutes(tools: OperationTools): readonly ApiRoute[] {
  const asked = async ({ since, repository }: Filter) => {
    const found = repository === undefined ? undefined : await repositoryNamed(tools, repository);
    if (repository !== undefined && found === undefined) throw noSuchRepository();
    return { ...(since === undefined ? {} : { since }), ...(found === undefined ? {} : { repository: found }) };
  };
  return [
    route(readStatistics, async ({ query }) => await reportStatistics(tools, { by: query.by, ...(await asked(query)) }, most)),
    route(readThresholds, async ({ query }) => await suggestThresholds(tools, await asked(query), most)),
  ];
}
