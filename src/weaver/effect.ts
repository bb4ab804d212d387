import type { z } from 'zod';
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
 * recorded is never done again. Between acting and recording a process can die, and its lease can run out while it acts: the
 * probe of the next attempt, and the key in the hands of the outside, are what keeps that from happening twice.
 *
 * @throws AttemptAborted when the lease is lost before it has acted; whatever `probe` or `act` throws.
 */
export type Effects = <Result>(effect: Effect<Result>) => Promise<Result>;

/** The effects of one attempt. */
export function effectsOf(parts: EngineParts, lease: LeaseRef): Effects {
  return async (effect) => {
    const key = `${lease.taskId}:${effect.name}`;
    const known = await intend(parts, lease, key);
    if (known.kind === 'done') return effect.result.parse(known.result);
    const found = await effect.probe(key);
    const result = found ?? (await actUnderLease(parts, lease, () => effect.act(key)));
    await record(parts, { key, taskId: lease.taskId, intendedAt: known.at, result });
    // As a later attempt will be given it.
    return effect.result.parse(plain(result));
  };
}

type Known = { readonly kind: 'intended'; readonly at: number } | { readonly kind: 'done'; readonly result: unknown };

/** Writes the intent unless an earlier attempt did. */
function intend(parts: EngineParts, lease: LeaseRef, key: string): Promise<Known> {
  return inChange(parts, async (change): Promise<Known> => {
    if ((await leased(change, lease)) === undefined) throw lost();
    const records = await change.records();
    const earlier = await records.effect(key);
    if (earlier?.done !== undefined) return { kind: 'done', result: earlier.done.result };
    if (earlier !== undefined) return { kind: 'intended', at: earlier.intendedAt };
    await records.saveEffect({ key, taskId: lease.taskId, intendedAt: change.now, done: undefined });
    return { kind: 'intended', at: change.now };
  });
}

/** The look outside may have taken long. */
async function actUnderLease<Result>(parts: EngineParts, lease: LeaseRef, act: () => Promise<Result>): Promise<Result> {
  const task = await parts.store.read((records) => records.task(lease.taskId));
  if (task?.state !== 'running' || task.epoch !== lease.epoch || task.lease.owner !== lease.owner) throw lost();
  return act();
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
