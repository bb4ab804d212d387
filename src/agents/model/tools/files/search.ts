import { matchesGlob, relative } from 'node:path';
import type { FileAnswer, FileRequest } from '../file-protocol.ts';
import { fileLimits } from '../file-protocol.ts';
import { decode, readPlain } from './open.ts';
import type { Place } from './place.ts';
import { Failed, Refused } from './refused.ts';
import { walk } from './walk.ts';

/** Finds a regular expression in the texts of files, or files by their names. Never in what git ignores. */
export function search(root: string, place: Place, request: Extract<FileRequest, { do: 'search' }>): FileAnswer {
  if (!place.exists) throw new Failed('there is no such file or folder');
  const expression = request.pattern === undefined ? undefined : compile(request.pattern, request.ignoreCase);
  const found: string[] = [];
  let files = 0;
  let matches = 0;
  for (const file of walk(root, place)) {
    if (file === 'too-many') {
      found.push(`(there are more than ${fileLimits.files} files: name a folder in \`path\`)`);
      break;
    }
    if (!isMeant(relative(root, file.path), file.name, request.files)) continue;
    const shown = relative(root, file.path);
    const lines = expression === undefined ? [shown] : matchesIn(file.name, shown, expression);
    if (lines.length === 0) continue;
    files += 1;
    matches += lines.length;
    found.push(...lines.slice(0, Math.max(0, fileLimits.matches - found.length)));
  }
  if (matches === 0) return { kind: 'done', text: 'Nothing was found.' };
  const rest = matches - fileLimits.matches;
  const more = rest > 0 ? `\n(and ${rest} more: narrow it down by \`path\`, \`files\` or \`pattern\`)` : '';
  const counted = expression === undefined ? `${matches} files:` : `${matches} lines in ${files} files:`;
  return { kind: 'done', text: `${counted}\n${found.join('\n')}${more}` };
}

function compile(pattern: string, ignoreCase: boolean): RegExp {
  try {
    return new RegExp(pattern, ignoreCase ? 'i' : '');
  } catch (error) {
    throw new Failed(`\`pattern\` is no regular expression of JavaScript: ${(error as Error).message}`);
  }
}

/** A glob without a slash is meant for the name, wherever the file lies. */
function isMeant(path: string, name: string, files: string | undefined): boolean {
  if (files === undefined) return true;
  return files.includes('/') ? matchesGlob(path, files) : matchesGlob(name, files);
}

function matchesIn(name: string, shown: string, expression: RegExp): readonly string[] {
  try {
    return decode(readPlain(name, fileLimits.searchBytes))
      .split('\n')
      .flatMap((line, index) => {
        const at = line.search(expression);
        return at === -1 ? [] : [`${shown}:${index + 1}: ${around(line.replace(/\r$/, ''), at)}`];
      });
  } catch (error) {
    // What cannot be read as text holds nothing to find.
    if (error instanceof Failed || error instanceof Refused || (error as NodeJS.ErrnoException).code !== undefined) return [];
    throw error;
  }
}

/** Of a long line, what is around the match. */
function around(line: string, at: number): string {
  const most = fileLimits.matchCharacters;
  if (line.length <= most) return line;
  const from = Math.max(0, Math.min(at - 60, line.length - most));
  return `${from > 0 ? '[...]' : ''}${line.slice(from, from + most)}${from + most < line.length ? '[...]' : ''}`;
}
