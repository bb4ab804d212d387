import { HeartCrack, HeartPulse } from 'lucide-react';
import type { Answer } from '../../api/operations.ts';
import { useAnswer } from '../../api/queries.ts';
import { Answered } from '../../ui/answered.tsx';
import { Empty } from '../../ui/empty.tsx';
import { Moment } from '../../ui/moment.tsx';
import { Section } from '../../ui/page.tsx';
import { Cell, Row, Table } from '../../ui/table.tsx';

type Worker = Answer<'listWorkers'>['items'][number];

/** Every program that takes tasks, on whichever machine. */
export function WorkerTable({ everyMs }: { readonly everyMs: number }) {
  const query = useAnswer('listWorkers', {}, { everyMs });
  return (
    <Section title="Who executes tasks">
      <Answered query={query} what="the workers">
        {({ items }) =>
          items.length === 0 ? (
            <Empty title="Nobody takes tasks." command="miyabi serve">
              Runs wait until a service or a worker carries them.
            </Empty>
          ) : (
            <Table label="Workers" head={['State', 'Machine', 'Process', 'Tasks', 'Last seen', 'Since', 'What it has']}>
              {items.map((worker) => (
                <WorkerRow key={worker.id} worker={worker} />
              ))}
            </Table>
          )
        }
      </Answered>
    </Section>
  );
}

function WorkerRow({ worker: { host, pid, alive, running, lastSeenAt, startedAt, labels } }: { readonly worker: Worker }) {
  const Icon = alive ? HeartPulse : HeartCrack;
  return (
    <Row>
      <Cell>
        <span className={`inline-flex items-center gap-1.5 align-middle font-medium ${alive ? 'text-good' : 'text-bad'}`}>
          <Icon aria-hidden size={15} /> {alive ? 'alive' : 'dead'}
        </span>
      </Cell>
      <Cell>{host}</Cell>
      <Cell className="tabular">{pid}</Cell>
      <Cell className="tabular">{running}</Cell>
      <Cell>{lastSeenAt === null ? 'not known' : <Moment at={lastSeenAt} />}</Cell>
      <Cell>
        <Moment at={startedAt} />
      </Cell>
      <Cell className="text-muted">{labels === null ? 'takes whatever it is given' : labels.join(', ')}</Cell>
    </Row>
  );
}
