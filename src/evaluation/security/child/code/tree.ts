import type { SgNode } from '@ast-grep/napi';

/** What of a syntax tree the rules look at; longer texts are cut off. */
export type CodeNode =
  | {
      readonly kind: 'call';
      readonly callee: string;
      readonly isNew: boolean;
      readonly arguments: readonly Argument[];
      readonly text: string;
      readonly index: number;
    }
  | { readonly kind: 'assignment'; readonly left: string; readonly right: Argument; readonly text: string; readonly index: number }
  | { readonly kind: 'pair'; readonly key: string; readonly value: Argument; readonly text: string; readonly index: number }
  | { readonly kind: 'jsx-attribute'; readonly name: string; readonly text: string; readonly index: number }
  | { readonly kind: 'regex'; readonly text: string; readonly index: number }
  /** A text that is put together, as a template or by plus signs, and is no part of a larger one. */
  | { readonly kind: 'built-text'; readonly text: string; readonly index: number }
  | { readonly kind: 'import'; readonly source: string; readonly text: string; readonly index: number };

export interface Argument {
  /** Of the grammar, such as `string` or `template_string`. */
  readonly kind: string;
  readonly text: string;
}

const kinds = [
  'call_expression',
  'new_expression',
  'assignment_expression',
  'pair',
  'regex',
  'template_string',
  'binary_expression',
  'import_statement',
  'export_statement',
] as const;

/** Of the grammars that know elements. */
const ofElements = ['jsx_attribute'] as const;

/** Of one node, in characters. */
const mostText = 2000;
/** Of one file; what comes after them is not looked at. */
const mostNodes = 200_000;

/**
 * Reads JavaScript or TypeScript. A file with errors gives what could be understood.
 *
 * @throws where the grammar cannot be loaded.
 */
export async function readTree(text: string, grammar: 'TypeScript' | 'Tsx' | 'JavaScript'): Promise<readonly CodeNode[]> {
  const { Lang, parse } = await import('@ast-grep/napi');
  const root = parse(Lang[grammar], text).root();
  const nodes = root.findAll({ rule: { any: (grammar === 'TypeScript' ? kinds : [...kinds, ...ofElements]).map((kind) => ({ kind })) } });
  return nodes.slice(0, mostNodes).flatMap((node) => codeNodeOf(node, text) ?? []);
}

function codeNodeOf(node: SgNode, source: string): CodeNode | undefined {
  const index = node.range().start.index;
  const text = cut(node, source);
  switch (node.kind()) {
    case 'call_expression':
    case 'new_expression': {
      const isNew = node.kind() === 'new_expression';
      const callee = node.field(isNew ? 'constructor' : 'function');
      const list = node.field('arguments');
      // A tagged template is taken apart by its tag, which sees values and text apart from each other.
      const given = list?.kind() === 'arguments' ? argumentsOf(list, source) : [];
      return { kind: 'call', isNew, callee: callee === null ? '' : cut(callee, source), arguments: given, text, index };
    }
    case 'assignment_expression': {
      const [left, right] = [node.field('left'), node.field('right')];
      return left === null || right === null
        ? undefined
        : { kind: 'assignment', left: cut(left, source), right: argumentOf(right, source), text, index };
    }
    case 'pair': {
      const [key, value] = [node.field('key'), node.field('value')];
      if (key === null || value === null) return undefined;
      return { kind: 'pair', key: cut(key, source).replaceAll(/^["']|["']$/g, ''), value: argumentOf(value, source), text, index };
    }
    case 'jsx_attribute':
      return { kind: 'jsx-attribute', name: /^[\w:-]{1,60}/.exec(text)?.[0] ?? '', text, index };
    case 'regex':
      return { kind: 'regex', text, index };
    case 'import_statement':
    case 'export_statement': {
      const from = node.field('source');
      return from === null ? undefined : { kind: 'import', source: cut(from, source).slice(1, -1), text, index };
    }
    default:
      return builtText(node, text, index);
  }
}

function builtText(node: SgNode, text: string, index: number): CodeNode | undefined {
  if (node.kind() === 'template_string') {
    return text.includes('${') && node.parent()?.kind() !== 'call_expression' ? { kind: 'built-text', text, index } : undefined;
  }
  if (!text.includes('+') || !/["'`]/.test(text) || node.parent()?.kind() === 'binary_expression') return undefined;
  return { kind: 'built-text', text, index };
}

function argumentsOf(list: SgNode, source: string): readonly Argument[] {
  return list
    .children()
    .slice(0, 50)
    .filter((child) => child.isNamed() && child.kind() !== 'comment')
    .map((child) => argumentOf(child, source));
}

function argumentOf(node: SgNode, source: string): Argument {
  return { kind: String(node.kind()), text: cut(node, source) };
}

/** Taken from the source: the text of a node that holds most of a file is never copied. */
function cut(node: SgNode, source: string): string {
  const { start, end } = node.range();
  return source.slice(start.index, Math.min(end.index, start.index + mostText));
}
