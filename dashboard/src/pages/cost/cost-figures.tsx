import { useAnswer } from '../../api/queries.ts';
import { Answered } from '../../ui/answered.tsx';
import { Figure, Figures } from '../../ui/figure.tsx';
import { Meter } from '../../ui/meter.tsx';
import { useNow } from '../../ui/use-now.ts';
import { usd } from '../../words/money.ts';
import type { CostAnswer } from './cost-words.ts';
import { budgetFill, budgetWords, callsWords, shownCost } from './cost-words.ts';
import { beginningOfDay } from './cost-question.ts';

/** Today, this month against its budget, and where one is asked about the run against its own. */
export function CostFigures({ run }: { readonly run: string | undefined }) {
  const since = beginningOfDay(useNow());
  const today = useAnswer('readCost', { query: { by: 'day', since } });
  const whole = useAnswer('readCost', { query: { by: 'month', ...(run === undefined ? {} : { run }) } });
  return (
    <Answered query={whole} what="what was spent">
      {({ month, runBudget, total }) => (
        <Figures>
          <Figure name="Today" value={today.data === undefined ? '…' : shownCost(today.data.total)}>
            {today.data === undefined ? undefined : callsWords(today.data.total)}
          </Figure>
          <Budget name={`Month ${month.name}`} budget={month} />
          {runBudget === null ? <MonthEnd /> : <Budget name={runBudget.name} budget={runBudget} />}
          <Figure
            name={run === undefined ? 'Ever' : 'Answers given before'}
            value={run === undefined ? shownCost(total) : total.cachedCalls}
          >
            {run === undefined ? callsWords(total) : `of ${total.calls} calls, for nothing`}
          </Figure>
        </Figures>
      )}
    </Answered>
  );
}

function Budget({ name, budget }: { readonly name: string; readonly budget: CostAnswer['month'] }) {
  const { spentUsd, reservedUsd, limitUsd } = budget;
  return (
    <Figure name={name} value={usd(spentUsd)}>
      <Meter
        label={`Budget of ${name}`}
        value={spentUsd + reservedUsd}
        most={limitUsd}
        text={budgetWords(budget)}
        fill={budgetFill(budget)}
      />
      <p className="mt-1">{budgetWords(budget)}</p>
    </Figure>
  );
}

/** Where the month leads to. */
function MonthEnd() {
  const { data } = useAnswer('readBurn');
  return (
    <Figure
      name="At its end"
      value={data === undefined ? '…' : data.forecast === null ? 'not known' : `about ${usd(data.forecast.endUsd)}`}
    >
      {data === undefined ? undefined : (data.forecast?.how ?? 'Too little was spent yet to say.')}
    </Figure>
  );
}
