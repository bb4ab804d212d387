import { AnswerDialog } from './answer-dialog.tsx';
import { FixDialog } from './fix-dialog.tsx';
import type { QuestionAct } from './question-view.tsx';
import type { OpenQuestion } from './question-words.ts';

export interface QuestionDialogProps {
  readonly act: QuestionAct;
  /** Of `fix` the first alone is meant. */
  readonly questions: readonly OpenQuestion[];
  readonly onClose: () => void;
  readonly onAnswered?: (questions: readonly OpenQuestion[]) => void;
}

/** Asks for what an answer needs. */
export function QuestionDialog({ act, questions, ...rest }: QuestionDialogProps) {
  const [first] = questions;
  if (first === undefined) return undefined;
  return act === 'fix' ? <FixDialog question={first} {...rest} /> : <AnswerDialog questions={questions} answer={act} {...rest} />;
}
