import { text } from '../decode.ts';
import type { SaidError } from './said-error.ts';

/** What is longer is not a wait but a mistake: a year, in ms. */
const longest = 366 * 24 * 3_600_000;

/**
 * How long a provider asks to be left alone, by whatever says it first: headers for that, the body, words, and at last the headers that tell
 * when a limit is free again.
 *
 * @param header a header by lower-case name.
 * @param now epoch ms.
 * @returns ms from now, never negative; undefined where it says nothing.
 */
export function waitOf(said: SaidError, header: (name: string) => string | undefined, now: number): number | undefined {
  const { retryDelay, resetsAt, resetsInSeconds } = said.waits;
  const told = [
    () => decimal(header('retry-after-ms')),
    () => retryAfter(header('retry-after'), now),
    () => durationIn(text(retryDelay)),
    () => seconds(resetsInSeconds),
    () => until(epochSeconds(resetsAt), now),
    () => waitInWords(said.message ?? '', now),
    () => limitReset(header, now),
  ];
  for (const tell of told) {
    const ms = tell();
    if (ms !== undefined && ms <= longest) return Math.max(0, Math.ceil(ms));
  }
  return undefined;
}

/** Seconds, or a date. */
function retryAfter(value: string | undefined, now: number): number | undefined {
  return seconds(decimal(value)) ?? until(dated(value), now);
}

/** `17s`, `1.5s`, `6m0s`, `1h2m3s`, `250ms`, `6 days 2 hours`, `3h 20m`. */
function durationIn(value: string | undefined): number | undefined {
  const parts = [
    ...(value ?? '').matchAll(
      /(\d+(?:\.\d+)?)\s*(ms|milliseconds?|d(?:ays?)?|h(?:ours?|rs?)?|m(?:in(?:ute)?s?)?|s(?:ec(?:ond)?s?)?)(?![a-z])/gi,
    ),
  ];
  if (parts.length === 0) return undefined;
  return parts.reduce((all, [, amount, unit = '']) => all + Number(amount) * unitMs(unit.toLowerCase()), 0);
}

function unitMs(unit: string): number {
  if (unit.startsWith('ms') || unit.startsWith('milli')) return 1;
  return { d: 86_400_000, h: 3_600_000, m: 60_000 }[unit[0] ?? ''] ?? 1000;
}

const duration = String.raw`((?:\d+(?:\.\d+)?\s*[a-z]+[\s,]*(?:and\s+)?)+)`;
const isoDate = String.raw`(\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?)?)(?:\s*(?:at)?\s*(\d\d:\d\d))?`;
const inWords = new RegExp(String.raw`(?:try again|retry|resets?|reset|available again)\s+(?:in|after)\s+${duration}`, 'i');
const atWords = new RegExp(String.raw`(?:resets?|reset|try again|regain access|available again)\s+(?:at|on|after)\s+${isoDate}`, 'i');

/** `Please try again in 1.2s`, `resets at 2026-12-01T00:00:00Z`, `regain access on 2026-12-01 at 00:00 UTC`, `limit reached|1764547200`. */
function waitInWords(message: string, now: number): number | undefined {
  const short = message.slice(0, 2000);
  const [, length] = inWords.exec(short) ?? [];
  if (length !== undefined) return durationIn(length);
  const [, day, time] = atWords.exec(short) ?? [];
  if (day !== undefined) return until(dated(day.length > 10 ? `${day.replace(' ', 'T')}Z` : `${day}T${time ?? '00:00'}Z`), now);
  return until(epochSeconds(Number(/(?:\||resets? at )(\d{10})\b/i.exec(short)?.[1] ?? Number.NaN)), now);
}

/** Anthropic's and OpenAI's limits: those of which nothing is left, the last of them; where that is not told, the first that is free again. */
function limitReset(header: (name: string) => string | undefined, now: number): number | undefined {
  const all = limits.flatMap(({ reset, remaining }) => {
    const told = header(reset);
    const ms = until(dated(told) ?? epochSeconds(decimal(told)), now) ?? durationIn(told);
    return ms === undefined ? [] : [{ ms, left: remaining === undefined ? undefined : decimal(header(remaining)) }];
  });
  const empty = all.filter(({ left }) => left === 0).map(({ ms }) => ms);
  if (empty.length > 0) return Math.max(...empty);
  const unknown = all.filter(({ left }) => left === undefined).map(({ ms }) => ms);
  return unknown.length > 0 ? Math.min(...unknown) : undefined;
}

const limits: ReadonlyArray<{ readonly reset: string; readonly remaining?: string }> = [
  ...['requests', 'tokens', 'input-tokens', 'output-tokens'].map((name) => ({
    reset: `anthropic-ratelimit-${name}-reset`,
    remaining: `anthropic-ratelimit-${name}-remaining`,
  })),
  { reset: 'anthropic-ratelimit-unified-reset' },
  ...['requests', 'tokens'].map((name) => ({ reset: `x-ratelimit-reset-${name}`, remaining: `x-ratelimit-remaining-${name}` })),
];

function decimal(value: string | undefined): number | undefined {
  return value !== undefined && /^\s*\d{1,15}(?:\.\d{1,9})?\s*$/.test(value) ? Number(value) : undefined;
}

function seconds(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value * 1000 : undefined;
}

/** @returns epoch ms; undefined for what is no time of this century. */
function epochSeconds(value: unknown): number | undefined {
  return typeof value === 'number' && value >= 1e9 && value < 5e9 ? value * 1000 : undefined;
}

/** @returns epoch ms; undefined for what is not written as a date. */
function dated(value: string | undefined): number | undefined {
  if (value === undefined || !/^\s*(?:[A-Za-z]{3,9},? |\d{4}-\d\d-\d\d)/.test(value)) return undefined;
  const at = Date.parse(value);
  return Number.isNaN(at) ? undefined : at;
}

function until(at: number | undefined, now: number): number | undefined {
  return at === undefined ? undefined : Math.max(0, at - now);
}
