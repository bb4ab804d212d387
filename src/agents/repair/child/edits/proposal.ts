import type { NodePath } from '@babel/traverse';
import type { Expression, Node } from '@babel/types';
import type { Site, Survey } from './survey.ts';
import type { TextEdit } from './text.ts';

/** One way to change one place. */
export interface Proposal {
  /** What kind of edit it is, such as `operator: boundary`. */
  readonly rule: string;
  /** How likely edits of this kind mend a defect, from 0 to 1; from the edits that won in measurements, the rest judged beside them. */
  readonly prior: number;
  readonly edits: readonly TextEdit[];
}

/** Makes the proposals of one operator family for one statement. */
export type Family = (site: Site, survey: Survey) => Iterable<Proposal>;

export function textOf(survey: Survey, node: Node): string {
  return survey.source.text.slice(node.start ?? 0, node.end ?? 0);
}

/** The node replaced by `text`. */
export function replacing(node: Node, text: string, rule: string, prior: number): Proposal {
  return { rule, prior, edits: [{ start: node.start ?? 0, end: node.end ?? 0, text }] };
}

/** `text` as it must be written in the place of `path`: in parentheses where its surroundings bind closer. */
export function fitted(path: NodePath, text: string): string {
  const parent = path.parent;
  if (path.node.extra?.['parenthesized'] === true || isAtom(text)) return text;
  const binds =
    parent.type === 'BinaryExpression' ||
    parent.type === 'LogicalExpression' ||
    parent.type === 'UnaryExpression' ||
    parent.type === 'AwaitExpression' ||
    (parent.type === 'MemberExpression' && path.key === 'object') ||
    (parent.type === 'CallExpression' && path.key === 'callee') ||
    (parent.type === 'ConditionalExpression' && path.key === 'test');
  return binds ? `(${text})` : text;
}

/** In parentheses unless it is a name, a literal or a chain of calls and members. */
export function grouped(text: string): string {
  return isAtom(text) ? text : `(${text})`;
}

/** A name, a literal, or one of these followed by members, indexes and calls, judged by its characters alone. */
function isAtom(text: string): boolean {
  let depth = 0;
  let quote = '';
  for (let index = 0; index < text.length; index += 1) {
    const character = text.charAt(index);
    if (quote !== '') {
      if (character === '\\') index += 1;
      else if (character === quote) quote = '';
    } else if (character === '"' || character === "'" || character === '`') quote = character;
    else if ('([{'.includes(character)) depth += 1;
    else if (')]}'.includes(character)) depth -= 1;
    else if (depth === 0 && !/[\w$.]/.test(character)) return false;
  }
  return true;
}

/** Names that can be read at `path`: the nearest scope first, without what is declared further down in it. */
export function namesInScope(path: NodePath): string[] {
  const at = path.node.start ?? 0;
  const names: string[] = [];
  for (let scope: typeof path.scope | undefined = path.scope; scope !== undefined; scope = scope.parent) {
    for (const [name, binding] of Object.entries(scope.bindings)) {
      const declaredLater =
        (binding.kind === 'let' || binding.kind === 'const') && (binding.identifier.start ?? 0) > at && scope === path.scope;
      if (!declaredLater && !isTypeBinding(binding.path) && !names.includes(name)) names.push(name);
    }
  }
  return names;
}

function isTypeBinding(path: NodePath): boolean {
  return (
    path.isTSInterfaceDeclaration() ||
    path.isTSTypeAliasDeclaration() ||
    (path.isImportSpecifier() && path.node.importKind === 'type') ||
    (path.parentPath?.isImportDeclaration() === true && path.parentPath.node.importKind === 'type')
  );
}

/** Names bound inside the innermost function around `path`, its parameters included. */
export function localNames(path: NodePath): string[] {
  const functionScope = path.getFunctionParent()?.scope;
  return namesInScope(path).filter((name) => {
    const binding = path.scope.getBinding(name);
    return binding !== undefined && functionScope !== undefined && isInside(binding.path, functionScope.path);
  });
}

function isInside(path: NodePath, outer: NodePath): boolean {
  return path === outer || path.isDescendant(outer);
}

/** What an expression is, as far as its form tells. */
export type ValueKind = 'number' | 'string' | 'boolean' | 'array' | 'function' | 'unknown';

const stringMethods = new Set(
  'toString join trim toLowerCase toUpperCase substring substr charAt replace replaceAll repeat padStart padEnd toFixed'.split(' '),
);
const arrayMethods = new Set('map filter sort reverse split concat flatMap flat fill splice'.split(' '));
const booleanMethods = new Set('includes startsWith endsWith some every has test isArray isInteger hasOwn'.split(' '));
const numberMethods = new Set('indexOf lastIndexOf charCodeAt codePointAt push findIndex getTime'.split(' '));

export function kindOf(path: NodePath<Expression>): ValueKind {
  const { node } = path;
  switch (node.type) {
    case 'NumericLiteral':
    case 'UpdateExpression':
      return 'number';
    case 'StringLiteral':
    case 'TemplateLiteral':
      return 'string';
    case 'BooleanLiteral':
      return 'boolean';
    case 'ArrayExpression':
      return 'array';
    case 'ArrowFunctionExpression':
    case 'FunctionExpression':
      return 'function';
    case 'UnaryExpression':
      return node.operator === '!' ? 'boolean' : node.operator === 'typeof' ? 'string' : 'number';
    case 'BinaryExpression':
      return kindOfBinary(path as NodePath<Expression>, node.operator);
    case 'LogicalExpression': {
      const [left, right] = (['left', 'right'] as const).map((side) => kindOf(path.get(side) as NodePath<Expression>));
      return left === right && left !== undefined ? left : 'unknown';
    }
    case 'MemberExpression':
      return !node.computed && node.property.type === 'Identifier' && /^(length|size|index)$/.test(node.property.name)
        ? 'number'
        : 'unknown';
    case 'CallExpression':
      return kindOfCall(node.callee);
    case 'Identifier':
      return kindOfName(path, node.name);
    default:
      return 'unknown';
  }
}

function kindOfBinary(path: NodePath<Expression>, operator: string): ValueKind {
  if (/^([<>]=?|[!=]==?|in|instanceof)$/.test(operator)) return 'boolean';
  if (operator !== '+') return 'number';
  const sides = ['left', 'right'].map((side) => kindOf(path.get(side) as NodePath<Expression>));
  if (sides.includes('string')) return 'string';
  return sides.includes('number') ? 'number' : 'unknown';
}

function kindOfCall(callee: Node): ValueKind {
  if (callee.type === 'Identifier') {
    if (/^(Number|parseInt|parseFloat)$/.test(callee.name)) return 'number';
    return callee.name === 'String' ? 'string' : callee.name === 'Boolean' ? 'boolean' : 'unknown';
  }
  if (callee.type !== 'MemberExpression' || callee.property.type !== 'Identifier') return 'unknown';
  if (callee.object.type === 'Identifier' && callee.object.name === 'Math') return 'number';
  const method = callee.property.name;
  if (stringMethods.has(method)) return 'string';
  if (arrayMethods.has(method)) return 'array';
  if (booleanMethods.has(method)) return 'boolean';
  return numberMethods.has(method) ? 'number' : 'unknown';
}

function kindOfName(path: NodePath, name: string): ValueKind {
  const declared = path.scope.getBinding(name)?.path;
  // A declaration further down could refer to this very place.
  const before = declared !== undefined && (declared.node.end ?? 0) <= (path.node.start ?? 0);
  return before ? kindOfDeclared(declared) : 'unknown';
}

/** What a variable, parameter or function holds: by its annotation, else by the value that it begins with. */
export function kindOfDeclared(declared: NodePath | undefined): ValueKind {
  if (declared === undefined) return 'unknown';
  if (declared.isFunctionDeclaration()) return 'function';
  const target = declared.isVariableDeclarator() ? declared.node.id : declared.isAssignmentPattern() ? declared.node.left : declared.node;
  const annotated = target.type === 'Identifier' ? kindOfType(target.typeAnnotation) : 'unknown';
  if (annotated !== 'unknown') return annotated;
  if (declared.isAssignmentPattern()) return kindOf(declared.get('right'));
  if (!declared.isVariableDeclarator() || declared.node.init?.type === 'Identifier') return 'unknown';
  const start = declared.get('init');
  return start.isExpression() ? kindOf(start) : 'unknown';
}

/** The kind that an annotation promises; `unknown` for what has several or none of ours. */
export function kindOfType(annotation: Node | null | undefined): ValueKind {
  switch (annotation?.type) {
    case 'TSTypeAnnotation':
      return kindOfType(annotation.typeAnnotation);
    case 'TSNumberKeyword':
      return 'number';
    case 'TSStringKeyword':
      return 'string';
    case 'TSBooleanKeyword':
      return 'boolean';
    case 'TSFunctionType':
      return 'function';
    case 'TSArrayType':
    case 'TSTupleType':
      return 'array';
    case 'TSTypeOperator':
      return annotation.operator === 'readonly' ? kindOfType(annotation.typeAnnotation) : 'unknown';
    case 'TSTypeReference':
      return annotation.typeName.type === 'Identifier' && /^(Array|ReadonlyArray)$/.test(annotation.typeName.name) ? 'array' : 'unknown';
    default:
      return 'unknown';
  }
}

/** What a value written out is, by its text. */
export function kindOfText(text: string): ValueKind {
  if (/^-?\d/.test(text)) return 'number';
  if (/^['"`]/.test(text)) return 'string';
  if (text === 'true' || text === 'false') return 'boolean';
  return text.startsWith('[') ? 'array' : 'unknown';
}

/**
 * Whether a value of one kind cannot stand where another is wanted. Where types are written down such a candidate does not
 * type-check and is not proposed; elsewhere it is only less likely.
 */
export function isIllTyped(survey: Survey, wanted: ValueKind, kind: ValueKind): boolean {
  return survey.typed && wanted !== 'unknown' && kind !== 'unknown' && wanted !== kind;
}

/** Whether a name can be given another value at `path`. */
export function isAssignable(path: NodePath, name: string): boolean {
  const kind = path.scope.getBinding(name)?.kind;
  return kind !== 'const' && kind !== 'module';
}
