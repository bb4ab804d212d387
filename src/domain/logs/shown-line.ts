import { withoutInvisible } from '../visible-text.ts';

/** The longest line that is shown, in characters; of a longer one it is said how much is left out. */
export const longestShown = 8_192;

/** Colours and weights of text: all that a line may do to a screen. */
const colours = new RegExp(String.raw`(\u001b\[[\d;:]{0,60}m)`, 'g');

/**
 * What programs tell a terminal beside colours: titles, links, the clipboard, places, modes. A string that is never ended loses its beginning alone;
 * none goes on past the beginning of another, so that each character is looked at a few times at most.
 */
const commands = new RegExp(
  [
    String.raw`(?:\u001b\]|\u009d)[^\u0007\u001b\u009c\u009d]*(?:\u0007|\u001b\\|\u009c)`,
    String.raw`(?:\u001b[PX^_]|[\u0090\u0098\u009e\u009f])[^\u001b\u0090\u0098\u009c\u009e\u009f]*(?:\u001b\\|\u009c)`,
    String.raw`\u001b\[(?![\d;:]{0,60}m)[0-?]*[ -/]*[@-~]`,
    String.raw`\u009b[0-?]*[ -/]*[@-~]`,
    String.raw`\u001b[ -/]*[0-Z\\^-~]`,
  ].join('|'),
  'g',
);

/** Most lines have nothing of all this. */
const plainLine = /^[\t\u0020-\u007e\u00a1-\u00ac\u00ae-\u024f]*$/;

/**
 * A line of a program as it may be put on a screen: what the program wrote over (`\r`) is gone, its colours stay, and nothing else in it is obeyed or
 * hidden.
 */
export function shownLine(line: string): string {
  if (plainLine.test(line)) return line;
  return lastWritten(line)
    .replaceAll(commands, '')
    .split(colours)
    .map((part, index) => (index % 2 === 1 ? part : withoutInvisible(part)))
    .join('');
}

export function withoutColours(line: string): string {
  return line.replaceAll(colours, '');
}

/** @returns whether a line has the text, in whatever case and colours. */
export function lineHas(text: string): (line: string) => boolean {
  const sought = text.toLowerCase();
  return (line) => withoutColours(line).toLowerCase().includes(sought);
}

/** Where something is left out, that is said. */
export function cutLine(line: string): string {
  if (line.length <= longestShown) return line;
  return `${line.slice(0, longestShown).toWellFormed()} [${line.length - longestShown} more characters]`;
}

/** Progress is written over itself; of what was there before nobody sees anything. */
export function lastWritten(line: string): string {
  let end = line.length;
  while (line[end - 1] === '\r') end -= 1;
  return line.slice(line.lastIndexOf('\r', end - 1) + 1, end);
}
