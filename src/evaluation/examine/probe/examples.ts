import { parseExpression } from '@babel/parser';
import type { Node } from '@babel/types';
import { nodesIn, readProgram } from './nodes.ts';
import type { ModuleFunction } from './module-functions.ts';

/** An argument that is written there and is no plain value. */
export const notLiteral = Symbol('not a literal');

/** What stands in the place of one argument of each call that was found. */
export type Example = readonly unknown[];

export interface SourceText {
  readonly path: string;
  readonly text: string;
}

/** What texts about a module tell: calls of its functions, and values that somebody thought of. */
export interface WrittenDown {
  callsOf(module: ModuleFunction): readonly Example[];
  readonly numbers: readonly number[];
  readonly strings: readonly string[];
}

const mostExamples = 60;
const mostLiterals = 60;
/** Of what people wrote, in characters; and how often something in it is taken for a call. */
const mostWords = 100_000;
const mostTries = 300;

/** @param words what people wrote: calls in it are looked for by their names. */
export function examplesIn(tests: readonly SourceText[], words: readonly string[]): WrittenDown {
  const calls = new Map<string, Example[]>();
  const numbers = new Set<number>();
  const strings = new Set<string>();
  for (const { path, text } of tests) {
    const program = readProgram(text, path);
    if (program === undefined) continue;
    const constants = constantsIn(program);
    for (const node of nodesIn(program)) {
      if (node.type === 'NumericLiteral') numbers.add(node.value);
      if (node.type === 'StringLiteral' && node.value.length <= 60) strings.add(node.value);
      if (node.type !== 'CallExpression') continue;
      const name = calledName(node.callee);
      if (name === undefined) continue;
      const known = calls.get(name) ?? [];
      if (known.length < mostExamples) known.push(argumentsOf(node.arguments, constants));
      calls.set(name, known);
    }
  }
  return {
    numbers: [...numbers].slice(0, mostLiterals),
    strings: [...strings].slice(0, mostLiterals),
    callsOf({ name, localName, comment }) {
      const names = [...new Set([name.split('.').at(-1) ?? name, ...(localName === undefined ? [] : [localName])])];
      const inTests = names.filter((each) => each !== 'default').flatMap((each) => calls.get(each) ?? []);
      return [...inTests, ...callsInWords([comment, ...words], names)].slice(0, mostExamples);
    },
  };
}

function calledName(callee: Node): string | undefined {
  if (callee.type === 'Identifier') return callee.name;
  return callee.type === 'MemberExpression' && callee.property.type === 'Identifier' && !callee.computed ? callee.property.name : undefined;
}

/** Of two constants of one name the first counts. */
function constantsIn(program: Node): ReadonlyMap<string, Node> {
  const constants = new Map<string, Node>();
  for (const node of nodesIn(program)) {
    if (node.type !== 'VariableDeclarator' || node.id.type !== 'Identifier' || !node.init || constants.has(node.id.name)) continue;
    constants.set(node.id.name, node.init);
  }
  return constants;
}

function callsInWords(texts: readonly string[], names: readonly string[]): Example[] {
  const found: Example[] = [];
  let tries = 0;
  for (const text of texts.map((each) => each.slice(0, mostWords))) {
    for (const name of names) {
      let from = -1;
      while (found.length < mostExamples && tries < mostTries && (from = text.indexOf(`${name}(`, from + 1)) >= 0) {
        if (/[\w$]/.test(text.charAt(from - 1))) continue;
        tries += 1;
        const call = readCall(text.slice(from, from + 600));
        if (call !== undefined) found.push(call);
      }
    }
  }
  return found;
}

/** A text that begins with a call. */
function readCall(text: string): Example | undefined {
  for (let end = text.indexOf(')'), tries = 0; end >= 0 && tries < 12; end = text.indexOf(')', end + 1), tries += 1) {
    try {
      const node = parseExpression(text.slice(0, end + 1));
      return node.type === 'CallExpression' ? argumentsOf(node.arguments, new Map()) : undefined;
    } catch {
      // It goes on behind this bracket.
    }
  }
  return undefined;
}

function argumentsOf(nodes: readonly Node[], constants: ReadonlyMap<string, Node>): Example {
  return nodes.map((node) => valueOf(node, constants, 0));
}

/** The value of a literal. */
export function valueOf(node: Node | null | undefined, constants: ReadonlyMap<string, Node>, depth = 0): unknown {
  if (!node || depth > 12) return notLiteral;
  const inner = (child: Node | null | undefined): unknown => valueOf(child, constants, depth + 1);
  switch (node.type) {
    case 'NumericLiteral':
    case 'StringLiteral':
    case 'BooleanLiteral':
    case 'BigIntLiteral':
      return node.value;
    case 'NullLiteral':
      return null;
    case 'TemplateLiteral':
      return node.expressions.length === 0 ? (node.quasis[0]?.value.cooked ?? notLiteral) : notLiteral;
    case 'UnaryExpression': {
      const value = inner(node.argument);
      if (node.operator === '-' && (typeof value === 'number' || typeof value === 'bigint')) return -value;
      return node.operator === 'void' ? undefined : notLiteral;
    }
    case 'Identifier': {
      if (node.name === 'undefined') return undefined;
      if (node.name === 'NaN') return Number.NaN;
      if (node.name === 'Infinity') return Infinity;
      return inner(constants.get(node.name));
    }
    case 'ArrayExpression':
      return whole(node.elements.map((element) => (element === null ? undefined : inner(element))));
    case 'ObjectExpression': {
      const entries = node.properties.map((member): readonly [string, unknown] => {
        if (member.type !== 'ObjectProperty' || member.computed) return ['', notLiteral];
        const { key } = member;
        const name = key.type === 'Identifier' ? key.name : key.type === 'StringLiteral' ? key.value : undefined;
        return name === undefined ? ['', notLiteral] : [name, inner(member.value)];
      });
      return entries.some(([, value]) => value === notLiteral) ? notLiteral : Object.fromEntries(entries);
    }
    case 'NewExpression':
      return ofNew(node, node.arguments.map(inner));
    case 'TSAsExpression':
    case 'TSSatisfiesExpression':
    case 'TSNonNullExpression':
      return inner(node.expression);
    default:
      return notLiteral;
  }
}

function whole(values: readonly unknown[]): unknown {
  return values.includes(notLiteral) ? notLiteral : values;
}

function ofNew(node: Extract<Node, { type: 'NewExpression' }>, values: readonly unknown[]): unknown {
  if (node.callee.type !== 'Identifier' || values.includes(notLiteral)) return notLiteral;
  const [first] = values;
  const isEmpty = values.length === 0;
  switch (node.callee.name) {
    case 'Set':
      return isEmpty || Array.isArray(first) ? new Set(first as unknown[] | undefined) : notLiteral;
    case 'Map': {
      const isPairs = Array.isArray(first) && first.every((entry) => Array.isArray(entry) && entry.length === 2);
      return isEmpty || isPairs ? new Map(first as [unknown, unknown][] | undefined) : notLiteral;
    }
    case 'Date':
      return values.length === 1 && (typeof first === 'string' || typeof first === 'number') ? new Date(first) : notLiteral;
    default:
      return notLiteral;
  }
}
