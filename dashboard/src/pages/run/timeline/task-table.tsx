import { Moment } from '../../../ui/moment.tsx';
import { State } from '../../../ui/state.tsx';
import { Cell, Row, Table } from '../../../ui/table.tsx';
import { usd } from '../../../words/money.ts';
import { span } from '../../../words/time.ts';
import type { TaskGroup } from './rows.ts';

export interface TaskTableProps {
  readonly groups: readonly TaskGroup[];
  readonly selected: string | undefined;
  readonly onSelect: (task: string) => void;
}

/** The timeline as a table. */
export function TaskTable({ groups, selected, onSelect }: TaskTableProps) {
  return (
    <div className="max-h-[36rem] overflow-y-auto">
      <Table label="Tasks" head={['Part', 'Task', 'State', 'Attempts', 'Began', 'Took', 'Cost']}>
        {groups.flatMap((group) =>
          group.rows.map(({ task, name, bars }) => (
            <Row key={task.id} className={task.id === selected ? 'bg-accent-soft' : undefined}>
              <Cell className="text-muted">{group.name}</Cell>
              <Cell>
                <button
                  type="button"
                  aria-pressed={task.id === selected}
                  onClick={() => onSelect(task.id)}
                  className="cursor-pointer text-left font-medium text-accent underline"
                >
                  {name}
                </button>
              </Cell>
              <Cell>
                <State state={task.state} quiet />
              </Cell>
              <Cell className="tabular">{bars.length}</Cell>
              <Cell>{task.startedAt === null ? '–' : <Moment at={task.startedAt} />}</Cell>
              <Cell className="tabular whitespace-nowrap">{task.startedAt === null ? '–' : span(task.wallMs)}</Cell>
              <Cell className="tabular">{usd(task.costUsd)}</Cell>
            </Row>
          )),
        )}
      </Table>
    </div>
  );
}
