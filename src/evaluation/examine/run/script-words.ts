/** A word of a script: what a shell makes of it, and how it is written. */
export interface ScriptWord {
  readonly text: string;
  readonly raw: string;
}

/**
 * The words of a script that is one plain command.
 *
 * @returns undefined where it is more than that: several commands, pipes, redirections, substitutions, variables.
 */
export function wordsOf(script: string): readonly ScriptWord[] | undefined {
  const words: ScriptWord[] = [];
  let word: { text: string; raw: string } | undefined;
  let quote: string | undefined;
  for (const character of script.trim()) {
    if (quote === undefined && /[;&|<>()`$#\n\\{}]/.test(character)) return undefined;
    if (quote === '"' && /[$`\\]/.test(character)) return undefined;
    if (quote === undefined && /\s/.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
      continue;
    }
    word ??= { text: '', raw: '' };
    word.raw += character;
    if (quote === undefined && (character === '"' || character === "'")) quote = character;
    else if (quote === character) quote = undefined;
    else word.text += character;
  }
  if (quote !== undefined) return undefined;
  return word === undefined ? words : [...words, word];
}
