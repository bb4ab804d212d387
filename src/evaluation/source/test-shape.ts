import type { CallExpression, Node } from '@babel/types';
import { brief, canonical } from './canonical.ts';
import { childrenOf } from './children.ts';
import { parseSource } from './parse-source.ts';

/** What stands in a test file, in a form that two versions can be compared by. */
export interface TestShape {
  /** How often each statement stands where: the key holds the tests and conditions around it. */
  readonly statements: ReadonlyMap<string, Entry>;
  /**
   * Ways in which tests are left out (`skip`, `only`, `todo`, `process.exit`, a set exit code, a bare `return` in a test) or made to
   * look at something else (an assertion that is replaced, a module of the project that is mocked), counted.
   */
  readonly leftOut: ReadonlyMap<string, number>;
}

/** A statement as it stands in a test file. */
export interface Entry {
  readonly kind: 'test' | 'assertion' | 'statement';
  /** For people. */
  readonly label: string;
  readonly count: number;
}

const testNames = new Set([
  'test',
  'it',
  'describe',
  'suite',
  'context',
  'specify',
  'bench',
  'fit',
  'xit',
  'xtest',
  'fdescribe',
  'xdescribe',
  'xcontext',
  'xspecify',
]);
const disabledNames = new Set(['xit', 'xtest', 'xdescribe', 'xcontext', 'xspecify', 'fit', 'fdescribe']);
const modifiers = new Set(['skip', 'only', 'todo', 'skipIf', 'runIf', 'fails', 'failing']);
const assertionNames = new Set(['expect', 'assert', 'should', 'expectTypeOf', 'assertType']);

/** @returns undefined when the file cannot be read as JavaScript or TypeScript. */
export function testShape(text: string, path: string): TestShape | undefined {
  const file = parseSource(text, path);
  if (file === undefined) return undefined;
  const statements = new Map<string, Entry>();
  const leftOut = new Map<string, number>();
  const collect = { statements, leftOut, text };
  for (const statement of file.program.body) walk(statement, [], collect);
  return { statements, leftOut };
}

interface Collect {
  readonly statements: Map<string, Entry>;
  readonly leftOut: Map<string, number>;
  readonly text: string;
}

function walk(node: Node, around: readonly string[], collect: Collect): void {
  noteLeftOut(node, around, collect);
  let inner = around;
  if (isLeaf(node)) inner = add(node, around, collect).reduce(deeper, around);
  else if (isCondition(node)) inner = deeper(around, brief(conditionOf(node)));
  noteRows(node, inner, collect);
  for (const child of childrenOf(node)) walk(child, inner, collect);
}

function isLeaf(node: Node): boolean {
  switch (node.type) {
    case 'ExpressionStatement':
    case 'ThrowStatement':
      return true;
    case 'ReturnStatement':
      return node.argument !== null && node.argument !== undefined;
    case 'ArrowFunctionExpression':
      return node.body.type !== 'BlockStatement';
    case 'VariableDeclaration':
      return !node.declarations.every((declaration) => isRequire(declaration.init));
    default:
      return false;
  }
}

/** What decides whether the statements in it are run at all. */
function isCondition(node: Node): boolean {
  return ['IfStatement', 'ForStatement', 'ForOfStatement', 'ForInStatement', 'WhileStatement', 'SwitchCase', 'TryStatement'].includes(
    node.type,
  );
}

/** The places around what stands one further in; no more of them than anybody would read. */
function deeper(around: readonly string[], place: string): readonly string[] {
  return around.length < 40 ? [...around, place] : around;
}

/** A loop over a table of cases is the same loop when the table grows. */
function conditionOf(node: Node): string {
  return node.type === 'ForOfStatement' && isTable(node.right)
    ? `for ${canonical(node.left)}`
    : node.type === 'TryStatement'
      ? 'try'
      : canonical(node);
}

/** Each row of a table of cases stands for itself, so that there may be more of them. */
function noteRows(node: Node, around: readonly string[], { statements, text }: Collect): void {
  const table =
    node.type === 'ForOfStatement'
      ? node.right
      : node.type === 'VariableDeclarator'
        ? node.init
        : node.type === 'CallExpression' && node.callee.type === 'MemberExpression' && memberPath(node.callee).endsWith('.each')
          ? node.arguments[0]
          : undefined;
  if (table?.type !== 'ArrayExpression' || (node.type === 'VariableDeclarator' && !isTable(table))) return;
  const place = node.type === 'VariableDeclarator' ? canonical(node.id) : '';
  for (const row of table.elements) {
    if (row === null) continue;
    const key = [...around, place, `row ${brief(canonical(row))}`].join('\n');
    const label = oneLine(text.slice(row.start ?? 0, row.end ?? 0));
    statements.set(key, { kind: 'assertion', label, count: (statements.get(key)?.count ?? 0) + 1 });
  }
}

function isTable(node: Node | null | undefined): boolean {
  if (node?.type !== 'ArrayExpression' || node.elements.length === 0) return false;
  return node.elements.every((row) => row?.type === 'ArrayExpression' || row?.type === 'ObjectExpression');
}

/** A declaration of a table, whose rows are noted by themselves. */
function withoutTables(node: Node): string {
  const isPlain = node.type !== 'VariableDeclaration' || !node.declarations.some(({ init }) => isTable(init));
  if (isPlain) return canonical(node);
  return `table ${node.declarations.map(({ id, init }) => `${canonical(id)} ${isTable(init) ? '[]' : canonical(init)}`).join(' ')}`;
}

/** Notes a statement. @returns what it adds to the place of everything in it. */
function add(node: Node, around: readonly string[], collect: Collect): readonly string[] {
  const call = callOf(node);
  const root = call === undefined ? undefined : rootName(call);
  const title = call === undefined ? undefined : titleOf(call);
  const isTest = root !== undefined && testNames.has(root) && title !== undefined;
  const kind = isTest
    ? 'test'
    : root !== undefined && assertionNames.has(root)
      ? 'assertion'
      : node.type === 'ThrowStatement'
        ? 'assertion'
        : 'statement';
  const own = isTest ? `test ${brief(title)}` : withoutTables(node.type === 'ArrowFunctionExpression' ? node.body : node);
  const key = [...around, brief(own)].join('\n');
  const label = isTest ? title : oneLine(collect.text.slice(node.start ?? 0, node.end ?? 0));
  collect.statements.set(key, { kind, label, count: (collect.statements.get(key)?.count ?? 0) + 1 });
  return isTest ? [brief(own)] : [];
}

function noteLeftOut(node: Node, around: readonly string[], { leftOut }: Collect): void {
  const name = leftOutBy(node, around);
  if (name !== undefined) leftOut.set(name, (leftOut.get(name) ?? 0) + 1);
}

function leftOutBy(node: Node, around: readonly string[]): string | undefined {
  if (node.type === 'ReturnStatement' && !node.argument && around.some((place) => place.startsWith('test '))) return 'return';
  if (node.type === 'ObjectProperty' && node.key.type === 'Identifier' && modifiers.has(node.key.name)) {
    const off = node.value.type === 'BooleanLiteral' && !node.value.value;
    return off ? undefined : `{ ${node.key.name} }`;
  }
  if (node.type === 'AssignmentExpression' && memberPath(node.left) === 'process.exitCode') return 'process.exitCode';
  const replaced = node.type === 'AssignmentExpression' ? replacedBy(node.left) : undefined;
  if (replaced !== undefined) return replaced;
  if (node.type !== 'CallExpression') return undefined;
  const mocked = mockedBy(node);
  if (mocked !== undefined) return mocked;
  const root = rootName(node);
  if (root !== undefined && disabledNames.has(root)) return root;
  const path = memberPath(node.callee);
  if (path === 'process.exit' || path === 'process.reallyExit' || path === 'process.abort') return path;
  const last = path.split('.').find((part, index) => index > 0 && modifiers.has(part));
  if (last !== undefined && (root === undefined || testNames.has(root) || ['t', 'this', 'ctx', 'context'].includes(root)))
    return `.${last}`;
  return undefined;
}

const judgesOfTests = /^(?:(?:globalThis|global|window|self)\.)?(?:assert|expect|should|test|it|describe|chai)(?:\.|$)/;

/** An assertion, a matcher or a function of the runner that is given another meaning. */
function replacedBy(left: Node): string | undefined {
  if (left.type !== 'MemberExpression') return undefined;
  const path = memberPath(left);
  return judgesOfTests.test(path) && !path.endsWith('.timeout') ? `${path} = ` : undefined;
}

/** A module of the project that tests are given something else for. */
function mockedBy(call: CallExpression): string | undefined {
  const path = memberPath(call.callee);
  const [first] = call.arguments;
  if (/^(?:jest|vi|mock|t\.mock|test\.mock)\.(?:mock|doMock|setMock|module|unstable_mockModule)$/.test(path)) {
    return first?.type === 'StringLiteral' && first.value.startsWith('.') ? `${path}("${first.value}")` : undefined;
  }
  return path === 'expect.extend' ? 'expect.extend' : undefined;
}

function callOf(node: Node): CallExpression | undefined {
  switch (node.type) {
    case 'CallExpression':
      return node;
    case 'ExpressionStatement':
      return callOf(node.expression);
    case 'AwaitExpression':
    case 'ReturnStatement':
      return node.argument ? callOf(node.argument) : undefined;
    case 'MemberExpression':
      return callOf(node.object);
    case 'ArrowFunctionExpression':
      return callOf(node.body);
    default:
      return undefined;
  }
}

/** The name that a chain of calls and members starts with: `expect` in `expect(a).not.toBe(b)`. */
function rootName(node: Node): string | undefined {
  switch (node.type) {
    case 'Identifier':
      return node.name;
    case 'ThisExpression':
      return 'this';
    case 'CallExpression':
      return rootName(node.callee);
    case 'TaggedTemplateExpression':
      return rootName(node.tag);
    case 'MemberExpression':
      if (node.property.type === 'Identifier' && assertionNames.has(node.property.name)) return node.property.name;
      return rootName(node.object);
    default:
      return undefined;
  }
}

function memberPath(node: Node): string {
  switch (node.type) {
    case 'Identifier':
      return node.name;
    case 'ThisExpression':
      return 'this';
    case 'CallExpression':
      return memberPath(node.callee);
    case 'TaggedTemplateExpression':
      return memberPath(node.tag);
    case 'MemberExpression':
      return `${memberPath(node.object)}.${node.property.type === 'Identifier' && !node.computed ? node.property.name : canonical(node.property).replace(/.*"value":"(\w+)".*/, '$1')}`;
    default:
      return '';
  }
}

function titleOf(call: CallExpression): string | undefined {
  const [first] = call.arguments;
  if (first === undefined) return undefined;
  if (first.type === 'StringLiteral') return first.value;
  if (first.type === 'TemplateLiteral') return first.quasis.map((part) => part.value.raw).join('${}');
  return first.type === 'Identifier' || first.type === 'MemberExpression' ? canonical(first) : undefined;
}

function isRequire(node: Node | null | undefined): boolean {
  if (!node) return false;
  if (node.type === 'AwaitExpression') return isRequire(node.argument);
  if (node.type === 'ImportExpression') return true;
  if (node.type === 'MemberExpression') return isRequire(node.object);
  return (
    node.type === 'CallExpression' && ['require', 'import'].includes(rootName(node) ?? (node.callee.type === 'Import' ? 'import' : ''))
  );
}

function oneLine(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > 80 ? `${line.slice(0, 79)}…` : line;
}
