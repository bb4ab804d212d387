import type { FileAnswer, FileRequest } from '../file-protocol.ts';
import { fileLimits } from '../file-protocol.ts';
import { readText, writePlain } from './open.ts';
import type { Place } from './place.ts';
import { numbered } from './read.ts';
import { Failed } from './refused.ts';

/** Replaces a text that has to be there exactly, and once unless all are meant. */
export function edit(root: string, place: Place, request: Extract<FileRequest, { do: 'edit' }>): FileAnswer {
  if (!place.exists) throw new Failed('there is no such file; `write` makes one');
  if (request.old === request.new) throw new Failed('`old` and `new` are the same');
  const text = readText(place);
  // Models write line feeds alone, whatever the file has.
  const own = (given: string): string => (text.includes('\r\n') && !given.includes('\r') ? given.replaceAll('\n', '\r\n') : given);
  const old = own(request.old);
  const starts = startsOf(text, old);
  const lines = starts.map((start) => lineAt(text, start));
  if (starts.length === 0) throw new Failed(`\`old\` is not in the file. ${hint(text, request.old)}`);
  if (starts.length > 1 && !request.all) {
    throw new Failed(
      `\`old\` is in the file ${starts.length} times (lines ${lines.slice(0, 20).join(', ')}): add lines around the one that is meant, or set \`all\``,
    );
  }
  const changed = text.split(old).join(own(request.new));
  if (changed.length > fileLimits.readBytes) throw new Failed('the file would become too large');
  writePlain(root, place, changed);
  const from = Math.max(1, lines[0]! - 3);
  const seen = numbered(changed.replace(/\n$/, '').split('\n'), from, request.new.split('\n').length + 6).replace(
    /\n\(\d+ lines in all.*$/,
    '',
  );
  const times = starts.length === 1 ? `line ${lines[0]}` : `${starts.length} places`;
  return { kind: 'done', text: `Replaced in ${place.shown}, ${times}. It reads now:\n${seen}`, changed: place.shown };
}

function startsOf(text: string, old: string): readonly number[] {
  const starts: number[] = [];
  for (let at = text.indexOf(old); at !== -1; at = text.indexOf(old, at + old.length)) starts.push(at);
  return starts;
}

function lineAt(text: string, start: number): number {
  return text.slice(0, start).split('\n').length;
}

/** What a model may have meant. */
function hint(text: string, old: string): string {
  const wanted = old.split('\n');
  if (wanted.every((line) => /^\s*\d+\t/.test(line))) return 'It holds the line numbers that `read` shows: leave them out.';
  const bare = (line: string): string => line.replaceAll(/\s+/g, '');
  const lines = text.split('\n').map((line) => line.replace(/\r$/, ''));
  const meant = wanted.map(bare).filter(Boolean);
  const kept = lines.flatMap((line, index) => (bare(line) === '' ? [] : [{ bare: bare(line), number: index + 1 }]));
  if (meant.length === 0) return 'It holds nothing but white space.';
  for (let at = 0; at + meant.length <= kept.length; at += 1) {
    if (!meant.every((line, index) => kept[at + index]!.bare === line)) continue;
    const first = kept[at]!.number;
    const last = kept[at + meant.length - 1]!.number;
    return `With other white space it is, exactly so:\n${lines.slice(first - 1, last).join('\n')}`;
  }
  const near = kept.filter((line) => line.bare === meant[0]).map(({ number }) => number);
  if (near.length === 0) return 'Its first line is nowhere in it. Read the file again.';
  return `Its first line is there (line ${near.slice(0, 5).join(', ')}), and goes on otherwise:\n${numbered(lines, near[0]!, wanted.length + 2)}`;
}
