import { parse } from '@babel/parser';
import type { File } from '@babel/types';

/** A file that holds JavaScript or TypeScript, by its ending. */
export const sourcePattern = /\.[cm]?[jt]sx?$/;

/** Reads JavaScript or TypeScript. @returns undefined when it is no such file or cannot be read. */
export function parseSource(text: string, path: string): File | undefined {
  if (!sourcePattern.test(path)) return undefined;
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
