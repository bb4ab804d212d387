import type { z } from 'zod';
import type { Job } from '../domain/job.ts';
import { AttemptAborted } from './abort.ts';
import { inChange } from './change.ts';
import type { EngineParts } from './parts.ts';
import { plain, valueFault } from './plain.ts';

import { leased } from './settle.ts';
import type { LeaseRef } from './settle.ts';

/** Something outside that must not happen twice: a merge, a pull request, a payment. */
export interface Effect<Result> {
  /** Names it among the effects of its task; stable over all attempts. */
  readonly name: string;
  /** What it gives back, also when an earlier attempt did it. */
  readonly result: z.ZodType<Result>;
  /** Looks whether it has happened already; undefined when it has not. Must not change anything. */
  readonly probe: (key: string) => Promise<Result | undefined>;
  /** Does it, and hands `key` to the outside where that takes an idempotency key. */
  readonly act: (key: string) => Promise<Result>;
}

/**
 * Does an effect once over all attempts of a task: writes the intent, looks whether it has happened, acts, records the result. What is
 * recorded is never done again, and asked for twice at the same time it is done once. Nothing is begun once the attempt has been asked to
 * stop or its job has been cancelled. Between acting and recording a process can die, and its lease can run out while it acts: the
 * probe of the next attempt, and the key in the hands of the outside, are what keeps that from happening twice.
 *
 * @throws AttemptAborted when the lease is lost, or the attempt is to stop, before it has acted; whatever `probe` or `act` throws.
 */
export type Effects = <Result>(effect: Effect<Result>) => Promise<Result>;

/** Whose effects they are. */
interface Attempt {
  readonly lease: LeaseRef;
  /** Aborts when it is to stop. */
  readonly signal: AbortSignal;
}

/** The effects of one attempt. */
export function effectsOf(parts: EngineParts, lease: LeaseRef, signal: AbortSignal): Effects {
  const underWay = new Map<string, Promise<unknown>>();
  return async (effect) => {
    const key = `${lease.taskId}:${effect.name}`;
    let result = underWay.get(key);
    if (result === undefined) {
      result = once(parts, { lease, signal }, key, effect).finally(() => underWay.delete(key));
      underWay.set(key, result);
    }
    return effect.result.parse(await result);
  };
}

/** @returns the result as a later attempt will be given it. */
async function once(parts: EngineParts, attempt: Attempt, key: string, effect: Effect<unknown>): Promise<unknown> {
  const known = await intend(parts, attempt, key);
  if (known.kind === 'done') return known.result;
  const found = await effect.probe(key);
  const result = found ?? (await actUnderLease(parts, attempt, () => effect.act(key)));
  await record(parts, { key, taskId: attempt.lease.taskId, intendedAt: known.at, result });
  return plain(result);
}

type Known = { readonly kind: 'intended'; readonly at: number } | { readonly kind: 'done'; readonly result: unknown };

/** Writes the intent unless an earlier attempt did. */
function intend(parts: EngineParts, { lease, signal }: Attempt, key: string): Promise<Known> {
  return inChange(parts, async (change): Promise<Known> => {
    const task = await leased(change, lease);
    if (task === undefined) throw lost();
    const records = await change.records();
    const earlier = await records.effect(key);
    if (earlier?.done !== undefined) return { kind: 'done', result: earlier.done.result };
    mayBegin(signal, await change.job(task.jobId));
    if (earlier !== undefined) return { kind: 'intended', at: earlier.intendedAt };
    await records.saveEffect({ key, taskId: lease.taskId, intendedAt: change.now, done: undefined });
    return { kind: 'intended', at: change.now };
  });
}

/** The look outside may have taken long. */
async function actUnderLease<Result>(parts: EngineParts, { lease, signal }: Attempt, act: () => Promise<Result>): Promise<Result> {
  const job = await parts.store.read(async (records) => {
    const task = await records.task(lease.taskId);
    if (task?.state !== 'running' || task.epoch !== lease.epoch || task.lease.owner !== lease.owner) throw lost();
    return records.job(task.jobId);
  });
  mayBegin(signal, job);
  return act();
}

/** @throws AttemptAborted when whoever does it has been asked to stop, also where the attempt has not been told yet. */
function mayBegin(signal: AbortSignal, job: Job | undefined): void {
  const why: unknown = signal.reason;
  if (why instanceof AttemptAborted) throw stopped(why.why, why.message);
  if (job?.cancel !== undefined) throw stopped('cancelled', job.cancel.reason);
}

/** Also without the lease: that it happened is true whoever did it. The first result stays. */
function record(
  parts: EngineParts,
  what: { readonly key: string; readonly taskId: LeaseRef['taskId']; readonly intendedAt: number; readonly result: unknown },
): Promise<void> {
  const { key, taskId, intendedAt, result } = what;
  const problem = valueFault(result);
  if (problem !== undefined) throw new TypeError(`The result of the effect ${key} ${problem}.`);
  return inChange(parts, async (change) => {
    const records = await change.records();
    if ((await records.effect(key))?.done !== undefined) return;
    await records.saveEffect({ key, taskId, intendedAt, done: { at: change.now, result: plain(result) } });
  });
}

function lost(): AttemptAborted {
  return new AttemptAborted('lease-lost', 'The lease was lost before the effect was begun; nothing was done');
}

function stopped(why: AttemptAborted['why'], message: string): AttemptAborted {
  return new AttemptAborted(why, `Stopped before the effect was begun, nothing was done: ${message}`);
}
