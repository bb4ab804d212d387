import { stripVTControlCharacters } from 'node:util';

const mostCharacters = 300;
const mostLines = 2;

const fromNpm = /^npm (?:error|ERR!|warn|WARN|notice)\b\s?/;
/** What npm says of every failure, or only of where more can be read. */
const emptyFromNpm =
  /^(?:(?:code|errno|path|workspace|location|command|Lifecycle script)\b.*|Run "npm help .*|A complete log of this run .*|.{0,3})$/;

/**
 * What a failed command says is wrong, for one sentence: the first lines that speak of an error, else the last line.
 *
 * @param output all that it printed; foreign, of any length.
 * @returns one line of 300 characters at most, empty where nothing was printed.
 */
export function saidOfFailure(output: string): string {
  const lines = stripVTControlCharacters(output)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => !(fromNpm.test(line) ? emptyFromNpm.test(line.replace(fromNpm, '')) : line === '' || line.startsWith('> ')));
  const telling = lines.filter((line) => /\b\w*error\b|\bERR!|\bfailed\b|^fatal:/i.test(line.slice(0, 1_000)));
  const last = lines.findLast((line) => !fromNpm.test(line)) ?? '';
  const said = telling.length === 0 ? last : telling.slice(0, mostLines).join(' ');
  const plain = said.replaceAll(/(^| )npm (?:error|ERR!)\s/g, '$1');
  return plain.length <= mostCharacters ? plain : `${plain.slice(0, mostCharacters - 1)}…`;
}
