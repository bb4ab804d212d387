import type { Comment, Function as FunctionNode, Node, Statement } from '@babel/types';
import { nodesIn, readProgram } from './nodes.ts';

/** A function that others can call. */
export interface ModuleFunction {
  /** As it is exported: `largest`, `default`, `Money.parse`. */
  readonly name: string;
  /** What it is called where it is declared; tests may call it so. */
  readonly localName: string | undefined;
  readonly node: FunctionNode;
  /** The function and everything of its module that it uses. */
  readonly closure: readonly Node[];
  /** The same for the same meaning, whatever the layout. */
  readonly meaning: string;
  /** What stands before it. */
  readonly comment: string;
  /** Types that the module declares. */
  readonly types: ReadonlyMap<string, Node>;
}

/** Where something is declared or handed out, with the comments before it. */
interface Place {
  readonly node: Node;
  readonly comment: string;
}

interface Module {
  readonly declared: Map<string, Place>;
  readonly exported: Map<string, Place>;
}

/** The functions that a module exports, by name; none where it cannot be read. */
export function moduleFunctions(text: string, path: string): ReadonlyMap<string, ModuleFunction> {
  const program = readProgram(text, path);
  const found = new Map<string, ModuleFunction>();
  if (program === undefined) return found;
  const module: Module = { declared: new Map(), exported: new Map() };
  for (const statement of program.body) read(statement, module);
  const types = new Map([...module.declared].map(([name, { node }]) => [name, node]));
  const meanings = new Map<Node, string>();
  for (const [name, place] of module.exported) {
    for (const [full, { node, comment }] of callables(name, place, module)) {
      if (!isFunction(node)) continue;
      const closure = closureOf(node, module);
      const meaning = closure.map((each) => meaningOf(each, meanings)).join('\n');
      found.set(full, { name: full, localName: localNameOf(place.node, node), node, closure, meaning, comment, types });
    }
  }
  return found;
}

function read(statement: Statement, module: Module): void {
  const comment = commentOf(statement);
  switch (statement.type) {
    case 'ImportDeclaration':
      for (const { local } of statement.specifiers) module.declared.set(local.name, { node: statement, comment: '' });
      return;
    case 'ExportNamedDeclaration':
      if (statement.declaration) {
        for (const [name, place] of declarationsIn(statement.declaration, comment)) {
          module.declared.set(name, place);
          module.exported.set(name, place);
        }
      }
      if (!statement.source) {
        for (const specifier of statement.specifiers) {
          if (specifier.type !== 'ExportSpecifier') continue;
          const { exported, local } = specifier;
          module.exported.set(exported.type === 'Identifier' ? exported.name : exported.value, { node: local, comment: '' });
        }
      }
      return;
    case 'ExportDefaultDeclaration': {
      const place = { node: statement.declaration, comment };
      module.exported.set('default', place);
      const name = localNameOf(statement.declaration, statement.declaration);
      if (name !== undefined && statement.declaration.type !== 'Identifier') module.declared.set(name, place);
      return;
    }
    case 'ExpressionStatement':
      readAssignment(statement.expression, comment, module);
      return;
    default:
      for (const [name, place] of declarationsIn(statement, comment)) module.declared.set(name, place);
  }
}

function declarationsIn(statement: Statement, comment: string): [string, Place][] {
  if (statement.type === 'VariableDeclaration') {
    return statement.declarations.flatMap((declarator): [string, Place][] => {
      const { id, init } = declarator;
      if (id.type === 'Identifier') return [[id.name, { node: init ?? declarator, comment }]];
      return [...nodesIn(id)].flatMap((node) => (node.type === 'Identifier' ? [[node.name, { node: declarator, comment }]] : []));
    });
  }
  const isNamed =
    statement.type === 'FunctionDeclaration' ||
    statement.type === 'ClassDeclaration' ||
    statement.type === 'TSInterfaceDeclaration' ||
    statement.type === 'TSTypeAliasDeclaration' ||
    statement.type === 'TSEnumDeclaration';
  return isNamed && statement.id ? [[statement.id.name, { node: statement, comment }]] : [];
}

/** `exports.a = ...`, `module.exports.a = ...`, `module.exports = ...`, also one behind the other. */
function readAssignment(node: Node, comment: string, module: Module): void {
  if (node.type !== 'AssignmentExpression') return;
  readAssignment(node.right, comment, module);
  let value: Node = node.right;
  while (value.type === 'AssignmentExpression') value = value.right;
  if (isModuleExports(node.left)) {
    module.exported.set('default', { node: value, comment });
    if (value.type !== 'ObjectExpression') return;
    for (const [key, place] of membersOf(value)) module.exported.set(key, place);
  } else if (node.left.type === 'MemberExpression' && !node.left.computed && node.left.property.type === 'Identifier') {
    const { object, property } = node.left;
    const isExports = (object.type === 'Identifier' && object.name === 'exports') || isModuleExports(object);
    if (isExports) module.exported.set(property.name, { node: value, comment });
  }
}

function isModuleExports(node: Node): boolean {
  return (
    node.type === 'MemberExpression' &&
    node.object.type === 'Identifier' &&
    node.object.name === 'module' &&
    node.property.type === 'Identifier' &&
    node.property.name === 'exports'
  );
}

function membersOf(node: Extract<Node, { type: 'ObjectExpression' }>): [string, Place][] {
  return node.properties.flatMap((member): [string, Place][] => {
    if (member.type === 'SpreadElement' || member.computed || member.key.type !== 'Identifier') return [];
    if (member.type === 'ObjectMethod' && member.kind !== 'method') return [];
    return [[member.key.name, { node: member.type === 'ObjectMethod' ? member : member.value, comment: commentOf(member) }]];
  });
}

/** What can be called under the name of an export: itself, static methods of a class, and members of an object that is the default. */
function callables(name: string, place: Place, module: Module): [string, Place][] {
  const { node, comment } = resolved(place, module);
  if (isFunction(node)) return [[name, { node, comment }]];
  if (node.type === 'ClassDeclaration' || node.type === 'ClassExpression') {
    return node.body.body.flatMap((member): [string, Place][] => {
      if (member.type !== 'ClassMethod' || !member.static || member.kind !== 'method' || member.key.type !== 'Identifier') return [];
      return [[`${name}.${member.key.name}`, { node: member, comment: commentOf(member) }]];
    });
  }
  if (node.type !== 'ObjectExpression' || (name === 'default' && module.exported.size > 1)) return [];
  return membersOf(node).map(([key, member]) => [`${name}.${key}`, resolved(member, module)]);
}

function resolved(place: Place, { declared }: Module): Place {
  let found = place;
  for (let step = 0; step < 5; step += 1) {
    const { node, comment } = found;
    if (node.type === 'TSAsExpression' || node.type === 'TSSatisfiesExpression' || node.type === 'TSNonNullExpression') {
      found = { node: node.expression, comment };
    } else if (node.type === 'Identifier') {
      const next = declared.get(node.name);
      if (next === undefined) return found;
      found = { node: next.node, comment: `${comment}\n${next.comment}` };
    } else return found;
  }
  return found;
}

function isFunction(node: Node): node is FunctionNode {
  return [
    'FunctionDeclaration',
    'FunctionExpression',
    'ArrowFunctionExpression',
    'ObjectMethod',
    'ClassMethod',
    'ClassPrivateMethod',
  ].includes(node.type);
}

function localNameOf(...nodes: readonly Node[]): string | undefined {
  for (const node of nodes) {
    if (node.type === 'Identifier') return node.name;
    if ('id' in node && node.id?.type === 'Identifier') return node.id.name;
  }
  return undefined;
}

/** Names are taken for those of the module wherever they stand: a shadowed one makes the closure larger than it is, and no more. */
function closureOf(start: Node, { declared }: Module): Node[] {
  const closure: Node[] = [start];
  for (const node of closure) {
    for (const inner of nodesIn(node)) {
      const used = inner.type === 'Identifier' ? declared.get(inner.name)?.node : undefined;
      if (used !== undefined && !closure.includes(used)) closure.push(used);
    }
  }
  return closure;
}

const layout = new Set(['start', 'end', 'loc', 'range', 'extra', 'leadingComments', 'trailingComments', 'innerComments']);

function meaningOf(node: Node, known: Map<Node, string>): string {
  const meaning =
    known.get(node) ??
    JSON.stringify(node, (key, value: unknown) => (layout.has(key) ? undefined : typeof value === 'bigint' ? String(value) : value));
  known.set(node, meaning);
  return meaning;
}

function commentOf(node: Node): string {
  return (node.leadingComments ?? []).map(({ value }: Comment) => value).join('\n');
}
