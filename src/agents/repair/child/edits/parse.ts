import { parse, type ParserPlugin } from '@babel/parser';
import type { File } from '@babel/types';

/** A source file as text and as a tree whose nodes carry offsets into that text. */
export interface ParsedSource {
  readonly path: string;
  readonly text: string;
  readonly tree: File;
}

/** @returns undefined when the text has no valid syntax: such a file cannot be searched. */
export function parseSource(path: string, text: string): ParsedSource | undefined {
  try {
    const tree = parse(text, {
      sourceType: 'unambiguous',
      plugins: pluginsFor(path),
      allowReturnOutsideFunction: true,
      allowAwaitOutsideFunction: true,
      errorRecovery: false,
    });
    return { path, text, tree };
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function pluginsFor(path: string): ParserPlugin[] {
  if (/\.[cm]?ts$/.test(path)) return ['typescript', 'decorators'];
  if (path.endsWith('.tsx')) return ['typescript', 'jsx', 'decorators'];
  return ['jsx', 'decorators'];
}
