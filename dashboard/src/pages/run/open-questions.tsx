import { useAnswer } from '../../api/queries.ts';
import { Section } from '../../ui/page.tsx';
import { QuestionCard } from '../inbox/question-card.tsx';
import type { RunAnswer } from './run-frame.tsx';

/** What a run asks and nobody has answered, to be answered here. */
export function OpenQuestions({ run: { run } }: { readonly run: RunAnswer }) {
  const { data } = useAnswer('listEscalations', { query: { limit: 100 } });
  const questions = data?.items.filter((question) => question.run === run) ?? [];
  if (questions.length === 0) return undefined;
  return (
    <Section title={questions.length === 1 ? 'It asks something' : `It asks ${questions.length} things`}>
      <div className="flex flex-col gap-3">
        {questions.map((question) => (
          <QuestionCard key={question.id} question={question} />
        ))}
      </div>
    </Section>
  );
}
