import { stripVTControlCharacters } from 'node:util';
import { visibleText } from '../domain/visible-text.ts';
import type { Redact } from '../domain/redact.ts';

/** What the agent of one world says and was denied, on its way to records and screens. */
export interface AgentWords {
  /** The text without control characters, colours and secrets. */
  read(this: void, text: string): string;
  /** It was not allowed something. @returns whether that is to be told one by one: the first few times, and once for each thing. */
  denied(this: void, what: string): boolean;
  /** What its user should know of all this, a sentence each. */
  warnings(this: void): readonly string[];
}

/** Denials that are told one by one, and how much of each, in characters. */
const mostTold = { denials: 3, each: 200 } as const;

export function listenToAgent(redact: Redact): AgentWords {
  let removed = 0;
  const denials = new Set<string>();
  function read(text: string): string {
    // What cannot be seen could stand in the middle of a secret.
    const told = redact(visibleText(stripVTControlCharacters(text)).text);
    removed += told.removed;
    return told.text;
  }
  return {
    read,
    denied(what) {
      const before = denials.size;
      denials.add(read(what).slice(0, mostTold.each));
      return denials.size > before && denials.size <= mostTold.denials;
    },
    warnings: () => [
      ...(denials.size === 0 ? [] : [`While it ran, this was denied: ${inShort([...denials])}.`]),
      ...(removed === 0 ? [] : [`While it ran, a secret stood in what was said (${timesOf(removed)}); it was removed.`]),
    ],
  };
}

function inShort(denials: readonly string[]): string {
  const more = denials.length - mostTold.denials;
  return `${denials.slice(0, mostTold.denials).join('; ')}${more > 0 ? `; and ${more} more` : ''}`;
}

function timesOf(count: number): string {
  return count === 1 ? 'once' : `${count} times`;
}
