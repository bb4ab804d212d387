import { useNavigate, useSearch } from '@tanstack/react-router';
import type { OpenQuestion } from './question-words.ts';

export interface Current {
  /** The one that keys act on; the first one where the address names none that waits. */
  readonly current: OpenQuestion | undefined;
  readonly move: (by: 1 | -1) => void;
}

/** Which question is looked at, as it stands in the address. */
export function useCurrent(questions: readonly OpenQuestion[]): Current {
  const { question: named } = useSearch({ from: '/inbox' });
  const navigate = useNavigate({ from: '/inbox' });
  const at = Math.max(
    0,
    questions.findIndex(({ id }) => id === named),
  );
  const move = (by: 1 | -1): void => {
    const next = questions[named === undefined && by === 1 ? 0 : at + by];
    if (next === undefined) return;
    void navigate({ search: (before) => ({ ...before, question: next.id }), replace: true, resetScroll: false });
    document.getElementById(anchorOf(next))?.focus();
  };
  return { current: questions[at], move };
}

/** Id of the place of a question in the page. */
export function anchorOf({ id }: OpenQuestion): string {
  return `question-${id}`;
}
