import { createContext, Script, type Context } from 'node:vm';
import { tickName } from '../../src/agents/repair/child/edits/instrument.ts';

/** What one line of code came to: a value as JSON, or how it failed. */
export type Answer =
  | { readonly kind: 'value'; readonly told: string }
  | { readonly kind: 'threw'; readonly name: string; readonly message: string };

/** A program that was loaded once, in a context of its own; what it is asked is evaluated in it, one expression at a time. */
export interface Program {
  answer(expression: string): Answer;
}

/** Turns of loops and calls of functions that one expression may take: the same on every machine, however busy. */
const fuel = 20_000;

/** For what no fuel ends, such as a regular expression, in ms. */
const longest = 500;

/**
 * @param text with calls of {@link tickName} in its loops and functions.
 * @returns undefined when it cannot be loaded.
 */
export function load(text: string): Program | undefined {
  let left = fuel;
  const context = createContext({ require: undefined, console: {} });
  const told = (value: unknown): string => JSON.stringify(value, marked) ?? 'undefined';
  Object.assign(context, {
    [tickName]: () => {
      left -= 1;
      if (left < 0) throw new Error('It took too many turns.');
    },
    told,
  });
  if (run(context, text).kind === 'threw') return undefined;
  const known = new Map<string, Answer>();
  return {
    answer(expression) {
      const before = known.get(expression);
      if (before !== undefined) return before;
      left = fuel;
      const result = run(context, `told(${expression})`);
      known.set(expression, result);
      return result;
    },
  };
}

function run(context: Context, text: string): Answer {
  try {
    return { kind: 'value', told: String(new Script(text).runInContext(context, { timeout: longest })) };
  } catch (error) {
    const { name, message } = error as { name?: unknown; message?: unknown };
    return { kind: 'threw', name: String(name), message: String(message).slice(0, 200) };
  }
}

/** JSON knows neither of these. */
function marked(_: string, value: unknown): unknown {
  if (typeof value === 'number' && !Number.isFinite(value)) return `<${value}>`;
  if (value === undefined) return '<undefined>';
  if (typeof value === 'function') return '<function>';
  if (typeof value === 'bigint') return `<${value}n>`;
  return value;
}
