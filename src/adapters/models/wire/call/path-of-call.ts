import type { ProviderProtocol } from '../../../../domain/model.ts';

/** What a path asks for. */
export type Aim =
  | { readonly kind: 'call'; readonly model?: string; readonly isStreamed?: boolean }
  | { readonly kind: 'embedding' }
  | { readonly kind: 'free' }
  /** Something that may cost: batches, files, whatever is added one day. */
  | { readonly kind: 'unknown' };

/** Only the end of a path is looked at: the beginning may belong to the provider's address or to the request. */
export function aimOf(protocol: ProviderProtocol, method: string, path: string): Aim {
  if (method === 'GET' || method === 'HEAD' || method === 'DELETE' || method === 'OPTIONS') return { kind: 'free' };
  if (method !== 'POST') return { kind: 'unknown' };
  const [plain = ''] = path.split('?', 1);
  if (protocol === 'google') return googleAim(plain);
  if (calls[protocol].test(plain)) return { kind: 'call' };
  if (protocol === 'openai-chat' && /(?:^|\/)embeddings$/.test(plain)) return { kind: 'embedding' };
  return { kind: free[protocol].test(plain) ? 'free' : 'unknown' };
}

const calls = {
  anthropic: /(?:^|\/)messages$/,
  openai: /(?:^|\/)responses(?:\/compact)?$/,
  'openai-chat': /(?:^|\/)chat\/completions$/,
} as const;

const free = {
  anthropic: /(?:^|\/)messages\/count_tokens$/,
  openai: /(?:^|\/)responses\/(?:input_tokens|[\w-]+\/cancel)$/,
  'openai-chat': /^$/,
} as const;

function googleAim(path: string): Aim {
  const [, model, verb] = /(?:^|\/)models\/([^/:]+):(\w+)$/.exec(path) ?? [];
  switch (verb) {
    case 'countTokens':
      return { kind: 'free' };
    case 'generateContent':
    case 'streamGenerateContent':
      return { kind: 'call', model: decoded(model ?? ''), isStreamed: verb === 'streamGenerateContent' };
    default:
      return { kind: 'unknown' };
  }
}

/** What cannot be decoded is the name of no model, and refused as one. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}
