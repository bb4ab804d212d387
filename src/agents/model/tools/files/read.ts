import { readdirSync, statSync } from 'node:fs';
import type { FileAnswer, FileRequest } from '../file-protocol.ts';
import { fileLimits } from '../file-protocol.ts';
import { enter, readText } from './open.ts';
import type { Place } from './place.ts';
import { Failed } from './refused.ts';

/** A part of a file with the numbers of its lines, or the names in a folder. */
export function read(place: Place, { from, lines }: Extract<FileRequest, { do: 'read' }>): FileAnswer {
  if (!place.exists) throw new Failed('there is no such file');
  if (statSync(place.path).isDirectory()) return { kind: 'done', text: list(place) };
  const all = readText(place)
    .replace(/^\u{feff}/u, '')
    .split('\n');
  if (all.at(-1) === '') all.pop();
  if (all.length === 0) return { kind: 'done', text: '(the file is empty)' };
  if (from > all.length) throw new Failed(`the file has ${all.length} lines, and none from ${from} on`);
  return { kind: 'done', text: numbered(all, from, Math.min(lines, fileLimits.shownLines)) };
}

/** @param from of the first line, from 1. */
export function numbered(all: readonly string[], from: number, most: number): string {
  const shown: string[] = [];
  let characters = 0;
  for (const [index, line] of all.slice(from - 1, from - 1 + most).entries()) {
    const cut = line.replace(/\r$/, '');
    const text = cut.length <= fileLimits.lineCharacters ? cut : `${cut.slice(0, fileLimits.lineCharacters)} [line cut]`;
    characters += text.length + 8;
    if (characters > fileLimits.shownCharacters) break;
    shown.push(`${String(from + index).padStart(6)}\t${text}`);
  }
  const next = from + shown.length;
  if (next <= all.length) shown.push(`(${all.length} lines in all; go on with from: ${next})`);
  return shown.join('\n');
}

function list(place: Place): string {
  enter(place.path);
  const entries = readdirSync('.', { withFileTypes: true })
    .filter(({ name }) => name !== '.git')
    .map((entry) => `${entry.name}${entry.isDirectory() ? '/' : ''}`)
    .toSorted();
  const shown = entries.slice(0, fileLimits.shownLines);
  const rest = entries.length - shown.length;
  return [`${place.shown}/ holds ${entries.length} entries:`, ...shown, ...(rest > 0 ? [`(and ${rest} more)`] : [])].join('\n');
}
