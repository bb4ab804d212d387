import { stripVTControlCharacters } from 'node:util';

const mostCharacters = 300;
const mostLines = 2;

/** Lines that begin alike for all errors of a program, and those that only say where more can be read. */
const prefix = /^(?:npm (?:error|ERR!)\s?|error:\s)/;
const empty = /^(?:code \w+|errno -?\d+|Run "npm help .*|A complete log of this run .*|.{0,20})$/;

/**
 * What a failed command says is wrong, for one sentence: the first lines that speak of an error, else the last line.
 *
 * @param output all that it printed; foreign, of any length.
 * @returns one line of 300 characters at most, empty where nothing was printed.
 */
export function saidOfFailure(output: string): string {
  const lines = stripVTControlCharacters(output)
    .split('\n')
    .map((line) => line.trim());
  const speaking = lines.filter((line) => /\berror\b|\bERR!|\bfailed\b|^fatal:/i.test(line.slice(0, 1_000)));
  const telling = speaking.map((line) => line.replace(prefix, '')).filter((line) => !empty.test(line));
  const last = lines.findLast((line) => line !== '') ?? '';
  return (telling.length === 0 ? last : telling.slice(0, mostLines).join(' ')).slice(0, mostCharacters);
}
