import { useQueryClient } from '@tanstack/react-query';
import { ask } from '../api/ask.ts';

/** Lets this browser in no more. */
export function useSignOut(): () => Promise<void> {
  const client = useQueryClient();
  return async () => {
    await ask('endSession');
    // What was shown to whoever was signed in is nobody else's business.
    client.clear();
    location.assign('/');
  };
}
