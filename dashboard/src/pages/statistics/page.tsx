import { useSearch } from '@tanstack/react-router';
import { useAnswer } from '../../api/queries.ts';
import { Answered } from '../../ui/answered.tsx';
import { Empty } from '../../ui/empty.tsx';
import { Page, Section } from '../../ui/page.tsx';
import { useNow } from '../../ui/use-now.ts';
import { sinceOf, spanOf } from '../../words/spans.ts';
import { Filters } from './filters.tsx';
import { GoalTable } from './goal-table.tsx';
import { RowTable } from './row-table.tsx';
import { StatisticsFigures } from './statistics-figures.tsx';
import { Suggestions } from './suggestions.tsx';
import type { StatisticsAnswer } from './words.ts';
import { groupingOf } from './words.ts';

/** Runs end every few minutes at most: as often as that it is worth asking anew. */
const everyMs = 60_000;

/** How runs have fared, against the goals, and what their outcomes propose. */
export function StatisticsPage() {
  const search = useSearch({ from: '/statistics' });
  const since = sinceOf(spanOf(search.since), useNow());
  const about = {
    ...(since === undefined ? {} : { since }),
    ...(search.repository === undefined ? {} : { repository: search.repository }),
  };
  const query = useAnswer('readStatistics', { query: { by: groupingOf(search.by), ...about } }, { keepsPrevious: true, everyMs });
  return (
    <Page title="Statistics" about="How runs have fared that ended; times are without what people were waited for." actions={<Filters />}>
      <Answered query={query} what="how runs have fared">
        {(statistics) => (statistics.runs.ended === 0 ? <Nothing statistics={statistics} /> : <Found statistics={statistics} />)}
      </Answered>
      <Suggestions about={about} />
    </Page>
  );
}

function Nothing({ statistics: { runs } }: { readonly statistics: StatisticsAnswer }) {
  return (
    <div className="mb-8">
      <Empty title="No run has ended in this time." command="miyabi run ISSUE.md">
        {runs.open === 0 ? 'What runs come to is counted when they end.' : `${runs.open} under way: they are counted when they end.`}
      </Empty>
    </div>
  );
}

function Found({ statistics }: { readonly statistics: StatisticsAnswer }) {
  return (
    <>
      <StatisticsFigures statistics={statistics} />
      <Section title="How they fared">
        <RowTable by={statistics.by} rows={statistics.rows} />
      </Section>
      <Section title="Minutes by phase">
        <GoalTable label="Phases against their goals" goals={statistics.phases} />
      </Section>
      <Section title="Acceptance">
        <GoalTable label="Acceptance figures" goals={statistics.acceptance} />
      </Section>
    </>
  );
}
