import { Failure } from '../domain/failure.ts';
import type { Registration } from '../weaver/handler.ts';

/**
 * A {@link Failure} is for a person to mend (a full disk, a broken configuration): trying again by itself would only
 * delay the sentence that says so. Any other exception stays what it is, an infrastructure error that is retried.
 */
export function withFinalFailures(registration: Registration): Registration {
  return {
    ...registration,
    handler: async (context) => {
      try {
        return await registration.handler(context);
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        return { kind: 'failure', reason: error.message, retryHint: 'never' };
      }
    },
  };
}
