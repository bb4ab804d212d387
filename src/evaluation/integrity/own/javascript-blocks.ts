import type { Node } from '@babel/types';
import { childrenOf } from '../../source/children.ts';
import { keyOf } from '../../source/literals.ts';
import { parseSource } from '../../source/parse-source.ts';
import { plain } from '../../source/statements.ts';
import type { Block } from './blocks.ts';

/**
 * The statements of a JavaScript or TypeScript file. Functions in the midst of a statement are blocks in it.
 *
 * @param code the text with its comments blanked.
 */
export function javascriptBlocks(text: string, path: string, code: string): readonly Block[] | undefined {
  const file = parseSource(text, path);
  return file?.program.body.flatMap((node) => blocksOf(node, code));
}

type Kind = Pick<Block, 'kind'> & Partial<Pick<Block, 'names' | 'isShared'>>;

function blocksOf(node: Node, code: string): Block[] {
  switch (node.type) {
    case 'EmptyStatement':
      return [];
    case 'BlockStatement':
      return node.body.flatMap((inner) => blocksOf(inner, code));
    case 'ExportNamedDeclaration':
    case 'ExportDefaultDeclaration': {
      const { declaration } = node;
      if (!declaration) return [simple(node, code, { kind: 'statement' })];
      return blocksOf(declaration, code).map((block) => ({ ...block, isShared: true, start: node.start ?? block.start }));
    }
    case 'IfStatement':
      return ifBlocks(node, code);
    case 'FunctionDeclaration':
      return [{ ...compound(node, node.body, code, 'function'), names: node.id ? [node.id.name] : [] }];
    case 'ClassDeclaration':
      return [{ ...simple(node, code, { kind: 'around' }), names: node.id ? [node.id.name] : [] }];
    case 'VariableDeclaration':
      return [variables(node, code)];
    case 'ImportDeclaration':
      return [simple(node, code, { kind: 'import', names: node.specifiers.map(({ local }) => local.name) })];
    case 'ReturnStatement':
      return [simple(node, code, { kind: 'return' })];
    case 'SwitchStatement':
      return [
        {
          ...between(node, node.cases[0]?.start ?? node.end ?? 0, code, 'around'),
          children: node.cases.map((one) => ({
            ...between(one, one.consequent[0]?.start ?? one.end ?? 0, code, 'condition'),
            children: one.consequent.flatMap((inner) => blocksOf(inner, code)),
          })),
        },
      ];
    case 'TryStatement':
      return [
        { ...compound(node, node.block, code, 'around'), end: node.block.end ?? 0 },
        ...(node.handler ? [compound(node.handler, node.handler.body, code, 'around')] : []),
        ...(node.finalizer ? blocksOf(node.finalizer, code) : []),
      ];
    case 'LabeledStatement':
    case 'ForStatement':
    case 'ForInStatement':
    case 'ForOfStatement':
    case 'WhileStatement':
    case 'DoWhileStatement':
      return [compound(node, node.body, code, 'around')];
    default:
      return [simple(node, code, { kind: 'statement' })];
  }
}

function ifBlocks(node: Extract<Node, { type: 'IfStatement' }>, code: string): Block[] {
  const test = plain(code.slice(node.test.start ?? 0, node.test.end ?? 0));
  const then = { ...compound(node, node.consequent, code, 'condition'), head: test, end: node.consequent.end ?? 0 };
  const { alternate } = node;
  if (!alternate) return [then];
  if (alternate.type === 'IfStatement') return [then, ...ifBlocks(alternate, code)];
  return [then, { ...compound(alternate, alternate, code, 'around'), head: `else of ${test}` }];
}

function variables(node: Extract<Node, { type: 'VariableDeclaration' }>, code: string): Block {
  const [only] = node.declarations;
  const init = only?.init;
  const names = node.declarations.flatMap(({ id }) => namesIn(id));
  if (node.declarations.length === 1 && init && isFunction(init) && 'body' in init && init.body && !Array.isArray(init.body))
    return { ...compound(node, init.body as Node, code, 'function'), names };
  return simple(node, code, { kind: 'data', names });
}

function namesIn(pattern: Node): string[] {
  if (pattern.type === 'Identifier') return [pattern.name];
  return childrenOf(pattern).flatMap(namesIn);
}

/** A statement with a body. */
function compound(node: Node, body: Node, code: string, kind: Block['kind']): Block {
  const isBlock = body.type === 'BlockStatement';
  return {
    ...between(node, body.start ?? 0, code, kind),
    children: isBlock || /Statement$|Declaration$/.test(body.type) ? blocksOf(body, code) : [simple(body, code, { kind: 'statement' })],
  };
}

function between(node: Node, headEnd: number, code: string, kind: Block['kind']): Block {
  const start = node.start ?? 0;
  const head = plain(code.slice(start, headEnd).replace(/[{;\s]+$/, ''));
  return { kind, names: [], isShared: false, head, start, headEnd, end: node.end ?? 0, indent: 0, children: [] };
}

/** A statement in whose midst functions may stand: these are blocks of their own, and their text is not its own. */
function simple(node: Node, code: string, { kind, names = [], isShared = false }: Kind): Block {
  const inner: { readonly from: number; readonly to: number; readonly block: Block }[] = [];
  const visit = (each: Node, depth: number): void => {
    for (const child of depth > 60 ? [] : childrenOf(each)) {
      const part = partOf(child, code);
      if (part === undefined) visit(child, depth + 1);
      else inner.push(part);
    }
  };
  visit(node, 0);
  const [start, end] = [node.start ?? 0, node.end ?? 0];
  let at = start;
  let own = '';
  for (const { from, to } of inner) {
    own += `${code.slice(at, from)}{}`;
    at = to;
  }
  const head = plain((own + code.slice(at, end)).replace(/[;\s]+$/, ''));
  return { kind, names, isShared, head, start, headEnd: end, end, indent: 0, children: inner.map(({ block }) => block) };
}

/** A function in the midst of a statement; with the key it stands under, where it has one. */
function partOf(node: Node, code: string): { readonly from: number; readonly to: number; readonly block: Block } | undefined {
  const isKeyed = node.type === 'ObjectProperty' || node.type === 'ObjectMethod' || node.type === 'ClassMethod';
  const of = node.type === 'ObjectProperty' ? node.value : node;
  if (!isFunction(of) || !('body' in of) || !of.body || Array.isArray(of.body)) return undefined;
  const body = of.body as Node;
  if (!isKeyed && body.type !== 'BlockStatement') return undefined;
  const key = node.type === 'ObjectProperty' ? keyOf(node) : isKeyed && node.key.type === 'Identifier' ? node.key.name : undefined;
  const block = { ...compound(node, body, code, 'function'), names: key === undefined ? [] : [key] };
  return isKeyed ? { from: node.start ?? 0, to: node.end ?? 0, block } : { from: body.start ?? 0, to: body.end ?? 0, block };
}

function isFunction(node: Node): boolean {
  return /^(?:FunctionDeclaration|FunctionExpression|ArrowFunctionExpression|ObjectMethod|ClassMethod)$/.test(node.type);
}
