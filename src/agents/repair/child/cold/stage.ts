import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Texts } from '../search/oracle.ts';

/** The copy's files, some of which hold another text for a while. */
export interface Stage {
  /** A file's own text. */
  original(path: string): string;
  /** Gives these files another text, and all others their own. */
  put(texts: Texts): void;
}

export function stageFiles(directory: string): Stage {
  const originals = new Map<string, string>();
  const changed = new Set<string>();
  const original = (path: string): string => {
    const text = originals.get(path) ?? readFileSync(join(directory, path), 'utf8');
    originals.set(path, text);
    return text;
  };
  return {
    original,
    put(texts) {
      for (const path of [...changed].filter((each) => !texts.has(each))) {
        writeFileSync(join(directory, path), original(path));
        changed.delete(path);
      }
      for (const [path, text] of texts) {
        original(path);
        changed.add(path);
        writeFileSync(join(directory, path), text);
      }
    },
  };
}
