import type { Node } from '@babel/types';
import { parseSource } from '../source/parse-source.ts';

/** Where something begins that can run. */
export interface Position {
  /** From 1. */
  readonly line: number;
  /** From 0, in UTF-16 code units, like `offset`. */
  readonly column: number;
  readonly offset: number;
  /** What it is there, as Babel calls it. */
  readonly kind: string;
}

/** How a text that a runner made is looked at. */
export interface MadeText {
  /** What begins before is the runner's. */
  readonly from: number;
  /** What begins so has no counterpart in the source, with all in it. */
  readonly added: RegExp;
  /** What begins so has none either, but what is in it has. */
  readonly around: RegExp;
}

/** What is there for the compiler only. */
const types =
  /^(?:TS(?!AsExpression|NonNullExpression|SatisfiesExpression|ParameterProperty|ExportAssignment|EnumDeclaration|ModuleDeclaration|ModuleBlock)|Import|ExportAll)/;

/** What stands for nothing that runs by itself. */
const silent = new Set(['BlockStatement', 'EmptyStatement', 'TSEnumDeclaration', 'LabeledStatement']);

/**
 * Where the statements of a file begin, and what arrow functions and properties of classes evaluate. Declarations of functions, classes,
 * types and imports do nothing themselves.
 *
 * @returns undefined when it cannot be read as JavaScript or TypeScript.
 */
export function executablePositions(text: string, path: string, made?: MadeText): readonly Position[] | undefined {
  const file = parseSource(text, path);
  if (file === undefined) return undefined;
  const found = new Map<number, Position>();
  const waiting: Node[] = [file.program];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (types.test(node.type) || ('declare' in node && node.declare === true)) continue;
    const own = made === undefined ? 'counts' : partOf(made, text, node);
    if (own === 'added') continue;
    for (const position of own === 'counts' ? positionsOf(node) : []) found.set(position.offset, position);
    waiting.push(...children(node));
  }
  return [...found.values()].toSorted((one, other) => one.offset - other.offset);
}

function partOf({ from, added, around }: MadeText, text: string, node: Node): 'counts' | 'added' | 'around' {
  const start = typeof node.start === 'number' ? node.start : 0;
  const beginning = text.slice(start, start + 100);
  if (start >= from && added.test(beginning)) return 'added';
  return start < from || around.test(beginning) ? 'around' : 'counts';
}

function positionsOf(node: Node): Position[] {
  if (node.type === 'ArrowFunctionExpression') return node.body.type === 'BlockStatement' ? [] : startOf(node.body);
  if (node.type === 'ClassProperty' || node.type === 'ClassPrivateProperty') return startOf(node.value);
  if (node.type === 'VariableDeclaration') return node.declarations.some(({ init }) => init) ? startOf(node) : [];
  return node.type.endsWith('Statement') && !silent.has(node.type) ? startOf(node) : [];
}

function startOf(node: Node | null | undefined): Position[] {
  if (!node?.loc || typeof node.start !== 'number') return [];
  return [{ line: node.loc.start.line, column: node.loc.start.column, offset: node.start, kind: node.type }];
}

function children(node: Node): Node[] {
  return Object.entries(node).flatMap(([key, value]: [string, unknown]) => {
    if (key === 'loc' || key.endsWith('Comments') || key === 'extra' || key === 'errors') return [];
    return (Array.isArray(value) ? value : [value]).filter(isNode);
  });
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}
