import { useState } from 'react';
import { Card } from '../../ui/card.tsx';
import { QuestionDialog } from './question-dialog.tsx';
import type { OpenQuestion } from './question-words.ts';
import type { QuestionAct } from './question-view.tsx';
import { QuestionView } from './question-view.tsx';

/** A question that waits for a person, with everything that is needed to answer it. */
export function QuestionCard({ question }: { readonly question: OpenQuestion }) {
  const [act, setAct] = useState<QuestionAct>();
  return (
    <Card role="article" aria-label={`Question: ${question.title}`} className="border-l-4 border-l-warn p-4">
      <QuestionView level={3} question={question} onAct={setAct} />
      {act === undefined ? undefined : <QuestionDialog act={act} questions={[question]} onClose={() => setAct(undefined)} />}
    </Card>
  );
}
