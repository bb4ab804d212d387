import { Link } from '@tanstack/react-router';
import { Check, Hourglass } from 'lucide-react';
import { usePages } from '../../api/queries.ts';
import type { OpenQuestion } from './question-words.ts';

/** More are in the history. */
const mostShown = 5;

/** Of what was just answered: whether its run has really gone on. */
export function Receipts({ questions }: { readonly questions: readonly OpenQuestion[] }) {
  const history = usePages('listAnswered', {}, { enabled: questions.length > 0 });
  if (questions.length === 0) return undefined;
  return (
    <ul aria-label="Just answered" role="status" className="mb-4 space-y-1 rounded-lg border border-line bg-surface px-4 py-3">
      {questions.slice(0, mostShown).map((question) => (
        <Receipt key={question.id} question={question} answered={history.data?.find(({ id }) => id === question.id)} />
      ))}
    </ul>
  );
}

interface ReceiptProps {
  readonly question: OpenQuestion;
  readonly answered: { readonly answer: string; readonly at: number; readonly resumedAt: number | null } | undefined;
}

function Receipt({ question: { run, title }, answered }: ReceiptProps) {
  const resumedAt = answered?.resumedAt ?? null;
  return (
    <li className="flex flex-wrap items-center gap-x-2">
      {resumedAt === null ? (
        <Hourglass aria-hidden size={15} className="text-idle" />
      ) : (
        <Check aria-hidden size={15} className="text-good" />
      )}
      <Link to="/runs/$run" params={{ run }} className="font-medium hover:underline">
        {title}
      </Link>
      <span className="text-muted tabular">{wentOn(answered?.at, resumedAt)}</span>
    </li>
  );
}

function wentOn(at: number | undefined, resumedAt: number | null): string {
  if (at === undefined) return 'answered';
  if (resumedAt === null) return 'answered; the run has not gone on yet';
  return `answered; the run went on after ${((resumedAt - at) / 1_000).toFixed(1)} s`;
}
