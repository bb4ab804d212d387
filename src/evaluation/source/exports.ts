import type { Comment, Node, Statement } from '@babel/types';
import { parseSource } from './parse-source.ts';

/**
 * The symbols that a file exports, each with whether a doc comment stands before it. What is only passed on from another file is left out.
 *
 * @returns undefined when the file cannot be read as JavaScript or TypeScript.
 */
export function exportsOf(text: string, path: string): ReadonlyMap<string, boolean> | undefined {
  const file = parseSource(text, path);
  if (file === undefined) return undefined;
  const declared = new Map<string, boolean>();
  const found = new Map<string, boolean>();
  const body = file.program.body;
  for (const statement of body) for (const [name, documented] of declarationsOf(statement)) merge(declared, name, documented);
  for (const statement of body) collect(statement, declared, found);
  return found;
}

function collect(statement: Statement, declared: ReadonlyMap<string, boolean>, found: Map<string, boolean>): void {
  switch (statement.type) {
    case 'ExportNamedDeclaration': {
      if (statement.source) return;
      const own = hasDoc(statement);
      if (statement.declaration)
        for (const [name, documented] of declarationsOf(statement.declaration)) merge(found, name, own || documented);
      for (const specifier of statement.specifiers) {
        if (specifier.type !== 'ExportSpecifier') continue;
        const { exported, local } = specifier;
        const name = exported.type === 'Identifier' ? exported.name : exported.value;
        const from = local.type === 'Identifier' ? local.name : '';
        // What is imported and exported again is documented where it is declared.
        if (declared.has(from)) merge(found, name, declared.get(from) === true);
      }
      return;
    }
    case 'ExportDefaultDeclaration': {
      const { declaration } = statement;
      const known = declaration.type === 'Identifier' ? declared.get(declaration.name) === true : false;
      merge(found, 'default', hasDoc(statement) || known);
      return;
    }
    case 'ExpressionStatement':
      for (const [name, documented] of commonJs(statement.expression, declared)) merge(found, name, documented || hasDoc(statement));
      return;
    default:
  }
}

/** `exports.a = ...`, `module.exports.a = ...`, `module.exports = a`, `module.exports = { a, b }`. */
function commonJs(node: Node, declared: ReadonlyMap<string, boolean>): [string, boolean][] {
  if (node.type !== 'AssignmentExpression' || node.left.type !== 'MemberExpression') return [];
  const { object, property } = node.left;
  if (property.type !== 'Identifier') return [];
  const isModule = object.type === 'Identifier' && object.name === 'module' && property.name === 'exports';
  if (!isModule) {
    const onExports = object.type === 'Identifier' && object.name === 'exports';
    const onModule = object.type === 'MemberExpression' && object.object.type === 'Identifier' && object.object.name === 'module';
    if (!onExports && !onModule) return [];
    return [[property.name, node.right.type === 'Identifier' && declared.get(node.right.name) === true]];
  }
  if (node.right.type !== 'ObjectExpression') {
    return [['default', node.right.type === 'Identifier' && declared.get(node.right.name) === true]];
  }
  return node.right.properties.flatMap((member): [string, boolean][] => {
    if (member.type === 'SpreadElement' || member.key.type !== 'Identifier') return [];
    const local = member.type === 'ObjectProperty' && member.value.type === 'Identifier' ? member.value.name : member.key.name;
    return [[member.key.name, hasDoc(member) || declared.get(local) === true]];
  });
}

function declarationsOf(statement: Node): [string, boolean][] {
  const documented = hasDoc(statement);
  switch (statement.type) {
    case 'ExportNamedDeclaration':
      return statement.declaration ? declarationsOf(statement.declaration).map(([name, own]) => [name, own || documented]) : [];
    case 'FunctionDeclaration':
    case 'ClassDeclaration':
    case 'TSInterfaceDeclaration':
    case 'TSTypeAliasDeclaration':
    case 'TSEnumDeclaration':
    case 'TSDeclareFunction':
      return statement.id ? [[statement.id.name, documented]] : [];
    case 'VariableDeclaration':
      return statement.declarations.flatMap((one): [string, boolean][] =>
        one.id.type === 'Identifier' ? [[one.id.name, documented || hasDoc(one)]] : [],
      );
    default:
      return [];
  }
}

/** Of the overloads of one function one comment is enough. */
function merge(map: Map<string, boolean>, name: string, documented: boolean): void {
  map.set(name, documented || map.get(name) === true);
}

function hasDoc(node: Node): boolean {
  return (node.leadingComments ?? []).some((comment: Comment) => comment.type === 'CommentBlock' && comment.value.startsWith('*'));
}
