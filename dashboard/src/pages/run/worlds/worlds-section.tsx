import { Link } from '@tanstack/react-router';
import { Scale } from 'lucide-react';
import { useRef } from 'react';
import { Select } from '../../../ui/field.tsx';
import { Section } from '../../../ui/page.tsx';
import { useKeys } from '../../../ui/use-keys.ts';
import type { LogOfRun } from '../logs/log-section.tsx';
import type { WorldGroup } from './world-cards.ts';
import { WorldView } from './world-view.tsx';

export interface WorldsSectionProps {
  readonly run: string;
  readonly groups: readonly WorldGroup[];
  /** The one of them that is shown. */
  readonly group: WorldGroup;
  readonly logs: readonly LogOfRun[];
  /** Id of a task. */
  readonly selected: string | undefined;
  readonly onSelect: (task: string) => void;
  readonly onChoosePlanTask: (planTask: string) => void;
  /** Shows a log in the whole window: that one, or the one that is shown already. */
  readonly onLog: (log: string | undefined) => void;
}

/** The worlds of a plan task side by side, in places that never change. */
export function WorldsSection({ run, groups, group, logs, selected, onSelect, onChoosePlanTask, onLog }: WorldsSectionProps) {
  const cards = useRef<HTMLDivElement>(null);
  const focus = (place: number): void => cards.current?.querySelector<HTMLElement>(`[data-world="${place}"]`)?.focus();
  useKeys({
    ...Object.fromEntries(
      group.cards.map(({ world }, index) => [String(index + 1), { does: `World ${world}`, run: () => focus(index + 1) }]),
    ),
    f: { does: 'Log of this world, full screen', run: () => onLog(focusedLog()) },
  });
  return (
    <Section
      title={group.round > 1 ? `Worlds, round ${group.round}` : 'Worlds'}
      actions={
        <div className="flex flex-wrap items-center gap-3">
          {groups.length === 1 ? undefined : (
            <Select label="Plan task" hidesLabel value={group.planTask} onChange={({ target }) => onChoosePlanTask(target.value)}>
              {groups.map(({ planTask, title }) => (
                <option key={planTask} value={planTask}>
                  {planTask}: {title}
                </option>
              ))}
            </Select>
          )}
          <Link
            to="/runs/$run/compare"
            params={{ run }}
            search={{ task: group.planTask }}
            className="inline-flex items-center gap-1.5 text-accent underline"
          >
            <Scale aria-hidden size={15} /> Compare and pick
          </Link>
        </div>
      }
    >
      <div ref={cards} className="grid grid-cols-1 gap-3 sm:grid-cols-[repeat(auto-fit,minmax(12.5rem,1fr))]">
        {group.cards.map((card, index) => {
          const log = logs.find(({ planTask, world }) => planTask === group.planTask && world === card.world);
          return (
            <WorldView
              key={card.world}
              run={run}
              planTask={group.planTask}
              card={card}
              log={log}
              place={index + 1}
              isSelected={card.taskId === selected}
              onSelect={() => onSelect(card.taskId)}
              onLog={() => onLog(log?.log)}
            />
          );
        })}
      </div>
    </Section>
  );
}

/** Of the world on which the focus is. */
function focusedLog(): string | undefined {
  return document.activeElement?.closest<HTMLElement>('[data-world]')?.dataset['log'];
}
