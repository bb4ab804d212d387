import { addUsage } from '../../../../domain/model.ts';
import type { ModelUsage } from '../../../../domain/model.ts';
import type { ProviderFailure } from '../../../../domain/provider-failure.ts';
import { fields, items } from '../decode.ts';
import { count, countOrNone, sum, usageOf } from './count.ts';
import { refused } from './reading.ts';
import type { ReadError, Reading } from './reading.ts';

const concerning = new Set(['message_start', 'message_delta', 'message_stop', 'error']);

/** Messages: the start of a stream tells the input, and what comes last the output and whatever has become of the input since. */
export function anthropicReading(readError: ReadError): Reading {
  let told: Readonly<Record<string, unknown>> = {};
  let isFinal = false;
  let isComplete = false;
  let failure: ProviderFailure | undefined;
  const end = (usage: unknown, stopReason: unknown): void => {
    told = { ...told, ...present(fields(usage)) };
    isFinal ||= usage !== undefined && usage !== null;
    if (stopReason === 'refusal') failure = refused('The model has refused to answer.');
  };
  return {
    concerns: (name) => name === undefined || concerning.has(name),
    event(value) {
      const { type, message, usage, delta } = fields(value);
      switch (type) {
        case 'message_start':
          told = present(fields(fields(message)['usage']));
          break;
        case 'message_delta':
          end(usage, fields(delta)['stop_reason']);
          break;
        case 'message_stop':
          isComplete = true;
          break;
        case 'error':
          failure = readError(value);
      }
    },
    whole(value) {
      const { type, usage, stop_reason: stopReason } = fields(value);
      if (type !== 'message') return void (failure = readError(value));
      end(usage, stopReason);
      isComplete = true;
    },
    report: () => ({ usage: isFinal ? usageIn(told) : undefined, isComplete, ...(failure === undefined ? {} : { failure }) }),
  };
}

/** Without what is null: such a field says nothing, and takes nothing back. */
function present(usage: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(usage).filter(([, value]) => value !== null));
}

/**
 * Where the provider has asked models several times for one answer (it made the conversation shorter, it asked an adviser), the totals leave
 * that out and the iterations have it. Where another model has stepped in, the totals are its.
 */
function usageIn(told: Readonly<Record<string, unknown>>): ModelUsage | undefined {
  const iterations = items(told['iterations']);
  if (iterations.length === 0 || iterations.some((one) => fields(one)['type'] === 'fallback_message')) return usageOfOne(told);
  return iterations
    .map(usageOfOne)
    .reduce((all, one) => (all === undefined || one === undefined ? undefined : withHours(addUsage(all, one), all, one)));
}

function withHours(usage: ModelUsage, ...parts: readonly ModelUsage[]): ModelUsage {
  const hourCacheWriteTokens = parts.reduce((all, { hourCacheWriteTokens: one = 0 }) => all + one, 0);
  return hourCacheWriteTokens === 0 ? usage : { ...usage, hourCacheWriteTokens };
}

/** What is read from the cache and written to it is told apart from the rest of the input here. */
function usageOfOne(usage: unknown): ModelUsage | undefined {
  const { input_tokens: input, output_tokens: output, cache_read_input_tokens: read, cache_creation_input_tokens: written } = fields(usage);
  const cachedTokens = countOrNone(read);
  const cacheWriteTokens = countOrNone(written);
  const hour = countOrNone(fields(fields(usage)['cache_creation'])['ephemeral_1h_input_tokens']);
  const told = usageOf({
    inputTokens: sum(count(input), cachedTokens, cacheWriteTokens),
    outputTokens: count(output),
    cachedTokens,
    cacheWriteTokens,
  });
  // Parts that are more than the whole are mistaken: then the most that the call can cost counts.
  if (told === undefined || hour === undefined || hour > told.cacheWriteTokens) return undefined;
  return hour === 0 ? told : { ...told, hourCacheWriteTokens: hour };
}
