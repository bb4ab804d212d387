import { Button } from '../../ui/button.tsx';
import { Empty } from '../../ui/empty.tsx';
import type { Decision } from './decision-row.tsx';
import { DecisionRow } from './decision-row.tsx';

export interface DecisionListProps {
  readonly run: string;
  readonly decisions: readonly Decision[];
  /** How many there are without any wish. */
  readonly all: number;
  readonly nameOfTask: (id: string) => string | undefined;
  readonly more: { readonly isReading: boolean; readonly read: () => void } | undefined;
}

/** Decisions, the oldest first. */
export function DecisionList({ run, decisions, all, nameOfTask, more }: DecisionListProps) {
  if (decisions.length === 0)
    return (
      <Empty title={all === 0 ? 'Nothing was decided yet.' : 'None of the decisions is such.'} command={`miyabi explain ${run}`}>
        {all === 0 ? 'What the engine, its judging and people decide is here from then on.' : `There are ${all} others.`}
      </Empty>
    );
  return (
    <>
      <ol aria-label="Decisions" className="rounded-lg border border-line bg-surface">
        {decisions.map((decision) => (
          <DecisionRow
            key={decision.id}
            run={run}
            decision={decision}
            taskName={decision.taskId === null ? undefined : nameOfTask(decision.taskId)}
          />
        ))}
      </ol>
      {more === undefined ? undefined : (
        <Button busy={more.isReading} onClick={more.read} className="mt-3">
          Read more
        </Button>
      )}
    </>
  );
}
