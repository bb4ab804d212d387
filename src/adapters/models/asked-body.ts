import type { Call } from './call.ts';
import { fields } from './wire/decode.ts';

/**
 * The body as the provider is sent it. Of a call to a model that is what was read of it, written anew: where a field is there twice, everybody
 * is to see the same one. Where the request says nothing of how long the answer may be, it says what is reserved for it: many answers
 * that each come to more than was reserved would together come to much more than a budget.
 */
export function askedBody({ request, protocol, provider, model, parts }: Call): Uint8Array {
  if (model === undefined) return request.body;
  const { body, path } = request;
  const told = fields(JSON.parse(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString()));
  const isBounded = model.read.mostOutputTokens !== undefined || model.price.most(1_000_000, 1_000_000) === 0;
  return Buffer.from(JSON.stringify(isBounded ? told : { ...told, ...bound(told, parts.settings.mostOutputTokens) }));

  function bound(said: typeof told, most: number): Readonly<Record<string, unknown>> {
    switch (protocol) {
      case 'anthropic':
        return { max_tokens: most };
      case 'openai':
        // What makes a conversation shorter takes no bound, and answers with less than it was given.
        return /\/compact(?:\?|$)/.test(path) ? {} : { max_output_tokens: most };
      case 'openai-chat':
        // The older name, which all servers know, is refused by OpenAI's own models that think.
        return provider.protocol === 'openai' ? { max_completion_tokens: most } : { max_tokens: most };
      case 'google': {
        const name = said['generation_config'] === undefined ? 'generationConfig' : 'generation_config';
        return { [name]: { ...fields(said[name]), maxOutputTokens: most } };
      }
    }
  }
}
