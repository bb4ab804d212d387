import type { ModelUsage } from '../../../../domain/model.ts';
import type { ProviderFailure } from '../../../../domain/provider-failure.ts';
import { fields, items, text } from '../decode.ts';
import { count, countOrNone, outputWithin, sum, usageOf } from './count.ts';
import { refused } from './reading.ts';
import type { ReadError, Reading } from './reading.ts';

/** Gemini: each part of a stream tells the usage so far; the last counts, once a candidate says why it ended or the prompt was blocked. */
export function googleReading(readError: ReadError): Reading {
  let told: unknown;
  let isComplete = false;
  let failure: ProviderFailure | undefined;
  const see = (value: unknown): void => {
    const { error, usageMetadata, candidates, promptFeedback } = fields(value);
    if (error !== undefined && error !== null) return void (failure = readError(value));
    told = usageMetadata ?? told;
    const reasons = items(candidates).map((candidate) => text(fields(candidate)['finishReason']));
    const blocked = text(fields(promptFeedback)['blockReason']);
    isComplete ||= blocked !== undefined || reasons.some((reason) => reason !== undefined);
    const held = blocked ?? reasons.find((reason) => reason !== undefined && holding.has(reason));
    if (held !== undefined) failure = refused(`The provider held the answer back (${held.toLowerCase().slice(0, 40)}).`);
  };
  return {
    concerns: () => true,
    event: see,
    whole(value) {
      // A stream without events is one list of its parts.
      const parts = Array.isArray(value) ? value : [value];
      if (parts.some(isPart)) for (const part of parts) see(part);
      else failure = readError(value);
    },
    report: () => ({ usage: isComplete ? usageIn(told) : undefined, isComplete, ...(failure === undefined ? {} : { failure }) }),
  };
}

const holding = new Set(['SAFETY', 'RECITATION', 'BLOCKLIST', 'PROHIBITED_CONTENT', 'SPII', 'IMAGE_SAFETY']);

function isPart(value: unknown): boolean {
  return ['candidates', 'promptFeedback', 'usageMetadata'].some((name) => name in fields(value));
}

function usageIn(told: unknown): ModelUsage | undefined {
  const usage = fields(told);
  const inputTokens = sum(count(usage['promptTokenCount']), countOrNone(usage['toolUsePromptTokenCount']));
  const outputTokens = sum(countOrNone(usage['candidatesTokenCount']), countOrNone(usage['thoughtsTokenCount']));
  const total = usage['totalTokenCount'] ?? undefined;
  return usageOf({
    inputTokens,
    outputTokens: outputWithin(total === undefined ? sum(inputTokens, outputTokens) : count(total), inputTokens, outputTokens),
    cachedTokens: countOrNone(usage['cachedContentTokenCount']),
    cacheWriteTokens: 0,
  });
}
