import { Link } from '@tanstack/react-router';
import { State } from '../../ui/state.tsx';
import { Cell, Row, Table } from '../../ui/table.tsx';
import { usd } from '../../words/money.ts';
import { shown } from '../../words/states.ts';
import type { RunGraph } from './graph-model.ts';

/** The same as a table. */
export function GraphTable({ run, graph: { nodes, edges } }: { readonly run: string; readonly graph: RunGraph }) {
  return (
    <Table label="Parts of the run" head={['Part', 'State', 'After', 'Worlds', 'Expected', 'Cost']}>
      {nodes.map((node) => (
        <Row key={node.id}>
          <Cell>
            <Link
              to="/runs/$run"
              params={{ run }}
              search={node.task === undefined ? {} : { task: node.task }}
              className="font-medium text-accent underline"
            >
              {node.kind === 'task' ? `${node.id}: ${node.title}` : node.title}
            </Link>
            {node.isCritical ? <span className="ml-2 text-muted">on the longest chain</span> : undefined}
          </Cell>
          <Cell>
            <State state={node.state} quiet />
          </Cell>
          <Cell>{edges.flatMap(({ from, to }) => (to === node.id ? [from] : [])).join(', ') || '–'}</Cell>
          <Cell>
            {node.worlds.map(({ world, status, isWinner }) => `${world} ${isWinner ? 'won' : shown(status).word}`).join(', ') || '–'}
          </Cell>
          <Cell className="tabular whitespace-nowrap">{node.minutes === null ? '–' : `${node.minutes} min`}</Cell>
          <Cell className="tabular">{usd(node.costUsd)}</Cell>
        </Row>
      ))}
    </Table>
  );
}
