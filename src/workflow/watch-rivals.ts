import type { EarlyEnd } from '../domain/early-end.ts';
import type { TaskContext } from '../weaver/handler.ts';
import type { WorkflowTools } from './tools.ts';
import { runOf } from './tools.ts';

/** The other worlds of the same task, watched until this is disposed. */
export interface RivalWatch extends AsyncDisposable {
  /** Aborts when one of them can no longer be beaten; the reason is an {@link EarlyEnd}. Whoever holds it may abort it for reasons of their own. */
  readonly early: AbortController;
}

/** How often the records are looked at, in ms. */
const everyMs = 2_000;

/** Looks now, and then every two seconds, whether another world of the same task has all that can be had. */
export async function watchRivals(
  tools: Pick<WorkflowTools, 'ledger'>,
  context: TaskContext<unknown>,
  own: { readonly planTask: string; readonly round: number; readonly world: string },
): Promise<RivalWatch> {
  const early = new AbortController();
  if (!runOf(context).config.early.unbeatable) return { early, [Symbol.asyncDispose]: async () => undefined };
  async function look(): Promise<void> {
    const rival = await tools.ledger.worlds.unbeatable({ jobId: context.jobId, planTask: own.planTask, round: own.round });
    if (rival === undefined || rival === own.world || early.signal.aborted) return;
    early.abort({
      rule: 'unbeatable',
      reason: `${rival} has all points, with evidence for each of them, and can no longer be beaten`,
    } satisfies EarlyEnd);
  }
  await look();
  let looking: Promise<void> = Promise.resolve();
  // A look that fails ends nothing: the next one comes, and the records tell their own trouble to whoever writes them.
  const timer = setInterval(() => void (looking = look().catch(() => undefined)), everyMs);
  timer.unref();
  return {
    early,
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await looking;
    },
  };
}
