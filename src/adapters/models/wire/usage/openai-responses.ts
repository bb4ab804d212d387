import type { ModelUsage } from '../../../../domain/model.ts';
import type { ProviderFailure } from '../../../../domain/provider-failure.ts';
import { fields } from '../decode.ts';
import { count } from './count.ts';
import { openaiUsage } from './openai-counts.ts';
import { refused } from './reading.ts';
import type { ReadError, Reading } from './reading.ts';

const concerning = new Set(['response.completed', 'response.incomplete', 'response.failed', 'response.cancelled', 'error']);

/** Responses: the last event of a stream holds the whole answer once more, and only that tells the usage. */
export function openaiReading(readError: ReadError): Reading {
  let usage: ModelUsage | undefined;
  let isComplete = false;
  let failure: ProviderFailure | undefined;
  const end = (response: unknown): void => {
    const { status, error, usage: told, incomplete_details: details } = fields(response);
    usage = usageIn(told);
    isComplete = status === undefined || status === 'completed' || status === 'incomplete';
    if (status === 'failed' || status === 'cancelled' || (error !== undefined && error !== null)) failure = readError(response);
    else if (fields(details)['reason'] === 'content_filter') failure = refused('The provider held the answer back.');
  };
  return {
    concerns: (name) => name === undefined || concerning.has(name),
    event(value) {
      const { type, response } = fields(value);
      if (typeof type !== 'string' || !concerning.has(type)) return;
      if (type === 'error') failure = readError(value);
      else end(response);
    },
    whole(value) {
      const { object } = fields(value);
      if (typeof object === 'string' && object.startsWith('response')) end(value);
      else failure = readError(value);
    },
    report: () => ({ usage, isComplete, ...(failure === undefined ? {} : { failure }) }),
  };
}

function usageIn(told: unknown): ModelUsage | undefined {
  const { input_tokens: input, output_tokens: output, total_tokens: total, input_tokens_details: details } = fields(told);
  return openaiUsage({ input, output: count(output), total, details });
}
