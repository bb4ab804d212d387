import type { ScannedText } from '../../source/scan-text.ts';
import { plain } from '../../source/statements.ts';
import type { Block } from './blocks.ts';

/** Blocks further in are taken for one. */
const deepest = 60;

interface Line {
  readonly start: number;
  readonly end: number;
  readonly indent: number;
  readonly head: string;
}

/** The statements of a Python file by their indentation. */
export function pythonBlocks({ code, bare }: Pick<ScannedText, 'code' | 'bare'>): readonly Block[] {
  const lines = logicalLines(code, bare);
  const read = (from: number, indent: number, depth = 0): { readonly blocks: Block[]; readonly next: number } => {
    const blocks: Block[] = [];
    let at = from;
    for (let line = lines[at]; line !== undefined && line.indent >= indent; line = lines[at]) {
      const inner = lines[at + 1];
      const body =
        inner !== undefined && inner.indent > line.indent && depth < deepest
          ? read(at + 1, inner.indent, depth + 1)
          : { blocks: [], next: at + 1 };
      blocks.push(blockOf(line, body.blocks));
      at = body.next;
    }
    return { blocks, next: at };
  };
  return read(0, 0).blocks;
}

/** Lines that belong together within brackets, or by a backslash, are one. */
function logicalLines(code: string, bare: string): readonly Line[] {
  const lines: Line[] = [];
  let start = 0;
  let depth = 0;
  for (let at = 0; at <= bare.length; at += 1) {
    const character = bare.charAt(at);
    if ('([{'.includes(character) && character !== '') depth += 1;
    else if (')]}'.includes(character) && character !== '') depth = Math.max(0, depth - 1);
    else if (at === bare.length || (character === '\n' && depth === 0 && bare.charAt(at - 1) !== '\\')) {
      const own = code.slice(start, at);
      const head = plain(own);
      const indent = own.length - own.trimStart().length;
      if (head !== '') lines.push({ start: start + indent, end: start + own.trimEnd().length, indent, head });
      start = at + 1;
    }
  }
  return lines;
}

function blockOf({ start, end, indent, head }: Line, children: readonly Block[]): Block {
  const declared = /^(?:async def|def|class) (\w+)/.exec(head)?.[1] ?? /^(\w+)(?::[^=]{1,200})?=(?!=)/.exec(head)?.[1];
  const [, brought] = /^(?:from [\w.]+ ?)?import ?\(?(.{1,2000}?)\)?$/.exec(head) ?? [];
  const names = brought?.split(',').map((one) => one.split(' as ').at(-1)?.trim() ?? '') ?? (declared === undefined ? [] : [declared]);
  return {
    kind: kindOf(head),
    names,
    isShared: false,
    head,
    start,
    headEnd: end,
    end: children.at(-1)?.end ?? end,
    indent,
    children,
  };
}

function kindOf(head: string): Block['kind'] {
  if (/^(?:async )?def /.test(head)) return 'function';
  if (/^(?:if|elif|case)\b/.test(head)) return 'condition';
  if (/^(?:else|for|async for|while|with|async with|try|except|finally|match|class)\b/.test(head)) return 'around';
  if (/^(?:import|from) /.test(head)) return 'import';
  if (/^return\b/.test(head)) return 'return';
  return /^\w+(?::[^=]{1,200})?=(?!=)/.test(head) ? 'data' : 'statement';
}
