import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useState } from 'react';
import { useAnswer } from '../../api/queries.ts';
import { Answered } from '../../ui/answered.tsx';
import { Button } from '../../ui/button.tsx';
import { Empty } from '../../ui/empty.tsx';
import { Select } from '../../ui/field.tsx';
import { Section } from '../../ui/page.tsx';
import { Cell, Row, Table } from '../../ui/table.tsx';
import { useNow } from '../../ui/use-now.ts';
import { usd } from '../../words/money.ts';
import { sinceOf, spanOf, spans } from '../../words/spans.ts';
import type { Grouping } from './cost-question.ts';
import { groupingNames, groupingOf, groupings } from './cost-question.ts';
import type { CostAnswer } from './cost-words.ts';
import { shownCost } from './cost-words.ts';

/** The same money by run, world, model, purpose, day or month. */
export function CostRows() {
  const search = useSearch({ from: '/cost' });
  const by = groupingOf(search.by);
  const since = sinceOf(spanOf(search.since), useNow());
  const query = useAnswer(
    'readCost',
    { query: { by, ...(search.run === undefined ? {} : { run: search.run }), ...(since === undefined ? {} : { since }) } },
    { keepsPrevious: true },
  );
  return (
    <Section title="What it was spent on" actions={<Filters />}>
      <Answered query={query} what="what it was spent on">
        {(cost) => (cost.rows.length === 0 ? <Nothing /> : <CostTable key={by} by={by} cost={cost} />)}
      </Answered>
    </Section>
  );
}

function Nothing() {
  return (
    <Empty title="No model was asked anything in this time." command="miyabi run ISSUE.md --agent model">
      The built-in repair and agents of your own cost nothing here; what models of a provider cost is counted with each call.
    </Empty>
  );
}

function Filters() {
  const search = useSearch({ from: '/cost' });
  const navigate = useNavigate({ from: '/cost' });
  const put = (part: { readonly by?: string; readonly since?: string }): void =>
    void navigate({ search: (before) => ({ ...before, ...part }), replace: true, resetScroll: false });
  return (
    <div className="flex flex-wrap items-center gap-2">
      {search.run === undefined ? undefined : (
        <Button small onClick={() => void navigate({ search: (before) => ({ ...before, run: undefined }) })}>
          Only {search.run}: show all runs
        </Button>
      )}
      <Select label="Rows stand for" hidesLabel value={groupingOf(search.by)} onChange={({ target }) => put({ by: target.value })}>
        {groupings.map((each) => (
          <option key={each} value={each}>
            By {groupingNames[each].toLowerCase()}
          </option>
        ))}
      </Select>
      <Select label="Since" hidesLabel value={spanOf(search.since)} onChange={({ target }) => put({ since: target.value })}>
        {Object.entries(spans).map(([span, name]) => (
          <option key={span} value={span}>
            Of {name}
          </option>
        ))}
      </Select>
    </div>
  );
}

/** More are drawn when they are asked for: there may be as many as runs. */
const step = 100;

function CostTable({ by, cost }: { readonly by: Grouping; readonly cost: CostAnswer }) {
  const [most, setMost] = useState(step);
  const left = cost.rows.length - most;
  return (
    <>
      <Table label="Cost" head={[groupingNames[by], 'Calls', 'For nothing', 'Input', 'Output', 'Reserved', 'Spent']}>
        {cost.rows.slice(0, most).map((row) => (
          <CostLine key={row.name} row={row} name={<Name by={by} name={row.name} />} />
        ))}
        <CostLine row={cost.total} name="Together" isTotal />
      </Table>
      {left > 0 ? (
        <Button small className="mt-2" onClick={() => setMost(most + step)}>
          Show {Math.min(step, left)} of {left} more
        </Button>
      ) : undefined}
      {cost.total.unknownPrices + cost.total.unsureCalls === 0 ? undefined : (
        <p className="mt-2 text-muted">{notKnown(cost.total.unknownPrices + cost.total.unsureCalls)}</p>
      )}
    </>
  );
}

function notKnown(calls: number): string {
  const which = calls === 1 ? 'one call' : `${calls} calls`;
  return `“At most”: ${which} had no known price, or broke off before saying what was to be paid. The most that such a call can have cost counts.`;
}

function Name({ by, name }: { readonly by: Grouping; readonly name: string }) {
  if (by !== 'run' || !name.startsWith('run_')) return <span className="break-all">{name === '' ? 'no world' : name}</span>;
  return (
    <span className="inline-flex flex-wrap gap-x-3">
      <Link to="/runs/$run" params={{ run: name }} className="text-accent underline">
        <code>{name}</code>
      </Link>
      <Link to="/cost" search={{ run: name, by: 'world' }} className="underline" aria-label={`only this: ${name}`}>
        only this
      </Link>
    </span>
  );
}

interface CostLineProps {
  readonly row: CostAnswer['total'];
  readonly name: ReactNode;
  readonly isTotal?: boolean;
}

function CostLine({ row, name, isTotal = false }: CostLineProps) {
  const figures = [row.calls, row.cachedCalls, row.inputTokens, row.outputTokens].map((each) => each.toLocaleString('en'));
  return (
    <Row className={isTotal ? 'font-semibold' : undefined}>
      <Cell>{name}</Cell>
      {figures.map((figure, index) => (
        <Cell key={index} className="tabular">
          {figure}
        </Cell>
      ))}
      <Cell className="tabular">{row.reservedUsd === 0 ? '–' : usd(row.reservedUsd)}</Cell>
      <Cell className="tabular whitespace-nowrap">{shownCost(row)}</Cell>
    </Row>
  );
}
