import { Card } from '../../ui/card.tsx';
import { classes } from '../../ui/classes.ts';
import type { OpenQuestion } from './question-words.ts';
import type { QuestionAct } from './question-view.tsx';
import { QuestionView } from './question-view.tsx';
import { anchorOf } from './use-current.ts';

export interface QuestionItemProps {
  readonly question: OpenQuestion;
  /** Keys act on it. */
  readonly isCurrent: boolean;
  /** It is one of several that are answered at once. */
  readonly isChosen: boolean;
  /** Absent where there is no other one. */
  readonly onChoose?: (() => void) | undefined;
  readonly onAct: (act: QuestionAct) => void;
}

/** One question in the list. */
export function QuestionItem({ question, isCurrent, isChosen, onChoose, onAct }: QuestionItemProps) {
  return (
    <li>
      <Card
        id={anchorOf(question)}
        tabIndex={-1}
        role="group"
        aria-label={question.title}
        className={classes(
          'scroll-mt-16 border-l-4 p-4',
          isCurrent ? 'border-l-accent' : 'border-l-line-strong',
          isChosen && 'bg-accent-soft',
        )}
      >
        <QuestionView
          level={2}
          question={question}
          onAct={onAct}
          before={
            onChoose === undefined ? undefined : (
              <input
                type="checkbox"
                aria-label={`Choose ${question.title}`}
                checked={isChosen}
                onChange={onChoose}
                className="size-5 cursor-pointer accent-accent"
              />
            )
          }
        />
      </Card>
    </li>
  );
}
