import { ForgeUnavailable } from '../ports/forge.ts';
import type { Registration } from '../weaver/handler.ts';
import type { WorkflowTools } from './tools.ts';

/** The name of the signal that wakes whoever waits for a forge; what has happened is looked up, so it carries nothing. */
export const forgeSignal = 'forge';

/** Each hand-out of a task that finds its forge unavailable again waits so much longer than it was asked to, up to a limit; in ms. */
const growingMs = 1_000;
const mostGrownMs = 60_000;

/** The same for whoever was asked by the forge itself to wait: what happens there ends no such wait. */
const forgeRestSignal = 'forge-rest';

/** Waits for something at a forge: until then, or until somebody tells that something has happened there. @param until epoch ms. */
export function waitForForge(reason: string, until: number) {
  return waitFor(forgeSignal, reason, until);
}

function waitFor(signal: string, reason: string, until: number) {
  return {
    kind: 'blocked',
    reason,
    need: { signal, from: 'deadline', question: reason, until: Math.round(until) },
  } as const;
}

/**
 * A forge that cannot be used at the moment costs no attempt and no worker: the task waits for as long as it was asked to, whatever is told of
 * meanwhile, and a little longer each time.
 */
export function withForge(registration: Registration, tools: () => Promise<Pick<WorkflowTools, 'clock'>>): Registration {
  return {
    ...registration,
    handler: async (context) => {
      try {
        return await registration.handler(context);
      } catch (error) {
        if (!(error instanceof ForgeUnavailable)) throw error;
        const { clock } = await tools();
        const longerMs = Math.min((context.epoch - 1) * growingMs, mostGrownMs);
        return waitFor(forgeRestSignal, error.message, clock.now() + error.retryAfterMs + longerMs);
      }
    },
  };
}
