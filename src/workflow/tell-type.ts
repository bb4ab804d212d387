import { z } from 'zod';
import type { TaskSpec } from '../domain/job.ts';
import type { RunAttributes } from '../domain/run.ts';
import { defineTaskType } from '../domain/task-type.ts';
import type { Kept } from './kept.ts';
import { needsOfForge } from './needs-of.ts';
import type { ToldPlan } from './task-types.ts';

/** For values that only this program writes. */
function ours<Value>(): z.ZodType<Value> {
  return z.custom<Value>((value) => typeof value === 'string' || (typeof value === 'object' && value !== null));
}

/** What is written at the issue; each kind is one comment of a run, which is edited in place. */
const told = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('plan'), plan: ours<Kept<ToldPlan>>() }),
  /** Of the same plan, once the person among the tasks that this one waited for has answered. */
  z.object({ kind: z.literal('answer'), plan: ours<Kept<ToldPlan>>() }),
  /** Of the review among the tasks that this one waited for. */
  z.object({ kind: z.literal('review') }),
  /** Markdown that is ready; `name` tells it from the other comments of the run. */
  z.object({ kind: z.literal('comment'), name: z.string().regex(/^[a-z][a-z\d-]{0,60}$/), body: z.string() }),
  /** Why the run came to nothing before it had a plan, where one of the tasks that this one waited for has died. */
  z.object({ kind: z.literal('no-plan') }),
  /** Labels alone. */
  z.object({ kind: z.literal('nothing') }),
]);

/** Something that is told at the forge of a run: a comment, labels, or both. What cannot be told ends no run. */
export const tellType = defineTaskType({
  name: 'miyabi.forge.tell',
  schemaVersion: 1,
  payload: z.object({
    what: told,
    /** Of ours, see `labels.ts`; those of the same group that are there already go. */
    labels: z.array(z.string()),
    /** The issue or pull request; the run's issue where that is absent. */
    number: z.int().min(1).optional(),
  }),
  /** `why`: in a sentence, where it could not be told. */
  result: z.object({ url: z.string().nullable(), why: z.string().optional() }),
});
export type TellPayload = z.infer<typeof tellType.payload>;

/** @param payload.after tasks that have to be over, however they ended: those that are told of, and whoever told something before, so that labels change in order. */
export function tellTask(
  run: Pick<RunAttributes, 'config' | 'issue'>,
  key: string,
  { after, ...payload }: TellPayload & { readonly after: readonly string[] },
): TaskSpec {
  return { type: tellType.name, key, payload, dependencies: after.map((on) => ({ on, until: 'settled' })), needs: needsOfForge(run) };
}
