import { z } from 'zod';

/**
 * What programs answer, as far as it is used here. The library checks what it is asked and not what it is answered, so this is
 * where foreign words become known ones; what is optional and wrong counts as absent.
 */

const optional = <Schema extends z.ZodType>(schema: Schema) => schema.nullish().catch(undefined);
const list = <Schema extends z.ZodType>(schema: Schema) =>
  z
    .array(z.unknown())
    .catch([])
    .transform((items) => items.flatMap((item) => schema.safeParse(item).data ?? []));

const name = z.string().min(1).max(1_000);

const authMethod = z.object({
  id: name,
  name: optional(z.string()),
  /** Variables that it reads its key from. */
  vars: optional(z.array(z.object({ name }))),
  _meta: optional(z.object({ 'api-key': optional(z.object({ provider: name })) })),
});
export type AuthMethod = z.infer<typeof authMethod>;

export const initializeAnswer = z.object({
  protocolVersion: z.number(),
  agentCapabilities: optional(
    z.object({
      loadSession: optional(z.boolean()),
      sessionCapabilities: optional(z.object({ resume: optional(z.looseObject({})) })),
    }),
  ),
  authMethods: list(authMethod),
});

const choice = z.object({ value: name });
const configOption = z.object({
  id: name,
  category: optional(z.string()),
  /** Choices, or groups of choices. */
  options: list(
    z.union([
      choice.transform(({ value }) => [value]),
      z.object({ options: list(choice) }).transform(({ options }) => options.map(({ value }) => value)),
    ]),
  ),
});

/** What a session can be set to. */
export const sessionSettings = z
  .object({
    modes: optional(z.object({ availableModes: list(z.object({ id: name })) })),
    models: optional(z.object({ availableModels: list(z.object({ modelId: name })) })),
    configOptions: list(configOption),
  })
  .catch({ configOptions: [] });
export type SessionSettings = z.infer<typeof sessionSettings>;

export const newSessionAnswer = z.object({ sessionId: name });

/** Why a turn has failed that ends like any other, as Codex's adapter tells it. */
const failedTurn = z.object({
  jetbrains: z.object({ air: z.object({ sessionFailure: z.object({ severity: z.literal('error'), title: z.string() }) }) }),
});

const tokens = z.number().int().nonnegative().catch(0);
export const promptAnswer = z.object({
  stopReason: z.string(),
  _meta: optional(failedTurn),
  /** Not in the stable protocol; several programs send it all the same. */
  usage: optional(
    z.object({
      inputTokens: tokens,
      outputTokens: tokens,
      cachedReadTokens: tokens,
      cachedWriteTokens: tokens,
      thoughtTokens: tokens,
      totalTokens: tokens,
    }),
  ),
});
export type PromptAnswer = z.infer<typeof promptAnswer>;
