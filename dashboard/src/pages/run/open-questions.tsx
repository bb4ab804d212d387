import { useAnswer } from '../../api/queries.ts';
import { Answered } from '../../ui/answered.tsx';
import { Section } from '../../ui/page.tsx';
import { QuestionCard } from '../inbox/question-card.tsx';
import type { RunAnswer } from './run-frame.tsx';

/** What a run asks and nobody has answered, to be answered here. */
export function OpenQuestions({ run }: { readonly run: RunAnswer }) {
  if (run.escalations.length === 0) return undefined;
  return (
    <Section title={run.escalations.length === 1 ? 'It asks something' : `It asks ${run.escalations.length} things`}>
      <div className="flex flex-col gap-3">
        {run.escalations.map((escalation) => (
          <OpenQuestion key={escalation} escalation={escalation} />
        ))}
      </div>
    </Section>
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
