import type { Node } from '@babel/types';
import { childrenOf } from '../source/children.ts';
import { keyOf, literalOf } from '../source/literals.ts';
import { parseSource } from '../source/parse-source.ts';
import { pythonLiteral } from './tested-pairs.ts';

/** A literal input for which a function gives a literal answer without working it out. */
export interface SpecialCase {
  /** As JSON; several where a condition asks for several parameters. */
  readonly inputs: readonly string[];
  readonly output: string;
}

export interface FunctionCases {
  readonly name: string;
  readonly cases: readonly SpecialCase[];
  /** Whether anything is worked out beside them. */
  readonly computes: boolean;
}

/** The functions of a source file with the inputs that they treat as special: comparisons, switches, and tables that are looked up. */
export function specialCases(text: string, path: string): FunctionCases[] {
  if (path.endsWith('.py')) return inPython(text);
  const file = parseSource(text, path);
  if (file === undefined) return [];
  const tables = tablesIn(file.program);
  const found: FunctionCases[] = [];
  const visit = (node: Node, name: string): void => {
    const inner = nameFrom(node) ?? name;
    if (isFunction(node) && 'body' in node && node.body && !Array.isArray(node.body)) {
      const cases: SpecialCase[] = [];
      const special = new Set<Node>();
      collect(node.body as Node, tables, cases, special);
      if (cases.length > 0) found.push({ name: inner, cases, computes: computes(node.body as Node, special) });
    }
    for (const child of childrenOf(node)) visit(child, inner);
  };
  visit(file.program, '');
  return found;
}

function isFunction(node: Node): boolean {
  return /^(?:FunctionDeclaration|FunctionExpression|ArrowFunctionExpression|ObjectMethod|ClassMethod)$/.test(node.type);
}

function nameFrom(node: Node): string | undefined {
  if ((node.type === 'FunctionDeclaration' || node.type === 'FunctionExpression') && node.id) return node.id.name;
  if (node.type === 'VariableDeclarator' && node.id.type === 'Identifier') return node.id.name;
  if ((node.type === 'ObjectMethod' || node.type === 'ClassMethod' || node.type === 'ObjectProperty') && node.key.type === 'Identifier')
    return node.key.name;
  if (node.type === 'AssignmentExpression' && node.left.type === 'MemberExpression' && node.left.property.type === 'Identifier')
    return node.left.property.name;
  return undefined;
}

type Tables = ReadonlyMap<string, readonly SpecialCase[]>;

/** Constant objects, and maps made of a list of pairs, by the name they are kept under. */
function tablesIn(program: Node): Tables {
  const tables = new Map<string, readonly SpecialCase[]>();
  const visit = (node: Node): void => {
    if (node.type === 'VariableDeclarator' && node.id.type === 'Identifier') {
      const cases = tableOf(node.init);
      if (cases.length > 0) tables.set(node.id.name, cases);
    }
    for (const child of childrenOf(node)) visit(child);
  };
  visit(program);
  return tables;
}

function tableOf(node: Node | null | undefined): SpecialCase[] {
  if (!node) return [];
  if (node.type === 'TSAsExpression' || node.type === 'TSSatisfiesExpression') return tableOf(node.expression);
  if (node.type === 'CallExpression' && node.arguments.length === 1) return tableOf(node.arguments[0]);
  if (node.type === 'ObjectExpression') {
    return node.properties.flatMap((one) => {
      const key = one.type === 'ObjectProperty' ? keyOf(one) : undefined;
      const output = one.type === 'ObjectProperty' ? literalOf(one.value) : undefined;
      return key === undefined || output === undefined
        ? []
        : [{ inputs: [/^-?\d+(?:\.\d+)?$/.test(key) ? key : JSON.stringify(key)], output }];
    });
  }
  const list = node.type === 'NewExpression' ? node.arguments[0] : undefined;
  if (list?.type !== 'ArrayExpression') return [];
  return list.elements.flatMap((row) => {
    if (row?.type !== 'ArrayExpression') return [];
    const [input, output] = row.elements.map((element) => literalOf(element));
    return input === undefined || output === undefined ? [] : [{ inputs: [input], output }];
  });
}

function collect(node: Node, tables: Tables, cases: SpecialCase[], special: Set<Node>): void {
  if (isFunction(node)) return;
  if (node.type === 'IfStatement' || node.type === 'ConditionalExpression') {
    const inputs = comparedWith(node.test);
    const output = node.type === 'IfStatement' ? returned(node.consequent) : literalOf(node.consequent);
    if (output !== undefined && inputs.length > 0) {
      for (const one of inputs) cases.push({ inputs: one, output });
      special.add(node.test);
      special.add(node.consequent);
    }
  }
  if (node.type === 'SwitchStatement') {
    let waiting: string[] = [];
    for (const one of node.cases) {
      const input = literalOf(one.test);
      if (input !== undefined) waiting.push(input);
      const output = returned(one);
      if (output !== undefined) for (const each of waiting) cases.push({ inputs: [each], output });
      if (one.consequent.length > 0) waiting = [];
    }
    special.add(node.discriminant);
  }
  const table = lookedUp(node);
  if (table !== undefined) {
    const known = typeof table === 'string' ? tables.get(table) : tableOf(table);
    if (known !== undefined && known.length > 0) {
      cases.push(...known);
      special.add(node);
    }
  }
  for (const child of childrenOf(node)) if (!special.has(child)) collect(child, tables, cases, special);
}

/** The table of `table[x]`, `table.get(x)`, `x in table`, `table.has(x)`. */
function lookedUp(node: Node): string | Node | undefined {
  if (node.type === 'MemberExpression' && node.computed && literalOf(node.property) === undefined) {
    return node.object.type === 'Identifier' ? node.object.name : node.object.type === 'ObjectExpression' ? node.object : undefined;
  }
  if (node.type === 'CallExpression' && node.callee.type === 'MemberExpression') {
    const { object, property } = node.callee;
    const asks = property.type === 'Identifier' && ['get', 'has', 'hasOwn', 'hasOwnProperty'].includes(property.name);
    return asks && object.type === 'Identifier' ? object.name : undefined;
  }
  return node.type === 'BinaryExpression' && node.operator === 'in' && node.right.type === 'Identifier' ? node.right.name : undefined;
}

/** The literals with which a condition compares: each by itself through `||`, together through `&&`. */
function comparedWith(node: Node): string[][] {
  if (node.type === 'LogicalExpression' && node.operator === '||') return [...comparedWith(node.left), ...comparedWith(node.right)];
  if (node.type === 'LogicalExpression' && node.operator === '&&') {
    const [left] = comparedWith(node.left);
    const [right] = comparedWith(node.right);
    return left === undefined || right === undefined ? [] : [[...left, ...right]];
  }
  if (node.type === 'BinaryExpression' && /^===?$/.test(node.operator)) {
    // Of two literals neither is an input; a kind or a length is a question, not an input.
    const [left, right] = [literalOf(node.left), literalOf(node.right)];
    const other = left === undefined ? node.left : node.right;
    const literal = left ?? right;
    if (literal === undefined || (left !== undefined && right !== undefined)) return [];
    if (other.type === 'UnaryExpression' || (other.type === 'BinaryExpression' && /[%&]/.test(other.operator))) return [];
    if (
      other.type === 'MemberExpression' &&
      other.property.type === 'Identifier' &&
      ['length', 'size', 'type', 'kind', 'name'].includes(other.property.name)
    )
      return [];
    return [[literal]];
  }
  if (node.type === 'CallExpression' && node.callee.type === 'MemberExpression' && node.callee.property.type === 'Identifier') {
    const { name } = node.callee.property;
    if (name === 'includes' && node.callee.object.type === 'ArrayExpression') {
      return node.callee.object.elements.flatMap((element) => {
        const input = literalOf(element);
        return input === undefined ? [] : [[input]];
      });
    }
    if (name === 'is' && node.arguments.length === 2)
      return [literalOf(node.arguments[0]), literalOf(node.arguments[1])].flatMap((one) => (one === undefined ? [] : [[one]]));
  }
  return [];
}

/** What a statement does nothing but return. */
function returned(node: Node): string | undefined {
  if (node.type === 'ReturnStatement') return literalOf(node.argument);
  const body = node.type === 'BlockStatement' ? node.body : node.type === 'SwitchCase' ? node.consequent : [];
  const [only] = body;
  if (only === undefined) return undefined;
  if (only.type === 'BlockStatement' && body.length === 1) return returned(only);
  return only.type === 'ReturnStatement' ? returned(only) : undefined;
}

/** Whether anything but the special cases is worked out: an operation, a call, a loop, something made. */
function computes(node: Node, special: ReadonlySet<Node>): boolean {
  if (special.has(node) || node.type === 'ThrowStatement' || isFunction(node)) return false;
  const works =
    /^(?:For\w*Statement|WhileStatement|DoWhileStatement|UpdateExpression|NewExpression|TemplateLiteral|SpreadElement|TaggedTemplateExpression|AwaitExpression)$/.test(
      node.type,
    ) ||
    (node.type === 'BinaryExpression' && !/^[=!]==?$|^in(?:stanceof)?$/.test(node.operator)) ||
    (node.type === 'CallExpression' && !isTyping(node)) ||
    (node.type === 'TemplateLiteral' && node.expressions.length > 0);
  return (works && literalOf(node) === undefined) || childrenOf(node).some((child) => computes(child, special));
}

/** A call that only makes a key of its argument. */
function isTyping(node: Extract<Node, { type: 'CallExpression' }>): boolean {
  const { callee } = node;
  if (callee.type === 'Identifier') return ['String', 'Number', 'Boolean', 'BigInt'].includes(callee.name);
  return (
    callee.type === 'MemberExpression' &&
    callee.property.type === 'Identifier' &&
    ['stringify', 'join', 'toString', 'trim', 'has', 'hasOwn'].includes(callee.property.name)
  );
}

const literal = String.raw`(-?\d+(?:\.\d+)?|"[^"\n]{0,200}"|'[^'\n]{0,200}'|True|False|None)`;
const special = new RegExp(String.raw`^[ \t]+(?:el)?if\s+\w+\s*==\s*${literal}\s*:\s*\n?[ \t]*return\s+${literal}[ \t]*$`, 'gm');

/** Python by its text: `if n == 17: return 42` within a function, whose other lines say whether anything is worked out. */
function inPython(text: string): FunctionCases[] {
  return text.split(/^(?=(?:async )?def )/m).flatMap((part) => {
    const name = /^(?:async )?def (\w+)/.exec(part)?.[1];
    if (name === undefined) return [];
    const cases = [...part.matchAll(special)].map(([, input = '', output = '']) => ({
      inputs: [pythonLiteral(input)],
      output: pythonLiteral(output),
    }));
    const rest = part
      .replace(special, '')
      .split('\n')
      .slice(1)
      .filter((line) => /^\s/.test(line))
      .join('\n')
      .replace(/"""[\s\S]*?"""|#.*/g, '');
    return cases.length === 0
      ? []
      : [{ name, cases, computes: /[+*/%]|\b(?:for|while|yield)\b|\w\(|\[|-\s*\w/.test(rest.replace(/^\s*raise\b.*$/gm, '')) }];
  });
}
