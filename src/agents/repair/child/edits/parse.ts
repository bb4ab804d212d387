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
  const read = readSource(path, text);
  return read instanceof SyntaxError ? undefined : read;
}

/** @returns what is wrong with the text, with line and column, when it has no valid syntax. */
export function syntaxErrorIn(path: string, text: string): string | undefined {
  const read = readSource(path, text);
  return read instanceof SyntaxError ? (read.message.split('\n')[0] ?? '') : undefined;
}

function readSource(path: string, text: string): ParsedSource | SyntaxError {
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
    if (error instanceof SyntaxError) return error;
    throw error;
  }
}

function pluginsFor(path: string): ParserPlugin[] {
  if (/\.[cm]?ts$/.test(path)) return ['typescript', 'decorators'];
  if (path.endsWith('.tsx')) return ['typescript', 'jsx', 'decorators'];
  return ['jsx', 'decorators'];
}
