import { parse } from '@babel/parser';
import type { File } from '@babel/types';
import { sourcePattern } from './source-pattern.ts';

/** More characters are in no file that somebody wrote. */
const longest = 2_000_000;

/** Reads JavaScript or TypeScript. @returns undefined when it is no such file, is too long, or cannot be read. */
export function parseSource(text: string, path: string): File | undefined {
  if (!sourcePattern.test(path) || text.length > longest) return undefined;
  const typescript = /\.[cm]?tsx?$/.test(path);
  const jsx = /\.(?:[cm]?js|jsx|tsx)$/.test(path);
  try {
    return parse(text, {
      sourceType: 'unambiguous',
      allowReturnOutsideFunction: true,
      plugins: [...(typescript ? (['typescript', 'decorators'] as const) : []), ...(jsx ? (['jsx'] as const) : [])],
    });
  } catch {
    return undefined;
  }
}
