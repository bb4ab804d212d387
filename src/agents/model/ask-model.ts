import type { LanguageModelV4 } from '@ai-sdk/provider';
import { generateText, jsonSchema } from 'ai';
import type { AssistantModelMessage, ModelMessage, ToolSet } from 'ai';
import { z } from 'zod';
import type { Effort, ModelUsage } from '../../domain/model.ts';
import type { Tool } from './tools/tool.ts';

/** How one model is asked, the same in each turn. */
export interface Asking {
  readonly model: LanguageModelV4;
  readonly system: string;
  readonly tools: readonly Tool[];
  readonly temperature: number | undefined;
  readonly effort: Effort | undefined;
}

export interface ModelAnswer {
  /** What goes back into the conversation; undefined for an answer with nothing in it. */
  readonly message: AssistantModelMessage | undefined;
  readonly text: string;
  /** By their place among the calls of the message: inputs that are no JSON. */
  readonly unreadable: ReadonlySet<number>;
  /** `cut`: by the limit of its output. `refused`: the provider, or the model, would not answer. */
  readonly finish: 'done' | 'cut' | 'refused';
  readonly usage: ModelUsage;
}

const cached = { anthropic: { cacheControl: { type: 'ephemeral' } } } as const;

/** One turn. Tools are offered, and never carried out here. @throws what the provider, or the way to it, came to. */
export async function askModel(asking: Asking, messages: readonly ModelMessage[], signal: AbortSignal): Promise<ModelAnswer> {
  const result = await generateText({
    model: asking.model,
    instructions: { role: 'system', content: asking.system, providerOptions: cached },
    messages: messages.map((message, index) => (index === messages.length - 1 ? { ...message, providerOptions: cached } : message)),
    tools: offered(asking.tools),
    ...(asking.temperature === undefined ? {} : { temperature: asking.temperature }),
    ...(asking.effort === undefined ? {} : { reasoning: asking.effort }),
    // What failed has had its tries.
    maxRetries: 0,
    abortSignal: signal,
  });
  const { inputTokens, outputTokens, inputTokenDetails: details } = result.usage;
  return {
    message: result.response.messages.find((message) => message.role === 'assistant'),
    text: result.text.trim(),
    unreadable: new Set(
      result.toolCalls.flatMap(({ invalid, input }, index) => (invalid === true && typeof input === 'string' ? [index] : [])),
    ),
    finish: finishOf(result.finishReason),
    usage: {
      inputTokens: counted(inputTokens),
      outputTokens: counted(outputTokens),
      cachedTokens: counted(details.cacheReadTokens),
      cacheWriteTokens: counted(details.cacheWriteTokens),
    },
  };
}

/** Their inputs are read by us: what is wrong with one is told to the model in our words. */
function offered(tools: readonly Tool[]): ToolSet {
  return Object.fromEntries(
    tools.map(({ name, description, input }) => {
      const { $schema: _, ...schema } = z.toJSONSchema(input, { io: 'input' });
      return [name, { description, inputSchema: jsonSchema(schema as Parameters<typeof jsonSchema>[0]) }];
    }),
  );
}

function finishOf(reason: string): ModelAnswer['finish'] {
  if (reason === 'length') return 'cut';
  return reason === 'content-filter' ? 'refused' : 'done';
}

/** Providers have been seen to tell anything. */
function counted(tokens: number | undefined): number {
  return typeof tokens === 'number' && Number.isFinite(tokens) && tokens > 0 ? Math.round(tokens) : 0;
}
