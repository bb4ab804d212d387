import { z } from 'zod';
import { commandVerbs, longestReason } from '../../domain/forge-command.ts';
import { forgeUserSchema, repositoryNameSchema } from '../../domain/forge.ts';
import { spanReferenceSchema } from '../../domain/trace.ts';
import type { Cause } from '../../domain/trace.ts';
import { defineTaskType } from '../../domain/task-type.ts';
import { worldNames } from '../../domain/world.ts';

const number = z.int().min(1);

/** What something that happened at a forge asks of us, before it is known whether who asks for it may, and whether it still holds. */
export const intentSchema = z.discriminatedUnion('do', [
  z.object({
    do: z.literal('start'),
    number,
    trigger: z.enum(['label', 'opened']),
    /** Who gave the reason to. */
    by: forgeUserSchema,
    /** Epoch ms of it, by the forge's clock and at the latest. */
    at: z.int(),
  }),
  z.object({
    do: z.literal('stop'),
    number,
    why: z.enum(['unlabeled', 'closed', 'deleted', 'transferred']),
    by: forgeUserSchema.optional(),
  }),
  z.object({
    do: z.literal('obey'),
    number,
    isPullRequest: z.boolean(),
    /** The forge's id of the comment. */
    comment: z.string().min(1).max(100),
    by: forgeUserSchema,
    /** Absent for one that we do not know. */
    verb: z.enum(commandVerbs).optional(),
    world: z.enum(worldNames).optional(),
    reason: z.string().max(longestReason).optional(),
    /** Epoch ms at which it was written, by the forge's clock; absent in payloads of older versions. */
    at: z.number().optional(),
  }),
  z.object({
    do: z.literal('wake'),
    /** Whose runs look at the forge again. */
    of: z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('pull-request'), number }),
      z.object({ kind: z.literal('commit'), commit: z.string().min(1).max(64) }),
      z.object({ kind: z.literal('branch'), branch: z.string().min(1).max(500) }),
    ]),
    because: z.string().max(50),
  }),
  z.object({
    do: z.literal('approve'),
    number,
    by: forgeUserSchema,
    /** That was looked at, where the forge tells. */
    commit: z.string().min(1).max(64).optional(),
  }),
  z.object({ do: z.literal('leave'), repositories: z.array(repositoryNameSchema).max(10_000) }),
]);
export type Intent = z.infer<typeof intentSchema>;
export type IntentTo<What extends Intent['do']> = Extract<Intent, { readonly do: What }>;

/** Handles one thing that a forge has told. The name is stored and never changes. */
export const receiveType = defineTaskType({
  name: 'miyabi.forge.receive',
  schemaVersion: 1,
  payload: z.object({
    /** The name under which the forge is configured. */
    forge: z.string().min(1).max(100),
    repository: repositoryNameSchema,
    /** Of the event, see `ForgeEvent`. */
    identity: z.string().min(1).max(200),
    intent: intentSchema,
    /** In whose trace the forge told it, where it said so. */
    caller: spanReferenceSchema.optional(),
  }),
  /** In a few words, for whoever looks at the records. */
  result: z.object({ did: z.string() }),
});
export type Received = z.infer<typeof receiveType.payload>;

/** The same while it is handled. */
export interface Told extends Received {
  /** Whether it is not tried again when it fails: then whoever asked is told. */
  readonly isLastTry: boolean;
  /** What a run that it starts goes on from. */
  readonly cause: Cause;
}
