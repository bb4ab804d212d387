import { keptObservations, keptText } from '../domain/outcome.ts';
import type { AttemptEnd } from '../domain/outcome.ts';
import type { TaskType } from '../domain/task-type.ts';
import { AttemptAborted } from './abort.ts';
import type { Claim } from './claim-task.ts';
import { decodePayload } from './decode.ts';
import { describeThrown } from './describe-thrown.ts';
import type { Effects } from './effect.ts';
import type { TaskContext } from './handler.ts';
import type { EngineParts } from './parts.ts';
import { readReturned } from './read-returned.ts';
import { stacksOf } from './stacks.ts';
import { abortAfter } from './time-limit.ts';

/** What an attempt is given besides its claim. */
export interface Control {
  readonly abort: AbortController;
  readonly progress: (data: unknown) => void;
  readonly effects: Effects;
}

/**
 * Runs the handler of a claimed task. Never throws: whatever the handler does becomes the end of the attempt, plain and of a size that
 * can be kept. A handler that goes on after its abort is left alone once the grace period is over.
 */
export async function execute(parts: EngineParts, claimed: Claim, control: Control): Promise<AttemptEnd> {
  try {
    return kept(await executed(parts, claimed, control));
  } catch (thrown) {
    return kept(caught(thrown));
  }
}

async function executed(parts: EngineParts, claimed: Claim, control: Control): Promise<AttemptEnd> {
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
  return why instanceof AttemptAborted && why.why === 'time-limit' ? overTime(end, why.message) : end;
}

/** What it has cost, made and seen on the way is none the less so. */
function overTime(end: AttemptEnd, reason: string): AttemptEnd {
  const { observations } = end;
  const seen = observations === undefined ? {} : { observations };
  if (end.kind === 'error') return { kind: 'failure', reason, ...seen };
  const { artifacts, costMicroUsd } = end;
  const made = { ...(artifacts === undefined ? {} : { artifacts }), ...(costMicroUsd === undefined ? {} : { costMicroUsd }) };
  return { kind: 'failure', reason, ...seen, ...made };
}

async function call(handler: () => Promise<unknown>, type: TaskType<unknown, unknown>): Promise<AttemptEnd> {
  let returned: unknown;
  try {
    returned = await handler();
  } catch (thrown) {
    return caught(thrown);
  }
  const read = readReturned(returned, type);
  return read.kind === 'outcome' ? read.outcome : error('outcome', read.reason);
}

function caught(thrown: unknown): AttemptEnd {
  return { kind: 'error', cause: 'thrown', reason: describeThrown(thrown), observations: stacksOf(thrown) };
}

/** With its texts cut to what is kept of them. */
function kept(end: AttemptEnd): AttemptEnd {
  const { observations } = end;
  const seen = observations === undefined ? {} : { observations: keptObservations(observations) };
  if (end.kind === 'success') return observations === undefined ? end : { ...end, ...seen };
  const told = { reason: keptText(end.reason), ...seen };
  if (end.kind !== 'blocked') return { ...end, ...told };
  return { ...end, ...told, need: { ...end.need, question: keptText(end.need.question) } };
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
