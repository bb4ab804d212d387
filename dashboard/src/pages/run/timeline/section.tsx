import { ChartGantt, Table2, ZoomIn, ZoomOut } from 'lucide-react';
import { useMemo, useState } from 'react';
import { Button } from '../../../ui/button.tsx';
import { Empty } from '../../../ui/empty.tsx';
import { Select } from '../../../ui/field.tsx';
import { Section } from '../../../ui/page.tsx';
import { useNow } from '../../../ui/use-now.ts';
import type { RunAnswer } from '../run-frame.tsx';
import { TaskTable } from './task-table.tsx';
import type { Interval } from './time-axis.ts';
import type { RunAttempt, RunTask } from '../task-words.ts';
import { Timeline } from './timeline.tsx';
import type { AttemptChoice } from './rows.ts';
import { reachOf, timelineGroups } from './rows.ts';

/** Tasks above which their groups are closed until somebody opens them. */
const mostOpen = 150;

export interface TimelineSectionProps {
  readonly run: RunAnswer;
  readonly tasks: readonly RunTask[];
  readonly attempts: readonly RunAttempt[];
  readonly selected: string | undefined;
  readonly onSelect: (task: string | undefined, attempt?: number) => void;
  /** There is more that is read when it is asked for. */
  readonly more: { readonly isReading: boolean; readonly read: () => void } | undefined;
}

/** What was done when, with everything by which it is looked at. */
export function TimelineSection({ run, tasks, attempts, selected, onSelect, more }: TimelineSectionProps) {
  const now = useNow();
  const [choice, setChoice] = useState<AttemptChoice>('all');
  const [isTable, setTable] = useState(false);
  const [window, setWindow] = useState<Interval>();
  const [toggled, setToggled] = useState<ReadonlySet<string>>(new Set());
  const until = run.endedAt ?? now;
  const titles = useMemo(() => new Map(run.report.tasks.map(({ id, title }) => [id, title])), [run.report.tasks]);
  const groups = useMemo(
    () => timelineGroups(tasks, attempts, { now: until, attempts: choice, titles }),
    [tasks, attempts, until, choice, titles],
  );
  const open = new Set(groups.map(({ key }) => key).filter((key) => toggled.has(key) !== tasks.length <= mostOpen));
  const reach = selected === undefined ? undefined : reachOf(selected, groups);
  return (
    <Section
      title="Timeline"
      actions={
        <div className="flex flex-wrap items-center gap-2">
          <AttemptSelect attempts={attempts} choice={choice} onChoose={setChoice} />
          {window === undefined ? (
            <Button small disabled={reach === undefined} onClick={() => setWindow(reach)}>
              <ZoomIn aria-hidden size={14} /> Zoom to selected
            </Button>
          ) : (
            <Button small onClick={() => setWindow(undefined)}>
              <ZoomOut aria-hidden size={14} /> Show all
            </Button>
          )}
          <Button small onClick={() => setTable(!isTable)}>
            {isTable ? <ChartGantt aria-hidden size={14} /> : <Table2 aria-hidden size={14} />}
            {isTable ? 'As bars' : 'As a table'}
          </Button>
        </div>
      }
    >
      {tasks.length === 0 ? (
        <Empty title="Nothing has been done yet." command={`miyabi watch ${run.run}`}>
          The first task is there as soon as somebody carries the run.
        </Empty>
      ) : isTable ? (
        <TaskTable groups={groups} selected={selected} onSelect={onSelect} />
      ) : (
        <Timeline
          groups={groups}
          open={open}
          onToggle={(key) =>
            setToggled((before) => (before.has(key) ? new Set([...before].filter((each) => each !== key)) : new Set([...before, key])))
          }
          selected={selected}
          onSelect={onSelect}
          origin={run.createdAt}
          window={window}
        />
      )}
      {more === undefined ? undefined : (
        <p className="mt-2 flex items-center gap-3 text-muted">
          The first {tasks.length} tasks are shown.
          <Button small busy={more.isReading} onClick={more.read}>
            Read more
          </Button>
        </p>
      )}
    </Section>
  );
}

function AttemptSelect({
  attempts,
  choice,
  onChoose,
}: {
  readonly attempts: readonly RunAttempt[];
  readonly choice: AttemptChoice;
  readonly onChoose: (choice: AttemptChoice) => void;
}) {
  const most = Math.min(20, Math.max(1, ...attempts.map(({ number }) => number)));
  if (most === 1) return undefined;
  return (
    <Select
      label="Attempts"
      hidesLabel
      value={choice}
      onChange={({ target: { value } }) => onChoose(value === 'all' || value === 'last' ? value : Number(value))}
    >
      <option value="all">All attempts</option>
      <option value="last">Last attempts</option>
      {Array.from({ length: most }, (_, index) => (
        <option key={index} value={index + 1}>
          Attempt {index + 1}
        </option>
      ))}
    </Select>
  );
}
