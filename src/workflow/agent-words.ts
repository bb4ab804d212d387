import { stripVTControlCharacters } from 'node:util';
import { visibleText } from '../domain/issue.ts';
import type { Redact } from '../domain/redact.ts';

/** What the agent of one world says, on its way to records and screens. */
export interface AgentWords {
  /** The text without control characters, colours and secrets. */
  read(this: void, text: string): string;
  /** What its user should know of what was read so far, a sentence each. */
  warnings(this: void): readonly string[];
}

export function listenToAgent(redact: Redact): AgentWords {
  let removed = 0;
  return {
    read(text) {
      // What cannot be seen could stand in the middle of a secret.
      const told = redact(visibleText(stripVTControlCharacters(text)).text);
      removed += told.removed;
      return told.text;
    },
    warnings() {
      if (removed === 0) return [];
      return [`While it ran, a secret stood in what was said (${removed === 1 ? 'once' : `${removed} times`}); it was removed.`];
    },
  };
}
