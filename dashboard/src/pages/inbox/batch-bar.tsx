import { Check, X } from 'lucide-react';
import { Button } from '../../ui/button.tsx';
import { ChangeButton } from '../../ui/change-button.tsx';
import type { QuestionAct } from './question-view.tsx';

export interface BatchBarProps {
  /** How many are chosen, of how many. */
  readonly count: number;
  readonly all: number;
  readonly onAll: () => void;
  readonly onNone: () => void;
  readonly onAct: (act: Exclude<QuestionAct, 'fix'>) => void;
}

/** One answer to several questions. It keeps its place, so that nothing below it jumps. */
export function BatchBar({ count, all, onAll, onNone, onAct }: BatchBarProps) {
  if (all < 2) return undefined;
  const isAll = count === all;
  return (
    <div className="sticky top-0 z-10 mb-3 flex min-h-12 flex-wrap items-center gap-2 border-b border-line bg-ground py-2">
      <Button small look="quiet" onClick={isAll ? onNone : onAll}>
        {isAll ? 'Choose none' : `Choose all ${all}`}
      </Button>
      <span role="status" className="text-muted tabular">
        {count === 0 ? 'None chosen' : `${count} chosen`}
      </span>
      <span className="ml-auto flex gap-2">
        <ChangeButton small disabled={count === 0} onClick={() => onAct('approve')}>
          <Check aria-hidden size={15} /> Approve chosen
        </ChangeButton>
        <ChangeButton small look="danger" disabled={count === 0} onClick={() => onAct('reject')}>
          <X aria-hidden size={15} /> Reject chosen
        </ChangeButton>
      </span>
    </div>
  );
}
