/** A piece of a line in one look. */
export interface AnsiSpan {
  readonly text: string;
  /** Names of classes, such as `text-bad font-semibold`; empty for plain text. */
  readonly look: string;
}

/** The eight colours of a terminal in the colours of the theme, which are readable on its grounds whichever it is. */
const colours = ['text-muted', 'text-bad', 'text-good', 'text-warn', 'text-info', 'text-world-5', 'text-world-2', 'text-ink'] as const;

interface Look {
  colour: string;
  readonly weights: Set<string>;
}

const weights: Readonly<Record<number, string>> = { 1: 'font-semibold', 3: 'italic', 4: 'underline', 9: 'line-through' };
const ends: Readonly<Record<number, string>> = { 22: 'font-semibold', 23: 'italic', 24: 'underline', 29: 'line-through' };

// oxlint-disable-next-line no-control-regex -- this is what it is about
const command = /\u001b\[([\d;:]*)m/;

/**
 * A line of a program with its colours, as pieces that are put on the page as text. Grounds, inversion and hiding are left out: whoever prints cannot make
 * a line that says something else than it shows.
 */
export function ansiSpans(line: string): readonly AnsiSpan[] {
  const look: Look = { colour: '', weights: new Set() };
  const spans: AnsiSpan[] = [];
  for (const [index, part] of line.split(command).entries())
    if (index % 2 === 1) obey(look, part);
    else if (part !== '') spans.push({ text: part, look: [look.colour, ...look.weights].filter((name) => name !== '').join(' ') });
  return spans;
}

function obey(look: Look, parameters: string): void {
  const codes = parameters.split(/[;:]/).map(Number);
  for (let index = 0; index < codes.length; index += 1) {
    const code = codes[index] ?? 0;
    if (code === 38 || code === 48) {
      const length = codes[index + 1] === 5 ? 2 : 4;
      if (code === 38) look.colour = nearest(codes.slice(index + 1, index + 1 + length));
      index += length;
    } else one(look, code);
  }
}

function one(look: Look, code: number): void {
  const [weight, end] = [weights[code], ends[code]];
  if (code === 0) {
    look.colour = '';
    look.weights.clear();
  } else if (weight !== undefined) look.weights.add(weight);
  else if (end !== undefined) look.weights.delete(end);
  else if (code === 39) look.colour = '';
  else if (code >= 30 && code <= 37) look.colour = colours[code - 30] ?? '';
  else if (code >= 90 && code <= 97) look.colour = colours[code - 90] ?? '';
}

/** One of the eight for a colour of 256 (`5;n`) or of three parts (`2;r;g;b`). */
function nearest([kind, first = 0, second = 0, third = 0]: readonly number[]): string {
  if (kind !== 5) return ofParts([first, second, third]);
  if (first < 16) return colours[first % 8] ?? '';
  if (first > 231) return first < 244 ? colours[0] : colours[7];
  const place = first - 16;
  return ofParts([Math.floor(place / 36), Math.floor(place / 6) % 6, place % 6].map((part) => part * 51));
}

function ofParts(parts: readonly number[]): string {
  const most = Math.max(...parts);
  const least = Math.min(...parts);
  if (most - least < 48) return most < 128 ? colours[0] : colours[7];
  const middle = (most + least) / 2;
  return colours[parts.reduce((sum, part, index) => sum + (part > middle ? 2 ** index : 0), 0)] ?? '';
}
