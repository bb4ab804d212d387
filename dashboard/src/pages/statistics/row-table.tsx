import { Empty } from '../../ui/empty.tsx';
import { Cell, Row as TableRow, Table } from '../../ui/table.tsx';
import type { Grouping, Row } from './words.ts';
import { earlyEnds, minutes, percent, points, shownCost } from './words.ts';

/** Worlds of a kind, or phases, a row each. */
export function RowTable({ by, rows }: { readonly by: Grouping; readonly rows: readonly Row[] }) {
  if (rows.length === 0) return <Empty title="No world was begun in these runs." />;
  const head = [
    by === 'phase' ? 'Phase' : by === 'world' ? 'World' : by === 'agent' ? 'Agent' : by === 'model' ? 'Model' : 'Repository',
    by === 'phase' ? 'Runs' : 'Tries',
    'Went well',
    'Score',
    'Cost',
    'Median',
    '90 %',
    'Calls',
    'For nothing',
    'Ended early',
    'Wins',
  ];
  return (
    <Table label={`By ${by}`} head={head}>
      {rows.map((row) => (
        <TableRow key={row.name}>
          <Cell className="break-all">{row.name}</Cell>
          {cells(row).map((text, index) => (
            <Cell key={index} className="tabular whitespace-nowrap">
              {text}
            </Cell>
          ))}
        </TableRow>
      ))}
    </Table>
  );
}

function cells(row: Row): readonly string[] {
  const { calls, cachedCalls, wins } = row;
  return [
    row.tries.toLocaleString('en'),
    percent(row.succeeded, row.tries),
    points(row.meanScore),
    shownCost(row),
    minutes(row.medianMinutes),
    minutes(row.p90Minutes),
    calls === null ? '–' : calls.toLocaleString('en'),
    calls === null || cachedCalls === null ? '–' : percent(cachedCalls, calls),
    earlyEnds(row.early),
    wins === null ? '–' : wins.toLocaleString('en'),
  ];
}
