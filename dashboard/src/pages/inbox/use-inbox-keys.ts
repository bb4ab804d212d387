import { useKeys } from '../../ui/use-keys.ts';
import type { QuestionAct } from './question-view.tsx';

export interface InboxKeys {
  readonly move: (by: 1 | -1) => void;
  readonly act: (act: QuestionAct) => void;
  readonly choose: () => void;
}

/** Keys of the list of questions. */
export function useInboxKeys({ move, act, choose }: InboxKeys): void {
  useKeys({
    j: { does: 'Next question', run: () => move(1) },
    k: { does: 'Question before', run: () => move(-1) },
    x: { does: 'Choose it, to answer several at once', run: choose },
    a: { does: 'Approve', run: () => act('approve') },
    r: { does: 'Reject', run: () => act('reject') },
    f: { does: 'Have it changed', run: () => act('fix') },
  });
}
