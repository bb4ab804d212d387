/** A file as the change leaves it, with the lines that were added to it; of a file that did not change, none. */
export interface SourceText {
  readonly path: string;
  readonly text: string;
  readonly added: ReadonlySet<number>;
}

/** A block is this many lines that say something, with this many words and signs in them together. */
const blockLines = 4;
const blockTokens = 30;
/** More lines are not looked at. */
const mostLines = 200_000;

interface Line {
  readonly at: number;
  readonly text: string;
  readonly tokens: number;
}

/**
 * How many added lines belong to a block that stands elsewhere too: in another place of the changed files, or in one of the others that
 * were handed in. Spaces do not count, nor do empty lines, brackets alone, comments and what is imported. Of blocks that were all added the
 * first is no copy.
 */
export function duplicatedLines(files: readonly SourceText[]): number {
  const windows = new Map<string, { readonly file: SourceText; readonly lines: readonly Line[] }[]>();
  let seen = 0;
  for (const file of files) {
    const lines = telling(file.text);
    seen += lines.length;
    if (seen > mostLines) break;
    for (let start = 0; start + blockLines <= lines.length; start += 1) {
      const block = lines.slice(start, start + blockLines);
      if (block.reduce((sum, line) => sum + line.tokens, 0) < blockTokens) continue;
      const key = block.map(({ text }) => text).join('\n');
      windows.set(key, [...(windows.get(key) ?? []), { file, lines: block }]);
    }
  }
  const copied = new Set<string>();
  for (const places of windows.values()) {
    if (places.length < 2) continue;
    const isFresh = ({ file, lines }: (typeof places)[number]): boolean => lines.every(({ at }) => file.added.has(at));
    const copies = places.some((place) => !isFresh(place)) ? places.filter(isFresh) : places.slice(1);
    for (const { file, lines } of copies) for (const { at } of lines) copied.add(`${file.path}\n${at}`);
  }
  return copied.size;
}

function telling(text: string): Line[] {
  return text.split('\n').flatMap((line, index) => {
    const plain = line.trim();
    if (
      plain === '' ||
      /^(?:\/\/|#|\*|\/\*|--)/.test(plain) ||
      /^[\s()[\]{};,]*$/.test(plain) ||
      /^(?:import|from|use|using|package|export \* )\b/.test(plain)
    )
      return [];
    return [{ at: index + 1, text: plain.replace(/\s+/g, ''), tokens: plain.match(/\w+|[^\s\w]/g)?.length ?? 0 }];
  });
}
