import { Failure } from '../../domain/failure.ts';

/**
 * Splits a configured command into program and arguments as a shell would, without one: spaces separate, single and double quotes
 * keep together, a backslash takes the next character as it is (not within single quotes).
 *
 * What only a shell can do (`|`, `&`, `;`, `<`, `>`, `$`, backticks, `*` and the like) is refused, not silently passed on.
 *
 * @throws Failure (configuration) naming `setting` when the command is empty, unfinished, or needs a shell.
 */
export function splitCommand(text: string, setting: string): [string, ...string[]] {
  const words: string[] = [];
  let word: string | undefined;
  let quote: string | undefined;
  for (let index = 0; index < text.length; index += 1) {
    const character = text.charAt(index);
    if (character === '\\' && quote !== "'") {
      index += 1;
      if (index === text.length) throw refused(text, setting, 'it ends in a backslash');
      word = (word ?? '') + text.charAt(index);
    } else if (quote !== undefined) {
      if (character === quote) quote = undefined;
      else if (quote === '"' && /[$`]/.test(character)) throw refused(text, setting, `it needs a shell for ${character}`);
      else word = (word ?? '') + character;
    } else if (character === '"' || character === "'") {
      quote = character;
      word ??= '';
    } else if (/\s/.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (/[|&;<>$`*?()#]/.test(character)) {
      throw refused(text, setting, `it needs a shell for ${character}`);
    } else word = (word ?? '') + character;
  }
  if (quote !== undefined) throw refused(text, setting, `a quotation (${quote}) is not closed`);
  if (word !== undefined) words.push(word);
  const [program, ...rest] = words;
  if (program === undefined) throw refused(text, setting, 'it is empty');
  return [program, ...rest];
}

function refused(text: string, setting: string, why: string): Failure {
  return new Failure('configuration', {
    what: `The command of ${setting} cannot be run: ${JSON.stringify(text)}.`,
    why: `Commands are run without a shell, and ${why}.`,
    fix: `Quote it, or ask for a shell yourself: sh -c '...'.`,
  });
}
