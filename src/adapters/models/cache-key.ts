import { createHash } from 'node:crypto';
import { headerOf } from './headers.ts';
import type { HeaderPairs } from './headers.ts';

/** A request as far as its answer depends on it. */
export interface Question {
  readonly provider: string;
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly model: string;
  readonly temperature: number | undefined;
  readonly headers: HeaderPairs;
  /** As it was parsed; not nested more deeply than some hundred levels. */
  readonly body: unknown;
  readonly scope: string;
  /** Strings that are different each time and mean nothing. */
  readonly incidental: readonly string[];
}

/** Fields of a body that programs fill anew for each process or request, and that no answer depends on. */
const meaningless: ReadonlySet<string> = new Set([
  // Anthropic: `user_id` names the account and the session of the program; OpenAI: notes for whoever looks at kept answers.
  'metadata',
  // OpenAI: which of its machines holds the beginning of the prompt already.
  'prompt_cache_key',
  // OpenAI: whom to look at when its rules are broken; `user` is the older name.
  'safety_identifier',
  'user',
  // Codex: which installation asks.
  'client_metadata',
]);

/** Headers by which a provider answers otherwise. */
const meaningful = ['anthropic-version', 'anthropic-beta', 'openai-beta'];

/** Under which an answer is kept: the same for questions whose answers may stand for one another. The temperature counts to one decimal. */
export function cacheKey(question: Question): string {
  const { provider, method, path, model, temperature, headers, scope } = question;
  const told = meaningful.map((name) => headerOf(headers, name) ?? '');
  const rounded = temperature === undefined ? null : Math.round(temperature * 10) / 10;
  const rest = [provider, method, path, model, rounded, told, comparableBody(question.body)];
  return createHash('sha256')
    .update(JSON.stringify(scope))
    .update(withoutIncidental(JSON.stringify(rest), question.incidental))
    .digest('hex');
}

function comparableBody(body: unknown): unknown {
  if (!isRecord(body)) return sorted(body);
  const kept = Object.entries(body).filter(([name]) => !meaningless.has(name) && name !== 'temperature');
  return sorted(Object.fromEntries(kept.map(([name, value]) => [name, name === 'generationConfig' ? withoutTemperature(value) : value])));
}

/** Google's place for it. */
function withoutTemperature(value: unknown): unknown {
  return isRecord(value) ? Object.fromEntries(Object.entries(value).filter(([name]) => name !== 'temperature')) : value;
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isRecord(value)) return value;
  const names = Object.keys(value).sort();
  return Object.fromEntries(names.map((name) => [name, sorted(value[name])]));
}

/** Longer ones first: a path may begin with another. They are looked for as JSON writes them. */
function withoutIncidental(text: string, incidental: readonly string[]): string {
  const written = [...incidental].sort((one, other) => other.length - one.length).map((each) => JSON.stringify(each).slice(1, -1));
  return written.filter((each) => each !== '').reduce((rest, each) => rest.replaceAll(each, '\u0000'), text);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
