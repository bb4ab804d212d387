import { z } from 'zod';
import { efforts, providerProtocols } from './model.ts';
import { agentNames, promptVariants, toolNames } from './world.ts';

/** The part of the configuration that is about agents, models and what they may cost. Used by `config.ts` alone. */

const userOnly = { userOnly: true } as const;
const lowerOnly = { lowerOnly: true } as const;

const command = z.string().trim().min(1);
const usd = z.number().min(0).max(1_000_000);
const modelName = z.string().regex(/^[a-z][\da-z-]*\/\S+$/, 'must be <provider>/<model>, such as anthropic/claude-sonnet-5');
const agentName = z.enum(agentNames);
const temperature = z.number().min(0).max(2);
const providerName = z
  .string()
  .regex(/^[a-z][\da-z-]{0,31}$/, 'must begin with a lower-case letter, and have only these, digits and dashes');

/** One world, where it is to differ from what its name stands for. */
const worldSettings = z.strictObject({
  agent: agentName.optional(),
  model: modelName.optional(),
  temperature: temperature.optional(),
  effort: z.enum(efforts).optional(),
  prompt: z.enum(promptVariants).optional(),
  tools: z.array(z.enum(toolNames)).min(1).optional(),
  command: command.optional(),
  variant: z.string().min(1).optional(),
  timeoutMinutes: z
    .number()
    .positive()
    .max(24 * 60)
    .optional(),
  costUsd: usd.optional(),
});
export type WorldSettings = z.infer<typeof worldSettings>;

export const worldSettingsList = z
  .array(worldSettings)
  .max(9)
  .optional()
  .meta({
    ...userOnly,
    description: 'What single worlds do differently, in their order, such as [{},{"model":"openai/gpt-5.1"}] for the second one.',
  });

export const agentSection = z
  .strictObject({
    name: agentName.default('repair').meta({ description: 'What works in the worlds; `miyabi agents` lists them.' }),
    command: command.optional().meta({
      ...userOnly,
      description: 'For the agent `command`: handed to `sh -c` in each world. For `acp`: the program with its arguments.',
    }),
    model: modelName.optional().meta({
      ...userOnly,
      description: 'The model that agents use, such as anthropic/claude-sonnet-5; programs take their own without it.',
    }),
    otherModel: modelName
      .optional()
      .meta({ ...userOnly, description: 'Another model for the fifth world (epsilon), which stands for another mind.' }),
    effort: z
      .enum(efforts)
      .optional()
      .meta({ ...userOnly, description: 'How much models are to think, where that can be set.' }),
    through: z
      .enum(['own', 'acp'])
      .default('own')
      .meta({
        ...userOnly,
        description: 'How `claude-code` and `codex` are driven: `own`, by their own JSON mode, or `acp`, by the Agent Client Protocol.',
      }),
    programs: z
      .partialRecord(z.enum(['claude-code', 'codex', 'opencode', 'gemini', 'claude-code-acp', 'codex-acp']), z.string().min(1))
      .default({})
      .meta({ ...userOnly, description: 'Where programs lie that are not on your PATH, such as {"codex":"/opt/codex/bin/codex"}.' }),
    providers: z
      .array(providerName)
      .default([])
      .meta({
        ...userOnly,
        description: 'For `command` and `acp`: providers whose models the program may ask through Miyabi, which puts your key in.',
      }),
    permissions: z
      .enum(['allow', 'ask', 'deny'])
      .default('allow')
      .meta({ ...userOnly, description: 'The answer to a program that asks for permission to do something in its world; `ask` asks you.' }),
    variants: z
      .array(z.string().min(1))
      .max(9)
      .optional()
      .meta({ ...userOnly, description: 'MIYABI_VARIANT of each world, so that a command can differ; the stances by default.' }),
    steps: z
      .int()
      .min(1)
      .max(10_000)
      .default(100)
      .meta({ ...userOnly, description: 'Turns that the agent `model` may take in a world.' }),
    tokens: z
      .int()
      .min(1_000)
      .default(2_000_000)
      .meta({ ...userOnly, description: 'Tokens that the agent `model` may use in a world, input and output together.' }),
  })
  .prefault({});

const provider = z.strictObject({
  protocol: z.enum(providerProtocols),
  url: z.url({ protocol: /^https?$/ }),
  keyVariable: z.string().min(1).optional(),
  keyFile: z.string().min(1).optional(),
  private: z.boolean().optional(),
  requestsPerMinute: z.int().min(1).optional(),
  tokensPerMinute: z.int().min(1).optional(),
});
export type ProviderSettings = z.infer<typeof provider>;

const price = z.strictObject({
  inputPerMillionUsd: usd,
  outputPerMillionUsd: usd,
  cachedPerMillionUsd: usd.optional(),
  cacheWritePerMillionUsd: usd.optional(),
});
export type PriceSettings = z.infer<typeof price>;

export const modelsSection = z
  .strictObject({
    providers: z
      .record(providerName, provider)
      .default({})
      .meta({
        ...userOnly,
        description:
          'Providers beside or in place of anthropic, openai and google, such as {"local":{"protocol":"openai-chat","url":"http://127.0.0.1:11434/v1","private":true}}.',
      }),
    requestsPerMinute: z
      .int()
      .min(1)
      .default(50)
      .meta({
        ...userOnly,
        description: 'Most requests to one provider in any minute, over all runs; set it to what your account allows.',
      }),
    tokensPerMinute: z
      .int()
      .min(1)
      .default(40_000)
      .meta({ ...userOnly, description: 'Most tokens to one provider in any minute, over all runs; set it to what your account allows.' }),
    prices: z
      .record(modelName, price)
      .default({})
      .meta({
        ...userOnly,
        description:
          'Prices of models that are not listed, or that cost you something else, such as {"local/coder":{"inputPerMillionUsd":0.4,"outputPerMillionUsd":1.6}}.',
      }),
    unknownPrice: z
      .strictObject({
        inputPerMillionUsd: usd
          .default(30)
          .meta({ ...userOnly, description: 'What a million tokens of input are taken to cost at most, where no price is known (USD).' }),
        outputPerMillionUsd: usd
          .default(150)
          .meta({ ...userOnly, description: 'What a million tokens of output are taken to cost at most, where no price is known (USD).' }),
      })
      .prefault({}),
    mostOutputTokens: z
      .int()
      .min(256)
      .default(16_000)
      .meta({ ...userOnly, description: 'Longest answer (tokens) where a request sets no limit; what it could cost is reserved before.' }),
    cache: z
      .boolean()
      .default(true)
      .meta({ ...userOnly, description: 'Keep answers of models for a week, and give them again to the same question.' }),
    analyse: modelName.optional().meta({ ...userOnly, description: 'Model that reads issues; rules alone without it.' }),
    plan: modelName.optional().meta({ ...userOnly, description: 'Model that splits issues into tasks; rules alone without it.' }),
    review: modelName.optional().meta({ ...userOnly, description: 'Model that reads the whole change once more; rules alone without it.' }),
    judge: modelName.optional().meta({ ...userOnly, description: 'Model that is asked where the evidence leaves several worlds level.' }),
    testWriter: modelName
      .optional()
      .meta({ ...userOnly, description: 'Model of worlds with the prompt `test-writer`; epsilon, where nothing else is said.' }),
    small: modelName
      .optional()
      .meta({ ...userOnly, description: 'Model for small tasks (fewer than 50 lines and 3 dependencies) in place of agent.model.' }),
    medium: modelName
      .optional()
      .meta({ ...userOnly, description: 'Model for medium tasks (fewer than 200 lines and 10 dependencies) in place of agent.model.' }),
    large: modelName.optional().meta({ ...userOnly, description: 'Model for all larger tasks in place of agent.model.' }),
  })
  .prefault({});

export const budgetSection = z
  .strictObject({
    issueUsd: usd.default(5).meta({ ...lowerOnly, description: 'What models may cost in one run, in USD.' }),
    taskUsd: usd
      .optional()
      .meta({ ...userOnly, description: 'What one task of a plan may cost with all its worlds, in USD; as much as the run without it.' }),
    worldUsd: usd.optional().meta({ ...userOnly, description: 'What one world may cost, in USD; as much as the run without it.' }),
    monthUsd: usd.default(1_000).meta({ ...userOnly, description: 'What all runs of a calendar month (UTC) may cost together, in USD.' }),
  })
  .prefault({});

const patience = z
  .number()
  .positive()
  .max(24 * 60);

export const earlySection = z
  .strictObject({
    noPassMinutes: patience
      .default(5)
      .meta({ description: 'Tests are ended when they have run so long and none has passed (node:test only).' }),
    noBuildMinutes: patience.default(10).meta({ description: 'A build is ended when it has taken so long.' }),
    sameError: z
      .int()
      .min(2)
      .max(100)
      .default(3)
      .meta({ description: 'An agent is ended when its tools have met the same error so often in a row.' }),
    unbeatable: z
      .boolean()
      .default(true)
      .meta({ description: 'End the other worlds of a task when one has all points, with evidence for every component.' }),
  })
  .prefault({});
