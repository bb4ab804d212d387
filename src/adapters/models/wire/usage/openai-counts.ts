import type { ModelUsage } from '../../../../domain/model.ts';
import { fields } from '../decode.ts';
import { count, countOrNone, outputWithin, sum, usageOf } from './count.ts';

/** What both protocols of OpenAI tell of a call, each under names of its own. */
export interface OpenaiCounts {
  readonly input: unknown;
  /** As it was counted: only one of the protocols may leave it out. Undefined for what is no count. */
  readonly output: number | undefined;
  readonly total: unknown;
  readonly details: unknown;
}

/** @returns undefined for what is no usage, see {@link usageOf}. */
export function openaiUsage({ input, output, total, details }: OpenaiCounts): ModelUsage | undefined {
  const inputTokens = count(input);
  const all = total === undefined || total === null ? sum(inputTokens, output) : count(total);
  return usageOf({
    inputTokens,
    outputTokens: outputWithin(all, inputTokens, output),
    cachedTokens: countOrNone(fields(details)['cached_tokens']),
    cacheWriteTokens: countOrNone(fields(details)['cache_write_tokens']),
  });
}
