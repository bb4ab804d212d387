import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ask } from '../../api/ask.ts';
import type { AnswerScope, OpenQuestion } from './question-words.ts';

/** What somebody says to one question or several. */
export interface Given {
  readonly answer: 'approve' | 'reject';
  readonly scope: AnswerScope;
  readonly reason: string;
  /** The world to take; empty where none is named. */
  readonly world: string;
}

/** What became of the answer to one of them. */
export interface Told {
  readonly question: OpenQuestion;
  /** Why it was not taken; undefined where it was. */
  readonly error: Error | undefined;
}

/**
 * Says the same to several questions, one after the other: one that is refused keeps no other from being answered. `done` counts those that were told so far.
 */
export function useAnswering(onTold: (told: readonly Told[], given: Given) => void) {
  const client = useQueryClient();
  const [done, setDone] = useState(0);
  const mutation = useMutation({
    mutationFn: async ({ questions, given }: { readonly questions: readonly OpenQuestion[]; readonly given: Given }) => {
      const told: Told[] = [];
      for (const question of questions) {
        told.push({ question, error: await answered(question, given) });
        setDone(told.length);
      }
      return told;
    },
    onMutate: () => setDone(0),
    onSuccess: async (told, { given }) => {
      onTold(told, given);
      await client.invalidateQueries();
    },
  });
  return { say: mutation.mutate, isPending: mutation.isPending, done };
}

async function answered({ id }: OpenQuestion, given: Given): Promise<Error | undefined> {
  try {
    await ask('answerEscalation', { params: { escalation: id }, body: bodyOf(given) });
    return undefined;
  } catch (error) {
    if (error instanceof Error) return error;
    throw error;
  }
}

function bodyOf({ answer, scope, reason, world }: Given) {
  const why = reason.trim() === '' ? {} : { reason: reason.trim() };
  if (answer === 'reject') return { answer, ...why };
  return { answer, scope, ...why, ...(world === '' ? {} : { world }) };
}
