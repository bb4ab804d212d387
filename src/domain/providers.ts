import type { Config } from './config.ts';
import type { ProviderSettings } from './config-models.ts';
import type { ProviderProtocol } from './model.ts';

/** A provider of models, as it is built in or configured. */
export interface Provider {
  readonly name: string;
  readonly protocol: ProviderProtocol;
  /**
   * What programs take as their base, without a slash at its end: OpenAI's and whatever is like it with its version, the others without.
   * Whether it is an address that may be asked is found out where it is connected to.
   */
  readonly url: string;
  /** Environment variables in which its key is looked for, in this order. */
  readonly keyVariables: readonly string[];
  /** The file in which its key is looked for where no variable holds it. */
  readonly keyFile: string | undefined;
  /** Whether it lies in a private network or on this machine, by the word of the user. */
  readonly isPrivate: boolean;
  /** Requests and tokens in any window of `windowMs`. */
  readonly limits: { readonly requests: number; readonly tokens: number; readonly windowMs: number };
  /** Beginnings of the paths that programs in worlds may ask for, as {@link modelPath} reads them. */
  readonly paths: readonly string[];
}

/** Providers that need not be configured. The maker of a protocol is the one whose prices are known under its name. */
const builtIn: Readonly<
  Record<string, { readonly protocol: ProviderProtocol; readonly url: string; readonly keyVariables: readonly string[] }>
> = {
  anthropic: { protocol: 'anthropic', url: 'https://api.anthropic.com', keyVariables: ['ANTHROPIC_API_KEY'] },
  openai: { protocol: 'openai', url: 'https://api.openai.com/v1', keyVariables: ['OPENAI_API_KEY'] },
  google: {
    protocol: 'google',
    url: 'https://generativelanguage.googleapis.com',
    keyVariables: ['GEMINI_API_KEY', 'GOOGLE_GENERATIVE_AI_API_KEY', 'GOOGLE_API_KEY'],
  },
};

/** Names that stand for the makers of models themselves, wherever they are asked. */
export const makerNames: ReadonlySet<string> = new Set(Object.keys(builtIn));

/** Variables in which the keys of the makers are looked for. */
export const makersKeyVariables: readonly string[] = Object.values(builtIn).flatMap(({ keyVariables }) => keyVariables);

const minuteMs = 60_000;
/** More than any server does in a minute. */
const unbounded = { requests: 1_000_000, tokens: 1_000_000_000_000 } as const;

/**
 * Every provider by its name: those built in, and those of the configuration beside or in place of them. One in place of a built-in takes
 * nothing over from it, its key least of all: a key goes to the address that it was meant for.
 */
export function knownProviders(models: Config['models']): ReadonlyMap<string, Provider> {
  const own = Object.entries(models.providers).map(([name, settings]) => provider(models, { name, ...ownSource(settings) }, settings));
  const others = Object.entries(builtIn).map(([name, source]) => provider(models, { name, ...source }, {}));
  return new Map([...others, ...own].map((each) => [each.name, each]));
}

type Source = Pick<Provider, 'name' | 'protocol' | 'url' | 'keyVariables'>;

function ownSource({ protocol, url, keyVariable }: ProviderSettings): Omit<Source, 'name'> {
  return { protocol, url, keyVariables: keyVariable === undefined ? [] : [keyVariable] };
}

function provider(models: Config['models'], source: Source, settings: Partial<ProviderSettings>): Provider {
  return {
    ...source,
    url: asBase(source.protocol, source.url),
    keyFile: settings.keyFile,
    isPrivate: settings.private === true,
    limits: limitsOf(models, settings),
    paths: [...new Set(requestsOf[source.protocol].flatMap(({ beginnings }) => beginnings))],
  };
}

/** A server of one's own that wants no key has no quota to keep to, unless it is given one. */
function limitsOf(models: Config['models'], settings: Partial<ProviderSettings>): Provider['limits'] {
  const isOwn = settings.private === true && settings.keyVariable === undefined && settings.keyFile === undefined;
  const most = isOwn ? unbounded : { requests: models.requestsPerMinute, tokens: models.tokensPerMinute };
  return {
    requests: settings.requestsPerMinute ?? most.requests,
    tokens: settings.tokensPerMinute ?? most.tokens,
    windowMs: minuteMs,
  };
}

/** Addresses are handed about with and without the version; the one that does not belong to the base is taken off. */
function asBase(protocol: ProviderProtocol, url: string): string {
  const plain = url.replace(/\/+$/, '');
  switch (protocol) {
    case 'anthropic':
      return plain.replace(/\/v1$/, '');
    case 'google':
      return plain.replace(/\/v1beta$/, '');
    case 'openai':
    case 'openai-chat':
      return plain;
  }
}

/** Something that may be asked of a provider. `paths`: as it is asked, without the query. `beginnings`: in whole segments, for the gateway. */
interface AllowedRequest {
  readonly method: 'GET' | 'POST';
  readonly paths: RegExp;
  readonly beginnings: readonly string[];
}

const openaiModels: AllowedRequest = { method: 'GET', paths: /^\/models(?:\/[^/]+)?$/, beginnings: ['/v1/models', '/models'] };
const openaiChat: AllowedRequest = {
  method: 'POST',
  paths: /^\/chat\/completions$/,
  beginnings: ['/v1/chat/completions', '/chat/completions'],
};

/**
 * What belongs to models and says what it has cost: answers, counts of tokens and the list of models. Batches, files, embeddings, images and
 * stored answers would be paid for without being counted, and are not asked for.
 */
const requestsOf: Readonly<Record<ProviderProtocol, readonly AllowedRequest[]>> = {
  anthropic: [
    { method: 'POST', paths: /^\/v1\/messages(?:\/count_tokens)?$/, beginnings: ['/v1/messages'] },
    { method: 'GET', paths: /^\/v1\/models(?:\/[^/]+)?$/, beginnings: ['/v1/models'] },
  ],
  openai: [
    { method: 'POST', paths: /^\/responses(?:\/(?:compact|input_tokens))?$/, beginnings: ['/v1/responses', '/responses'] },
    openaiChat,
    openaiModels,
  ],
  'openai-chat': [openaiChat, openaiModels],
  google: [
    {
      method: 'POST',
      paths: /^\/v1(?:beta)?\/models\/[^/]+:(?:generateContent|streamGenerateContent|countTokens)$/,
      beginnings: ['/v1beta/models', '/v1/models'],
    },
    { method: 'GET', paths: /^\/v1(?:beta)?\/models(?:\/[^/]+)?$/, beginnings: ['/v1beta/models', '/v1/models'] },
  ],
};

/**
 * Where a request of a program in a world leads, below the provider's address. Programs that speak OpenAI's protocols may write the version
 * that belongs to the address, and may leave it out.
 *
 * @param path with the query, as the program wrote it.
 * @returns undefined for what may not be asked.
 */
export function modelPath(protocol: ProviderProtocol, method: string, path: string): string | undefined {
  const isOpenai = protocol === 'openai' || protocol === 'openai-chat';
  const below = isOpenai ? path.replace(/^\/v1(?=\/)/, '') : path;
  const [bare = ''] = below.split('?', 1);
  return requestsOf[protocol].some((allowed) => allowed.method === method && allowed.paths.test(bare)) ? below : undefined;
}
