import type { Node } from '@babel/types';
import { childrenOf } from '../source/children.ts';
import { keyOf, literalOf } from '../source/literals.ts';
import { parseSource } from '../source/parse-source.ts';

/** What tests give to a function and want of it, as JSON. */
export interface TestedPair {
  /** As the test calls it; undefined where it stands in a table of cases. */
  readonly name: string | undefined;
  readonly inputs: readonly string[];
  readonly expected: string;
}

const mostPairs = 5_000;

/**
 * The pairs of literal inputs and literal expectations in a file of tests: `assert.equal(f(17), 42)`, `expect(f(17)).toBe(42)`,
 * `f(17) === 42`, the same through a constant, and rows of tables of cases. For Python what `assert f(17) == 42` and `assertEqual` say.
 */
export function testedPairs(text: string, path: string): TestedPair[] {
  if (path.endsWith('.py')) return inPython(text);
  const file = parseSource(text, path);
  if (file === undefined) return [];
  const pairs: TestedPair[] = [];
  const results = new Map<string, Node>();
  const visit = (node: Node): void => {
    if (pairs.length >= mostPairs) return;
    if (node.type === 'VariableDeclarator' && node.id.type === 'Identifier' && node.init) results.set(node.id.name, node.init);
    for (const [actual, wanted] of comparedIn(node)) {
      const expected = literalOf(wanted);
      const call = callOf(actual, results);
      const inputs = call?.arguments.map((argument) => literalOf(argument));
      if (call !== undefined && expected !== undefined && inputs?.every((input) => input !== undefined)) {
        pairs.push({ name: nameOf(call.callee), inputs, expected });
      }
    }
    pairs.push(...rowPairs(node));
    for (const child of childrenOf(node)) visit(child);
  };
  visit(file.program);
  return pairs;
}

function comparedIn(node: Node): (readonly [Node, Node])[] {
  if (node.type === 'BinaryExpression' && /^[!=]==?$/.test(node.operator))
    return [[node.left, node.right] as const, [node.right, node.left] as const];
  if (node.type !== 'CallExpression') return [];
  const [first, second] = node.arguments;
  if (first === undefined) return [];
  if (node.callee.type === 'MemberExpression') {
    const actual = expectedOf(node.callee.object);
    if (actual !== undefined) return [[actual, first]];
  }
  return second === undefined ? [] : [[first, second] as const, [second, first] as const];
}

/** What stands in `expect(...)`, through `not` and `resolves`. */
function expectedOf(node: Node): Node | undefined {
  if (node.type === 'MemberExpression') return expectedOf(node.object);
  if (node.type !== 'CallExpression' || node.callee.type !== 'Identifier' || node.callee.name !== 'expect') return undefined;
  return node.arguments[0];
}

function callOf(node: Node, results: ReadonlyMap<string, Node>, depth = 0): Extract<Node, { type: 'CallExpression' }> | undefined {
  if (node.type === 'AwaitExpression') return callOf(node.argument, results, depth);
  if (node.type === 'Identifier' && depth < 3) {
    const init = results.get(node.name);
    return init === undefined ? undefined : callOf(init, results, depth + 1);
  }
  return node.type === 'CallExpression' && node.arguments.length > 0 ? node : undefined;
}

function nameOf(callee: Node): string | undefined {
  if (callee.type === 'Identifier') return callee.name;
  return callee.type === 'MemberExpression' && callee.property.type === 'Identifier' ? callee.property.name : undefined;
}

const wantedKeys = /^(?:expect|expected|want|wanted|output|out|result|answer|then)$/i;

/** A list of lists, whose last is what is wanted, or of objects that name it. */
function rowPairs(node: Node): TestedPair[] {
  if (node.type !== 'ArrayExpression') return [];
  const pairs = node.elements.flatMap((row): TestedPair[] => {
    if (row?.type === 'ArrayExpression' && row.elements.length >= 2) {
      const values = row.elements.map((element) => literalOf(element));
      const expected = values.at(-1);
      const inputs = values.slice(0, -1);
      return expected !== undefined && inputs.every((input) => input !== undefined) ? [{ name: undefined, inputs, expected }] : [];
    }
    if (row?.type !== 'ObjectExpression') return [];
    const properties = row.properties.flatMap((one) =>
      one.type === 'ObjectProperty' ? [[keyOf(one) ?? '', literalOf(one.value)] as const] : [],
    );
    const expected = properties.find(([key]) => wantedKeys.test(key))?.[1];
    const inputs = properties.filter(([key]) => !wantedKeys.test(key)).flatMap(([, value]) => value ?? []);
    return expected === undefined || inputs.length === 0 ? [] : [{ name: undefined, inputs, expected }];
  });
  return pairs.length >= 2 ? pairs : [];
}

const literal = String.raw`(-?\d+(?:\.\d+)?|"[^"\n]{0,200}"|'[^'\n]{0,200}'|True|False|None)`;
const asserted = new RegExp(String.raw`\bassert\s+(?:[\w]+\.)*(\w+)\(\s*${literal}\s*\)\s*==\s*${literal}\s*$`, 'gm');
const equal = new RegExp(String.raw`\bassertEquals?\(\s*(?:[\w]+\.)*(\w+)\(\s*${literal}\s*\)\s*,\s*${literal}\s*\)`, 'g');

function inPython(text: string): TestedPair[] {
  return [...text.matchAll(asserted), ...text.matchAll(equal)].map(([, name, input = '', expected = '']) => ({
    name,
    inputs: [pythonLiteral(input)],
    expected: pythonLiteral(expected),
  }));
}

/** As JSON has it. */
export function pythonLiteral(text: string): string {
  const words: Readonly<Record<string, string>> = { True: 'true', False: 'false', None: 'null' };
  return words[text] ?? (text.startsWith("'") ? JSON.stringify(text.slice(1, -1)) : text);
}
