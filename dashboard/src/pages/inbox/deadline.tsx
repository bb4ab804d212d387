import { Clock } from 'lucide-react';
import { classes } from '../../ui/classes.ts';
import { useNow } from '../../ui/use-now.ts';
import { exactly } from '../../words/time.ts';
import type { OpenQuestion } from './question-words.ts';
import { deadlineWords, isPressing } from './question-words.ts';

/** How long there is to answer, second by second, and what happens then. */
export function Deadline({ deadline }: { readonly deadline: OpenQuestion['deadline'] }) {
  const now = useNow();
  return (
    <span
      title={deadline === undefined ? undefined : exactly(deadline.at)}
      className={classes('inline-flex items-center gap-1.5 tabular', isPressing(deadline, now) ? 'font-semibold text-warn' : 'text-muted')}
    >
      <Clock aria-hidden size={14} />
      {deadlineWords(deadline, now)}
    </span>
  );
}
