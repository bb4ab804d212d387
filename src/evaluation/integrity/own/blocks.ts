import { languageOf } from '../../source/languages.ts';
import { scanText } from '../../source/scan-text.ts';
import { javascriptBlocks } from './javascript-blocks.ts';
import { pythonBlocks } from './python-blocks.ts';

/** A statement of a program with what stands in it, in the same form for each language that is read. */
export interface Block {
  readonly kind: 'condition' | 'around' | 'function' | 'data' | 'import' | 'return' | 'statement';
  /** What it declares; of a function that stands in an object, its key. */
  readonly names: readonly string[];
  /** Whether other files may take what it declares. */
  readonly isShared: boolean;
  /** Its own text without that of the statements in it, written as `plain` writes it. */
  readonly head: string;
  readonly start: number;
  /** Where its own text ends and that of the statements in it begins. */
  readonly headEnd: number;
  readonly end: number;
  /** Columns it stands in from the left, where that is part of the language. */
  readonly indent: number;
  readonly children: readonly Block[];
}

export interface Program {
  readonly blocks: readonly Block[];
  /** The text with comments and what stands in strings blanked: places in it are places in the text. */
  readonly bare: string;
}

/** More characters are in no program that somebody wrote. */
const longest = 300_000;

/** Reads a program of JavaScript, TypeScript or Python. @returns undefined for any other, and for one that cannot be read. */
export function readProgram(text: string, path: string): Program | undefined {
  const language = languageOf(path);
  if (language?.name !== 'javascript' && language?.name !== 'python') return undefined;
  if (text.length > longest) return undefined;
  const scanned = scanText(text, language);
  const blocks = language.name === 'python' ? pythonBlocks(scanned) : javascriptBlocks(text, path, scanned.code);
  return blocks === undefined ? undefined : { blocks, bare: scanned.bare };
}

/** A block with where it stands. */
export interface PlacedBlock {
  readonly block: Block;
  /** The blocks around it, the outermost first. */
  readonly parents: readonly Block[];
}

/** Blocks further in than this are in no program that somebody wrote. */
const deepest = 60;

/** All blocks of a program, each before those that stand in it. */
export function allBlocks(blocks: readonly Block[], parents: readonly Block[] = []): PlacedBlock[] {
  if (parents.length > deepest) return [];
  return blocks.flatMap((block) => [{ block, parents }, ...allBlocks(block.children, [...parents, block])]);
}
