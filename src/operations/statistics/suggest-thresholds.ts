import type { Suggestion } from '../../domain/statistics/suggestions.ts';
import { suggestSettings } from '../../domain/statistics/suggestions.ts';
import { resolveConfig } from '../../domain/resolve-config.ts';
import type { OperationTools } from '../tools.ts';
import { countRuns } from './count-runs.ts';
import { keepFacts } from './keep-facts.ts';
import type { StatisticsQuestion } from './report-statistics.ts';
import { filterOf } from './report-statistics.ts';

/** What outcomes propose. `miyabi stats --suggest-thresholds --json` prints it. */
export interface SuggestionReport {
  readonly type: 'thresholds';
  readonly schemaVersion: 1;
  /** Epoch ms; null for all that is known. */
  readonly since: number | null;
  readonly repository: string | null;
  /** Runs of which it is known whether their change was right. */
  readonly known: number;
  readonly suggestions: readonly Suggestion[];
}

/**
 * Compares what was decided by thresholds with what became of it. Nothing is changed by it.
 * @param most how many runs that ended since the last time are summed up first.
 */
export async function suggestThresholds(
  tools: Pick<OperationTools, 'engine' | 'ledger' | 'ownConfiguration'>,
  question: Pick<StatisticsQuestion, 'since' | 'repository'>,
  most: number,
): Promise<SuggestionReport> {
  await keepFacts(tools, most);
  const runs = await countRuns(tools, filterOf(question));
  const { gates, choice, worlds } = resolveConfig(tools.ownConfiguration).config;
  const settings = {
    'gates.reviewPass': gates.reviewPass,
    'gates.askAbove': gates.askAbove,
    'choice.sureFrom': choice.sureFrom,
    'worlds.timeoutMinutes': worlds.timeoutMinutes,
  };
  return {
    type: 'thresholds',
    schemaVersion: 1,
    since: question.since ?? null,
    repository: question.repository?.root ?? null,
    known: runs.filter(({ outcome }) => outcome.kind !== 'unknown').length,
    suggestions: suggestSettings(runs, settings),
  };
}
