import type { UseMutationResult } from '@tanstack/react-query';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { say } from '../ui/say.ts';
import { ask, Refused } from './ask.ts';
import type { Answer, Asked, OperationId } from './operations.ts';

/**
 * A change that people ask for. When it is made, `done` says so in a sentence and everything that is shown is asked anew; when it is refused, the refusal is
 * shown with what to do about it.
 */
export function useChange<Id extends OperationId>(
  id: Id,
  done: (answer: Answer<Id>, asked: Asked<Id>) => string,
): UseMutationResult<Answer<Id>, Error, Asked<Id>> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (asked: Asked<Id>) => await ask(id, asked),
    onSuccess: async (answer, asked) => {
      say.success(done(answer, asked));
      await client.invalidateQueries();
    },
    onError: (error) => say.error(error.message, { description: wordsOf(error), duration: 12_000 }),
  });
}

function wordsOf(error: Error): string {
  return error instanceof Refused ? `${error.problem.detail} ${error.problem.fix}` : 'Nothing is known to have changed. Try it again.';
}
