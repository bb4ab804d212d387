import { addUsage, noUsage } from '../../domain/model.ts';
import type { ModelUsage } from '../../domain/model.ts';
import type { PromptAnswer } from './answers.ts';

/** Adds what a turn has used, as far as the program tells it. */
export function withTurn(before: ModelUsage, { usage }: PromptAnswer): ModelUsage {
  if (usage === undefined || usage === null) return before;
  const cached = usage.cachedReadTokens + usage.cachedWriteTokens;
  const apart = usage.inputTokens + usage.outputTokens + cached;
  // Some count what came from the cache as input, others beside it: their total tells which.
  const isBeside = cached > 0 && (usage.totalTokens === apart || usage.totalTokens === apart + usage.thoughtTokens);
  return addUsage(before, {
    ...noUsage,
    inputTokens: usage.inputTokens + (isBeside ? cached : 0),
    outputTokens: usage.outputTokens,
    cachedTokens: usage.cachedReadTokens,
    cacheWriteTokens: usage.cachedWriteTokens,
  });
}
