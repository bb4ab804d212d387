import { isUtf8 } from 'node:buffer';
import { z } from 'zod';
import type { ProviderProtocol } from '../../../../domain/model.ts';
import { parseJson } from '../decode.ts';
import { isDeeperThan } from './depth.ts';
import { estimateInput } from './estimate-input.ts';
import { whyNotAsked } from './not-asked.ts';
import { aimOf } from './path-of-call.ts';

/** What a request asks of a model, as far as it decides what it may cost. */
export interface WireCall {
  /** As the provider calls it. */
  readonly model: string;
  readonly isStreamed: boolean;
  /** Tokens of one answer; undefined where the request sets no limit, and the model's own counts. */
  readonly mostOutputTokens: number | undefined;
  /** How many answers are asked for at once; each may be as long as that. */
  readonly answers: number;
  readonly temperature: number | undefined;
  /** An estimate from the body: a third of its bytes, pictures and what lies at the provider at fixed figures. High rather than low. */
  readonly inputTokens: number;
}

export type WireRead =
  | ({ readonly kind: 'call' } & WireCall)
  /** It cannot be said what this would cost, so nobody is asked. `why`: a clause in words for people, without a full stop. */
  | { readonly kind: 'unreadable'; readonly why: string };

/** Deeper than any schema of a tool; the providers refuse less. */
const mostDepth = 200;

/**
 * Reads a request to a provider.
 *
 * @param path below the provider's address, with the query.
 * @returns undefined for what costs nothing: lists of models, counting tokens, whatever is only looked up.
 */
export function readCall(protocol: ProviderProtocol, method: string, path: string, body: Uint8Array): WireRead | undefined {
  const aim = aimOf(protocol, method, path);
  switch (aim.kind) {
    case 'free':
      return method === 'POST' && body.byteLength > 0 ? whyNotFree(protocol, path, body) : undefined;
    case 'unknown':
      return unreadable(`what ${method} ${path.split('?', 1)[0]?.slice(0, 100)} costs is not known`);
    case 'embedding':
    case 'call':
      break;
  }
  const read = decode(body);
  if (read.kind === 'unreadable') return read;
  const { decoded } = read;
  const settings = (aim.kind === 'embedding' ? embedding : schemas[protocol]).safeParse(decoded);
  if (!settings.success) return unreadable(problemOf(settings.error));
  const named = aim.kind === 'call' ? aim : undefined;
  const { model = named?.model, isStreamed = named?.isStreamed, ...rest } = settings.data;
  if (model === undefined || model === '') return unreadable('it names no model');
  const why = whyNotAsked(protocol, path, decoded);
  if (why !== undefined) return unreadable(why);
  return { kind: 'call', model, isStreamed: isStreamed ?? false, ...rest, inputTokens: estimateInput(protocol, decoded, body.byteLength) };
}

type Unreadable = Extract<WireRead, { readonly kind: 'unreadable' }>;

function decode(body: Uint8Array): { readonly kind: 'decoded'; readonly decoded: unknown } | Unreadable {
  if (!isUtf8(body)) return unreadable('its body is not UTF-8');
  const decoded = parseJson(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString());
  if (decoded === undefined) return unreadable('its body is not JSON');
  return isDeeperThan(decoded, mostDepth)
    ? unreadable(`its body is nested more than ${mostDepth} levels deep`)
    : { kind: 'decoded', decoded };
}

/** What is counted is looked at by the provider as what is answered is: it fetches what lies elsewhere. */
function whyNotFree(protocol: ProviderProtocol, path: string, body: Uint8Array): Unreadable | undefined {
  const read = decode(body);
  if (read.kind === 'unreadable') return read;
  const why = whyNotAsked(protocol, path, read.decoded);
  return why === undefined ? undefined : unreadable(why);
}

function unreadable(why: string): Unreadable {
  return { kind: 'unreadable', why };
}

function problemOf({ issues }: z.ZodError): string {
  const [first] = issues;
  const at = first?.path.join('.') ?? '';
  return at === '' ? 'its body is not an object' : `its field ${at} is not as it should be`;
}

type Settings = Pick<WireCall, 'mostOutputTokens' | 'answers' | 'temperature'> & {
  readonly model: string | undefined;
  readonly isStreamed: boolean | undefined;
};

/** More than any model answers, and any provider takes: what is reserved for a call is kept from all others meanwhile. */
const tokens = z.int().positive().max(1_000_000).nullish();
const count = z.int().positive().max(128).nullish();
const temperature = z.number().nullish();
const stream = z.boolean().nullish();

/** Google takes each name in two spellings. Where both are there the highest counts. */
const googleConfig = z
  .object({ maxOutputTokens: tokens, max_output_tokens: tokens, candidateCount: count, candidate_count: count, temperature })
  .nullish();

/** Texts are asked for as numbers; nothing is written in answer. */
const embedding: z.ZodType<Settings> = z
  .object({ model: z.string(), input: z.union([z.string(), z.array(z.string())]) })
  .transform(({ model }) => ({ model, isStreamed: false, temperature: undefined, mostOutputTokens: 0, answers: 1 }));

/** Only what is read: what else is in a request is between the program and the provider. */
const schemas: Readonly<Record<ProviderProtocol, z.ZodType<Settings>>> = {
  anthropic: z
    .object({ model: z.string(), stream, max_tokens: tokens, temperature })
    .transform((body) => ({ ...common(body), mostOutputTokens: body.max_tokens ?? undefined, answers: 1 })),
  openai: z
    .object({ model: z.string(), stream, max_output_tokens: tokens, temperature })
    .transform((body) => ({ ...common(body), mostOutputTokens: body.max_output_tokens ?? undefined, answers: 1 })),
  'openai-chat': z
    .object({ model: z.string(), stream, max_completion_tokens: tokens, max_tokens: tokens, n: count, temperature })
    .transform((body) => ({
      ...common(body),
      mostOutputTokens: body.max_completion_tokens ?? body.max_tokens ?? undefined,
      answers: body.n ?? 1,
    })),
  google: z
    .object({ generationConfig: googleConfig, generation_config: googleConfig })
    .transform(({ generationConfig, generation_config }) => {
      const told = [generationConfig, generation_config].filter((config) => config !== undefined && config !== null);
      const limits = told.flatMap((config) => [config.maxOutputTokens ?? [], config.max_output_tokens ?? []].flat());
      const counts = told.flatMap((config) => [config.candidateCount ?? [], config.candidate_count ?? []].flat());
      return {
        model: undefined,
        isStreamed: undefined,
        temperature: told[0]?.temperature ?? undefined,
        mostOutputTokens: limits.length === 0 ? undefined : Math.max(...limits),
        answers: Math.max(1, ...counts),
      };
    }),
};

function common(body: {
  readonly model: string;
  readonly stream?: boolean | null | undefined;
  readonly temperature?: number | null | undefined;
}) {
  return { model: body.model, isStreamed: body.stream ?? false, temperature: body.temperature ?? undefined };
}
