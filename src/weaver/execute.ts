import type { AttemptLimit } from '../domain/budget.ts';
import type { AttemptEnd } from '../domain/outcome.ts';
import { outcomeFault } from '../domain/outcome.ts';
import type { TaskType } from '../domain/task-type.ts';
import { AttemptAborted } from './abort.ts';
import type { Claim } from './claim-task.ts';
import { decodePayload } from './decode.ts';
import type { Effects } from './effect.ts';
import { fit } from './fit.ts';
import type { TaskContext } from './handler.ts';
import type { EngineParts } from './parts.ts';
import { asJson, plain, valueFault } from './plain.ts';

import { stacksOf } from './stacks.ts';

/** The longest time that a timer can be set to. */
const longestTimerMs = 2 ** 31 - 1;

/**
 * Runs the handler of a claimed task. Never throws: whatever the handler does becomes the end of the attempt.
 * A handler that goes on after its abort is left alone once the grace period is over.
 */
export async function execute(
  parts: EngineParts,
  claimed: Claim,
  control: { readonly abort: AbortController; readonly progress: (data: unknown) => void; readonly effects: Effects },
): Promise<AttemptEnd> {
  const { task } = claimed;
  const registration = parts.registrations.get(task.type);
  if (registration === undefined) return error('no-handler', `Nothing here handles tasks of type «${task.type}».`);
  if (claimed.fault !== undefined) return error('payload', claimed.fault);
  const payload = decodePayload(registration.type, task.payload);
  if (payload.kind === 'fault') return error('payload', payload.reason);
  const context: TaskContext<unknown> = {
    jobId: task.jobId,
    taskId: task.id,
    attemptId: task.lease.attemptId,
    key: task.key,
    epoch: task.epoch,
    attempt: task.failures + task.leasesLost + 1,
    payload: payload.value,
    attributes: claimed.attributes,
    signal: control.abort.signal,
    idempotencyKey: task.id,
    dependencies: claimed.dependencies,
    children: claimed.children,
    answer: task.answer,
    progress: control.progress,
    effect: control.effects,
    artifacts: parts.artifacts,
  };
  using _timer = claimed.limit === undefined ? undefined : abortAfter(claimed.limit, control.abort);
  using abandoned = abandonment(control.abort.signal, parts.timing.graceMs);
  const end = await Promise.race([call(() => registration.handler(context), registration.type), abandoned.promise]);
  const why: unknown = control.abort.signal.reason;
  if (!(why instanceof AttemptAborted) || why.why !== 'time-limit') return end;
  return { kind: 'failure', reason: why.message, ...('artifacts' in end && end.artifacts ? { artifacts: end.artifacts } : {}) };
}

async function call(handler: () => Promise<unknown>, type: TaskType<unknown, unknown>): Promise<AttemptEnd> {
  let returned: unknown;
  try {
    returned = await handler();
  } catch (thrown) {
    const reason = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : `Thrown: ${asJson(thrown) ?? String(thrown)}`;
    return { kind: 'error', cause: 'thrown', reason, observations: stacksOf(thrown) };
  }
  const fault = outcomeFault(returned);
  if (fault !== undefined) return error('outcome', `The handler returned no outcome. ${fault}`);
  const outcome = returned as Exclude<AttemptEnd, { readonly kind: 'error' }>;
  if (outcome.kind !== 'success' || outcome.decomposition !== undefined) return outcome;
  const problem = valueFault(outcome.result);
  if (problem !== undefined) return error('outcome', `outcome.result: ${problem}`);
  const read = fit(type.result, plain(outcome.result), 'outcome.result');
  return read.kind === 'fits' ? outcome : error('outcome', `${read.path}: ${read.problem}`);
}

function abortAfter({ ms, reason }: AttemptLimit, abort: AbortController): Disposable {
  const timer = setTimeout(() => abort.abort(new AttemptAborted('time-limit', reason)), Math.min(ms, longestTimerMs));
  return { [Symbol.dispose]: () => clearTimeout(timer) };
}

/** A promise that resolves when the grace period after an abort is over. */
function abandonment(signal: AbortSignal, graceMs: number): Disposable & { readonly promise: Promise<AttemptEnd> } {
  const { promise, resolve } = Promise.withResolvers<AttemptEnd>();
  let timer: NodeJS.Timeout | undefined;
  const begin = (): void => {
    timer = setTimeout(() => resolve(error('thrown', `The handler did not stop within ${graceMs} ms of being asked to.`)), graceMs);
  };
  if (signal.aborted) begin();
  else signal.addEventListener('abort', begin, { once: true });
  return {
    promise,
    [Symbol.dispose]: () => {
      signal.removeEventListener('abort', begin);
      clearTimeout(timer);
    },
  };
}

function error(cause: Extract<AttemptEnd, { readonly kind: 'error' }>['cause'], reason: string): AttemptEnd {
  return { kind: 'error', cause, reason };
}
