import { Link } from '@tanstack/react-router';
import { Check } from 'lucide-react';
import type { Answer } from '../../api/operations.ts';
import { Moment } from '../../ui/moment.tsx';
import { State } from '../../ui/state.tsx';
import { Cell, Row, Table } from '../../ui/table.tsx';

/** Tasks that have not moved and should have, each with the way to it. */
export function Stuck({ stuck }: { readonly stuck: Answer<'readService'>['stuck'] }) {
  if (stuck.length === 0)
    return (
      <p className="flex items-center gap-2 text-muted">
        <Check aria-hidden size={16} className="text-good" /> Everything moves, or waits for something that it names.
      </p>
    );
  return (
    <Table label="What does not go on" head={['State', 'Run', 'Task', 'For', 'Why']}>
      {stuck.map(({ run, title, task, key, since, why }) => (
        <Row key={`${run} ${task ?? ''}`}>
          <Cell>
            <State state="stuck" quiet />
          </Cell>
          <Cell>
            <Link to="/runs/$run" params={{ run }} search={task === null ? {} : { task }} className="text-accent underline">
              {title}
            </Link>
          </Cell>
          <Cell>{key === null ? 'all of it' : <code>{key}</code>}</Cell>
          <Cell>
            <Moment at={since} />
          </Cell>
          <Cell className="min-w-60">{why}</Cell>
        </Row>
      ))}
    </Table>
  );
}
