import type { ModelUsage } from '../../../../domain/model.ts';
import type { ProviderFailure } from '../../../../domain/provider-failure.ts';
import { fields, items, text } from '../decode.ts';
import { countOrNone } from './count.ts';
import { openaiUsage } from './openai-counts.ts';
import { refused } from './reading.ts';
import type { ReadError, Reading } from './reading.ts';

/**
 * Chat Completions: a stream tells its usage only where that is asked for, in an event of its own after the last choice. Compatible servers
 * tell it with each event; the last counts. Not all of them send the sign of the end, so a reason to finish is one too.
 */
export function openaiChatReading(readError: ReadError): Reading {
  let told: unknown;
  let isComplete = false;
  let failure: ProviderFailure | undefined;
  const see = (value: unknown): void => {
    const { error, usage, choices } = fields(value);
    if (error !== undefined && error !== null) return void (failure = readError(value));
    told = usage ?? told;
    for (const choice of items(choices)) {
      const reason = text(fields(choice)['finish_reason']);
      isComplete ||= reason !== undefined;
      if (reason === 'content_filter') failure = refused('The provider held the answer back.');
    }
  };
  return {
    concerns: (_, data) => data === '[DONE]' || telling.test(data),
    event(value) {
      if (value === done) isComplete = true;
      else see(value);
    },
    whole(value) {
      if (isEmbeddings(value)) {
        told = fields(value)['usage'];
        isComplete = true;
      } else if (Array.isArray(fields(value)['choices'])) see(value);
      else failure = readError(value);
    },
    report: () => ({ usage: isComplete ? usageIn(told) : undefined, isComplete, ...(failure === undefined ? {} : { failure }) }),
  };
}

/** The numbers for texts, which come in one. */
function isEmbeddings(value: unknown): boolean {
  const { data } = fields(value);
  return Array.isArray(data) && data.length > 0 && data.every((each) => fields(each)['embedding'] !== undefined);
}

/** Each event has these fields, most of them with `null`. */
const telling = /"usage"\s*:\s*\{|"error"\s*:\s*[^\sn]|"finish_reason"\s*:\s*"/;

/** What the end of a stream is decoded to: it is the only event that is no JSON. */
export const done = Symbol('done');

function usageIn(told: unknown): ModelUsage | undefined {
  const { prompt_tokens: input, completion_tokens: output, total_tokens: total, prompt_tokens_details: details } = fields(told);
  return openaiUsage({ input, output: countOrNone(output), total, details });
}
