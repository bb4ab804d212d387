import type { JobId } from '../domain/ids.ts';
import type { RunAttributes } from '../domain/run.ts';
import { carryRun } from './carry.ts';
import type { OperationTools } from './tools.ts';

/** Carries runs beside something else that this process does, until it is disposed: then their agents are stopped, and every record stays. */
export interface Carrier extends AsyncDisposable {
  /** Carries this run to its end, also while it waits for a person. */
  carry(jobId: JobId, attributes: RunAttributes): void;
}

/** @param tell hears what has become of a run that could not be carried on, in a sentence. */
export function openCarrier(tools: OperationTools, tell: (text: string) => void): Carrier {
  const over = new AbortController();
  const carried = new Map<JobId, Promise<void>>();

  async function carryOne(jobId: JobId, attributes: RunAttributes): Promise<void> {
    try {
      await carryRun(tools, jobId, attributes, { ...quiet, onWaiting: untilAnswered }, over.signal);
    } catch (error) {
      tell(
        `A run can be carried no further: ${error instanceof Error ? error.message : String(error)}. \`miyabi resume\` goes on with it.`,
      );
    } finally {
      carried.delete(jobId);
    }
  }

  return {
    carry: (jobId, attributes) => {
      if (!carried.has(jobId)) carried.set(jobId, carryOne(jobId, attributes));
    },
    async [Symbol.asyncDispose]() {
      over.abort();
      await Promise.all(carried.values());
    },
  };
}

const quiet = {
  onEvent: () => undefined,
  onProgress: () => undefined,
  onNotice: () => undefined,
  onIncident: () => undefined,
  onCapacity: () => undefined,
  onQuestion: () => undefined,
  onCarriedElsewhere: () => undefined,
};

/** Whoever answers does so elsewhere. */
async function untilAnswered(elsewhere: AbortSignal): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  elsewhere.addEventListener('abort', () => resolve(true), { once: true });
  if (elsewhere.aborted) resolve(true);
  return await promise;
}
