import { useAnswer } from '../../api/queries.ts';
import { Answered } from '../../ui/answered.tsx';
import { QuestionCard } from '../inbox/question-card.tsx';
import type { RunAnswer } from './run-frame.tsx';

/** What a run asks and nobody has answered, to be answered here. */
export function OpenQuestions({ run }: { readonly run: RunAnswer }) {
  if (run.escalations.length === 0) return undefined;
  return (
    <section aria-label="Questions of this run" className="mb-8 flex flex-col gap-3">
      {run.escalations.map((escalation) => (
        <OpenQuestion key={escalation} escalation={escalation} />
      ))}
    </section>
  );
}

function OpenQuestion({ escalation }: { readonly escalation: string }) {
  const query = useAnswer('readEscalation', { params: { escalation } });
  return (
    <Answered query={query} what="the question">
      {(question) => <QuestionCard question={question} />}
    </Answered>
  );
}
