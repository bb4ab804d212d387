import type { Redact } from '../redact.ts';
import { jsonObject } from './read-json.ts';
import { redactLines } from './redact-lines.ts';
import { cutLine, shownLine } from './shown-line.ts';
import { acpWords } from './words-of-acp.ts';
import { wordsOfClaudeCode } from './words-of-claude-code.ts';
import { wordsOfCodex } from './words-of-codex.ts';
import { wordsOfRepair } from './words-of-repair.ts';

/** Turns what programs printed into lines that may be shown. */
export interface LineReader {
  /** @param lines whole ones, in their order. @returns what is to be shown of them: often more lines, or fewer. */
  read(lines: readonly string[]): readonly string[];
  /** What waited for more, now that nothing more comes. */
  rest(): readonly string[];
}

/**
 * Lines without secrets and without whatever could do something to a screen but colour it. What agents print as JSON is told in words, whichever of
 * the known programs it is; every other line is told as it is.
 *
 * @param options.raw tells every line as it is, one for one.
 */
export function lineReader(redact: Redact, { raw = false }: { readonly raw?: boolean } = {}): LineReader {
  const clean = redactLines(redact);
  const acp = acpWords();

  function wordsOf(line: string): readonly string[] {
    const object = jsonObject(line);
    if (object === undefined) return [line];
    return acp.read(object) ?? wordsOfClaudeCode(object) ?? wordsOfCodex(object) ?? wordsOfRepair(object) ?? [line];
  }

  function shown(lines: readonly string[]): readonly string[] {
    return clean(lines.map(shownLine)).map(cutLine);
  }

  return {
    read: (lines) => shown(raw ? lines : lines.flatMap((line) => wordsOf(line).flatMap((words) => words.split('\n')))),
    rest: () => shown(acp.rest()),
  };
}

/** The same lines as they may be kept for other machines: nothing is told in words or cut, so that it still can be. */
export function keptLineReader(redact: Redact): LineReader {
  const clean = redactLines(redact);
  return { read: (lines) => clean(lines.map(shownLine)), rest: () => [] };
}
