import type { ModelName } from '../../../domain/model.ts';
import type { Redact } from '../../../domain/redact.ts';
import type { Caller } from '../../../ports/exchange.ts';
import type { Models } from '../../../ports/model.ts';
import type { Embed } from './meaning.ts';

export interface EmbedTools {
  readonly models: () => Promise<Pick<Models, 'embedding'>>;
  readonly model: ModelName;
  readonly caller: Caller;
  readonly redact: Redact;
  /** How long one request may take, its retries included, in ms. */
  readonly timeoutMs: number;
}

/** By a model that is configured. Nothing goes to its provider that is a secret or looks like one. */
export function embedBy({ models, model, caller, redact, timeoutMs }: EmbedTools): Embed {
  return async (texts) => {
    const [{ embedMany }, all] = await Promise.all([import('ai'), models()]);
    const { embeddings } = await embedMany({
      model: await all.embedding(model, caller),
      values: texts.map((text) => redact(text).text),
      // All trying again is done where every call to a model goes by.
      maxRetries: 0,
      abortSignal: AbortSignal.timeout(timeoutMs),
    });
    return embeddings;
  };
}
