import { Failure } from '../../domain/failure.ts';
import type { JobId } from '../../domain/ids.ts';
import type { Engine } from '../../weaver/engine.ts';
import { aborted } from '../aborted.ts';

/** How long it is waited at the end for what is still being sent, in ms; the rest is sent by whoever works next. */
const lastWaitMs = 5_000;

/** Sends notices in a process that carries single runs and takes nothing else. Disposed, it lets what is on its way arrive. */
export function carryNotices(engine: Engine, tell: (text: string) => void): AsyncDisposable & { readonly carry: (jobId: JobId) => void } {
  const sending = new Set<Promise<void>>();
  const over = new AbortController();

  async function send(jobId: JobId): Promise<void> {
    const worker = await engine.work({ jobs: [jobId], concurrency: 1 });
    try {
      await Promise.race([worker.settled(jobId), aborted(over.signal)]);
    } finally {
      await worker.stop();
    }
  }

  return {
    carry(jobId) {
      const sent: Promise<void> = send(jobId)
        .catch((error: unknown) => {
          // Another process has it already: it is sent there.
          if (error instanceof Failure && error.reason === 'notFoundOrLocked') return;
          tell(
            `a notice could not be sent now, and is sent by whoever works next: ${error instanceof Error ? error.message : String(error)}`,
          );
        })
        .finally(() => sending.delete(sent));
      sending.add(sent);
    },
    async [Symbol.asyncDispose]() {
      const timer = setTimeout(() => over.abort(), lastWaitMs);
      await Promise.all(sending);
      clearTimeout(timer);
    },
  };
}
