import type { Node, Program } from '@babel/types';
import { childrenOf } from '../../source/children.ts';
import { parseSource } from '../../source/parse-source.ts';

/** Longer texts are not read, in characters. */
const longest = 400_000;
/** Nor are deeper ones, so that whoever walks down a tree gets to its end. */
const deepest = 400;

/** A program as it was read; undefined where it cannot be, or nobody would write it so. */
export function readProgram(text: string, path: string): Program | undefined {
  if (text.length > longest) return undefined;
  const program = parseSource(text, path)?.program;
  return program === undefined || isTooDeep(program) ? undefined : program;
}

function isTooDeep(program: Program): boolean {
  let level: readonly Node[] = [program];
  for (let depth = 0; depth < deepest; depth += 1) {
    level = level.flatMap(childrenOf);
    if (level.length === 0) return false;
  }
  return true;
}

/** A node and everything in it, outermost first, in the order of the text. */
export function* nodesIn(node: Node): Generator<Node> {
  const waiting: Node[] = [node];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    yield next;
    waiting.push(...childrenOf(next).toReversed());
  }
}
