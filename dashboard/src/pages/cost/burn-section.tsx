import { lazy, Suspense, useMemo } from 'react';
import type { AnswerOptions } from '../../api/queries.ts';
import { useAnswer } from '../../api/queries.ts';
import { Answered } from '../../ui/answered.tsx';
import { Card } from '../../ui/card.tsx';
import { Fold } from '../../ui/fold.tsx';
import { Section } from '../../ui/page.tsx';
import { Cell, Row, Table } from '../../ui/table.tsx';
import { usd } from '../../words/money.ts';
import { exactly } from '../../words/time.ts';
import type { Burn } from './burn-lines.ts';
import { burnLines } from './burn-lines.ts';

const Chart = lazy(async () => ({ default: (await import('./burn-chart.tsx')).BurnChart }));

/** Asked anew now and then, since time goes on where nothing is spent. */
const everyMinute: AnswerOptions = { everyMs: 60_000 };

/** How money is spent over the month, or over one run, and where that leads to. */
export function BurnSection({ run }: { readonly run: string | undefined }) {
  const query = useAnswer('readBurn', run === undefined ? {} : { query: { run } }, everyMinute);
  return (
    <Section title={run === undefined ? 'This month' : `Over ${run}`}>
      <Answered query={query} what="what was spent">
        {(burn) => <BurnView burn={burn} readAt={query.dataUpdatedAt} />}
      </Answered>
    </Section>
  );
}

function BurnView({ burn, readAt }: { readonly burn: Burn; readonly readAt: number }) {
  const lines = useMemo(() => burnLines(burn, readAt), [burn, readAt]);
  const spent = burn.points.at(-1)?.spentUsd ?? 0;
  return (
    <Card className="p-4">
      <Suspense fallback={<div className="min-h-[260px]" />}>
        <Chart lines={lines} label={`${usd(spent)} spent of a budget of ${usd(burn.budgetUsd)}. The figures are in the table below.`} />
      </Suspense>
      <Legend burn={burn} isBudgetAbove={lines.isBudgetAbove} />
      <Forecast burn={burn} />
      <Fold title="The same as a table">
        <Table label="What had been spent by then" head={['By', 'Spent']}>
          {burn.points.map(({ at, spentUsd }) => (
            <Row key={at}>
              <Cell className="tabular">{exactly(at)}</Cell>
              <Cell className="tabular">{usd(spentUsd)}</Cell>
            </Row>
          ))}
        </Table>
      </Fold>
    </Card>
  );
}

function Legend({ burn, isBudgetAbove }: { readonly burn: Burn; readonly isBudgetAbove: boolean }) {
  return (
    <ul aria-label="Lines" className="mt-2 flex flex-wrap gap-x-5 gap-y-1">
      <Key line="border-accent" name="Spent" />
      {burn.forecast !== null && burn.to !== null ? <Key line="border-dashed border-info" name="Forecast" /> : undefined}
      {isBudgetAbove ? (
        <li className="text-muted">The budget of {usd(burn.budgetUsd)} lies far above this picture.</li>
      ) : (
        <Key line="border-dotted border-warn" name={`Budget, ${usd(burn.budgetUsd)}`} />
      )}
    </ul>
  );
}

function Key({ line, name }: { readonly line: string; readonly name: string }) {
  return (
    <li className="inline-flex items-center gap-2 text-muted">
      <span aria-hidden className={`inline-block w-6 border-t-2 ${line}`} />
      {name}
    </li>
  );
}

function Forecast({ burn: { forecast, run, to } }: { readonly burn: Burn }) {
  const until = run === null ? 'at the end of the month' : 'at the end of the run';
  if (run !== null && to !== null) return <p className="mt-3 text-muted">The run has ended.</p>;
  if (forecast === null) return <p className="mt-3 text-muted">Too little is known yet to say what it will have cost {until}.</p>;
  return (
    <p className="mt-3">
      <span className="font-semibold tabular">About {usd(forecast.endUsd)}</span> {until}.{' '}
      <span className="text-muted">{forecast.how}</span>
    </p>
  );
}
