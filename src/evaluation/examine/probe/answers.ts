import type { ProbePlan, Told } from '../../../domain/examination.ts';
import { isList, type Json, textOf } from './told.ts';

/** What came of one call. */
export type Answer =
  | { readonly kind: 'returned'; readonly value: Json; readonly changed?: Json }
  | { readonly kind: 'threw'; readonly name: string; readonly message: string; readonly changed?: Json }
  /** It had not ended after so many ms, twice. */
  | { readonly kind: 'endless'; readonly afterMs: number }
  /** It ended the process. */
  | { readonly kind: 'left'; readonly code: number }
  /** Nothing can be said: twice the same call gave two answers, or the answer cannot be told. */
  | { readonly kind: 'unknown'; readonly reason: string };

/** `changed`: all arguments as they were after the call, where it changed one of them. */
export function toldAnswer(answer: Answer): Told {
  return JSON.stringify(answer);
}

function readAnswer(told: Told): Answer | undefined {
  try {
    const value: unknown = JSON.parse(told);
    const isAnswer = typeof value === 'object' && value !== null && 'kind' in value && typeof value.kind === 'string';
    return isAnswer ? (value as Answer) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * What two answers are compared by: the same for answers that mean the same to those who call. Of an error only its name counts, as
 * everybody words messages in their own way; the order of keys, the sign of zero, and digits after the twelfth do not.
 *
 * @returns undefined where an answer says nothing; the text itself where it is no answer of a probe.
 */
export function comparable(told: Told): string | undefined {
  const answer = readAnswer(told);
  if (answer === undefined) return told;
  switch (answer.kind) {
    case 'unknown':
      return undefined;
    case 'returned':
      return JSON.stringify(['returned', plain(answer.value), plain(answer.changed ?? null)]);
    case 'threw':
      return JSON.stringify(['threw', answer.name, plain(answer.changed ?? null)]);
    case 'endless':
      return 'endless';
    case 'left':
      return JSON.stringify(['left', answer.code]);
  }
}

function plain(value: Json): Json {
  if (typeof value === 'number') return Number.isInteger(value) ? value : Number(value.toPrecision(12));
  if (typeof value !== 'object' || value === null) return value;
  if (isList(value)) return value.map(plain);
  if (value['$'] === '-0') return 0;
  const { of } = value;
  const isUnordered = ['Map', 'Set', 'object', 'instance'].includes(textOf(value['$']));
  if (isUnordered && of !== undefined && isList(of)) {
    const sorted = of.map((each) => JSON.stringify(plain(each))).toSorted();
    return { ...value, of: sorted };
  }
  return Object.fromEntries(
    Object.keys(value)
      .toSorted()
      .map((key) => [key, plain(value[key] ?? null)]),
  );
}

/** An answer as a person would write it. */
export function shownAnswer(told: Told): string {
  const answer = readAnswer(told);
  if (answer === undefined) return told;
  switch (answer.kind) {
    case 'returned':
      return answer.changed === undefined
        ? shownValue(answer.value)
        : `${shownValue(answer.value)}, and leaves its arguments as ${shownValue(answer.changed)}`;
    case 'threw':
      return `throws ${answer.name}${answer.message === '' ? '' : `: ${answer.message}`}`;
    case 'endless':
      return `does not end within ${answer.afterMs.toLocaleString('en')} ms`;
    case 'left':
      return `ends the process with ${answer.code}`;
    case 'unknown':
      return `not known (${answer.reason})`;
  }
}

/** A call as a person would write it: `largest([-1, -2])`. What is exported as the default is called as its file. */
export function shownCall(plan: Pick<ProbePlan, 'path' | 'name'>, input: Told): string {
  const list = JSON.parse(input) as Json;
  const file = plan.path.replace(/^.*\//, '').replace(/\..*$/, '');
  return `${plan.name.replace(/^default(?=\.|$)/, file)}(${isList(list) ? list.map(shownValue).join(', ') : shownValue(list)})`;
}

function shownValue(value: Json): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value !== 'object' || value === null) return String(value);
  if (isList(value)) return `[${value.map(shownValue).join(', ')}]`;
  const of = value['of'] ?? null;
  const entries = isList(of) ? of : [];
  switch (value['$']) {
    case undefined: {
      const members = Object.entries(value).map(([key, each]) => `${shownKey(key)}: ${shownValue(each)}`);
      return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`;
    }
    case 'object':
    case 'instance': {
      const members = entries.map((entry) => (isList(entry) ? `${shownKey(textOf(entry[0]))}: ${shownValue(entry[1] ?? null)}` : ''));
      return `${value['$'] === 'instance' ? `${textOf(value['name'])} ` : ''}{ ${members.join(', ')} }`;
    }
    case 'bigint':
      return `${textOf(of)}n`;
    case 'symbol':
      return `Symbol(${textOf(of)})`;
    case 'function':
      return `[function ${textOf(of)}]`;
    case 'callback':
    case 'error':
      return textOf(of);
    case 'Date':
      return typeof of === 'number' && Math.abs(of) <= 8.64e15 ? `new Date('${new Date(of).toISOString()}')` : 'new Date(NaN)';
    case 'RegExp':
      return `/${textOf(entries[0])}/${textOf(entries[1])}`;
    case 'Map':
    case 'Set':
      return `new ${value['$']}(${shownValue(of)})`;
    case 'bytes':
      return `${textOf(value['name'])}${shownValue(of)}`;
    case 'hole':
      return '<empty>';
    case 'getter':
    case 'proxy':
    case 'promise':
      return `[${value['$']}]`;
    default:
      return textOf(value['$']);
  }
}

function shownKey(key: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(key) ? key : JSON.stringify(key);
}
