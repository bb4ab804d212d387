import { useState } from 'react';
import { usePages } from '../../api/queries.ts';
import { AnsweredPages } from '../../ui/answered-pages.tsx';
import { Empty } from '../../ui/empty.tsx';
import { useMay } from '../../ui/use-may.ts';
import { BatchBar } from './batch-bar.tsx';
import { QuestionDialog } from './question-dialog.tsx';
import { QuestionItem } from './question-item.tsx';
import type { QuestionAct } from './question-view.tsx';
import { canBeFixed } from './question-view.tsx';
import type { OpenQuestion } from './question-words.ts';
import { Receipts } from './receipts.tsx';
import { useCurrent } from './use-current.ts';
import { useInboxKeys } from './use-inbox-keys.ts';

/** What is about to be said to whom. */
interface Doing {
  readonly act: QuestionAct;
  readonly questions: readonly OpenQuestion[];
}

/** Questions that nobody has answered, the oldest first: one after the other, or several at once. */
export function WaitingTab() {
  const pages = usePages('listEscalations');
  const [answered, setAnswered] = useState<readonly OpenQuestion[]>([]);
  return (
    <>
      <Receipts questions={answered} />
      <AnsweredPages pages={pages} what="the questions">
        {(questions) =>
          questions.length === 0 ? (
            <Empty title="Nothing waits for an answer." command="miyabi inbox --answered">
              Runs go on by themselves. When one needs somebody, its question comes here, and the mark in the navigation counts it.
            </Empty>
          ) : (
            <Questions questions={questions} onAnswered={(more) => setAnswered((before) => [...more, ...before])} />
          )
        }
      </AnsweredPages>
    </>
  );
}

interface QuestionsProps {
  readonly questions: readonly OpenQuestion[];
  readonly onAnswered: (questions: readonly OpenQuestion[]) => void;
}

function Questions({ questions, onAnswered }: QuestionsProps) {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [doing, setDoing] = useState<Doing>();
  const { current, move } = useCurrent(questions);
  const { disabled: mayNot } = useMay('operate');
  const several = questions.filter(({ id }) => chosen.has(id));
  const choose = (id: string): void => setChosen((before) => toggled(before, id));
  /** What a key does: to all that are chosen, else to the one that is looked at. */
  const act = (verb: QuestionAct): void => {
    const meant = verb !== 'fix' && several.length > 0 ? several : current === undefined ? [] : [current];
    const [first] = meant;
    if (!mayNot && first !== undefined && (verb !== 'fix' || canBeFixed(first))) setDoing({ act: verb, questions: meant });
  };
  useInboxKeys({ move, act, choose: () => (current === undefined ? undefined : choose(current.id)) });
  return (
    <>
      <BatchBar
        count={several.length}
        all={questions.length}
        onAll={() => setChosen(new Set(questions.map(({ id }) => id)))}
        onNone={() => setChosen(new Set())}
        onAct={(verb) => setDoing({ act: verb, questions: several })}
      />
      <ol aria-label="Questions" className="space-y-4">
        {questions.map((question) => (
          <QuestionItem
            key={question.id}
            question={question}
            isCurrent={question.id === current?.id}
            isChosen={chosen.has(question.id)}
            onChoose={questions.length > 1 ? () => choose(question.id) : undefined}
            onAct={(verb) => setDoing({ act: verb, questions: [question] })}
          />
        ))}
      </ol>
      {doing === undefined ? undefined : (
        <QuestionDialog
          {...doing}
          onClose={() => setDoing(undefined)}
          onAnswered={(taken) => {
            setChosen(new Set());
            onAnswered(taken);
          }}
        />
      )}
    </>
  );
}

function toggled(chosen: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const next = new Set(chosen);
  if (!next.delete(id)) next.add(id);
  return next;
}
