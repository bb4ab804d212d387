import { type File, isExpression, type Node, VISITOR_KEYS } from '@babel/types';

/** A place of a text at which another text can be put behind a condition without changing what stands around it. */
export interface Place {
  readonly kind: 'expression' | 'statement' | 'block';
  readonly start: number;
  readonly end: number;
  /** How many nodes are around it. */
  readonly depth: number;
}

/** Where a text differs from another: `[start, end)` of the one became `[start, end + longer)` of the other. */
export interface Difference {
  readonly start: number;
  readonly end: number;
  readonly longer: number;
}

export function differenceOf(before: string, after: string): Difference {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before[start] === after[start]) start += 1;
  let tail = 0;
  while (tail < shorter - start && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail += 1;
  return { start, end: before.length - tail, longer: after.length - before.length };
}

/**
 * The smallest place that holds the whole difference. Both trees are the same around it, so the other text means there what it meant
 * in its own: `a * b + c` in place of `a * b` is another expression, not another `b`.
 *
 * @returns undefined when it lies where no condition can stand: among imports, parameters, names, keys.
 */
export function placeOf(before: File, after: File, difference: Difference): Place | undefined {
  let best: Place | undefined;
  let pair: Pair | undefined = { before: before.program, after: after.program, around: [], key: 'program' };
  for (let depth = 0; pair !== undefined; depth += 1) {
    const kind = kindOf(pair);
    if (kind !== undefined) best = { kind, ...inside(kind, pair.before), depth };
    pair = pair.before.type === pair.after.type ? childrenOf(pair).find((child) => holds(child, difference)) : undefined;
  }
  return best;
}

/** A node and what stands at the same place of the other tree. */
interface Pair {
  readonly before: Node;
  readonly after: Node;
  /** What the first lies in, the innermost first. */
  readonly around: readonly Node[];
  /** What the innermost calls it. */
  readonly key: string;
}

function childrenOf({ before, after, around }: Pair): Pair[] {
  return (VISITOR_KEYS[before.type] ?? []).flatMap((key) => {
    const ours = asList((before as unknown as Record<string, unknown>)[key]);
    const theirs = asList((after as unknown as Record<string, unknown>)[key]);
    return ours.flatMap((own, index) => {
      const other = theirs[index];
      return own === null || other === null || other === undefined ? [] : [{ before: own, after: other, around: [before, ...around], key }];
    });
  });
}

function asList(value: unknown): readonly (Node | null)[] {
  if (Array.isArray(value)) return value as (Node | null)[];
  return typeof value === 'object' && value !== null ? [value as Node] : [];
}

/** Whether the difference lies within both nodes, and both end together with it or behind. */
function holds({ before, after }: Pair, { start, end, longer }: Difference): boolean {
  const from = before.start ?? 0;
  const to = before.end ?? 0;
  return from <= start && end <= to && after.start === from && after.end === to + longer;
}

function kindOf(pair: Pair): Place['kind'] | undefined {
  const { before, after, around, key } = pair;
  if (isPlainBlock(before) && isPlainBlock(after)) return 'block';
  if (canBeExpression(pair) && isUnnamed(after)) return 'expression';
  return statements.has(before.type) && statements.has(after.type) && statementPlaces.has(`${around[0]?.type}.${key}`)
    ? 'statement'
    : undefined;
}

function inside(kind: Place['kind'], node: Node): { readonly start: number; readonly end: number } {
  const start = node.start ?? 0;
  const end = node.end ?? 0;
  return kind === 'block' ? { start: start + 1, end: end - 1 } : { start, end };
}

/** With something inside it, and nothing that has to stand first. */
function isPlainBlock(node: Node): boolean {
  return node.type === 'BlockStatement' && node.directives.length === 0 && node.body.length > 0;
}

function canBeExpression({ before, around: [parent, outer], key }: Pair): boolean {
  if (parent === undefined || !isUnnamed(before) || !expressionPlaces.has(`${parent.type}.${key}`)) return false;
  if (parent.type === 'UnaryExpression') return !['delete', 'typeof'].includes(parent.operator);
  if (parent.type === 'MemberExpression') return parent.computed;
  return parent.type !== 'ObjectProperty' || (!parent.shorthand && outer?.type === 'ObjectExpression');
}

/** Functions and classes take their names from where they stand: behind a condition they would have none. */
function isUnnamed(node: Node): boolean {
  return isExpression(node) && !['FunctionExpression', 'ArrowFunctionExpression', 'ClassExpression', 'Super', 'Import'].includes(node.type);
}

/** Where an expression stands for its value alone: what is called keeps its `this` only without a condition, a chain with `?.` its end. */
const expressionPlaces: ReadonlySet<string> = new Set(
  `ArrayExpression.elements ArrowFunctionExpression.body AssignmentExpression.right AssignmentPattern.right AwaitExpression.argument
  BinaryExpression.left BinaryExpression.right CallExpression.arguments ClassProperty.value ConditionalExpression.alternate
  ConditionalExpression.consequent ConditionalExpression.test DoWhileStatement.test ExportDefaultDeclaration.declaration
  ForInStatement.right ForOfStatement.right ForStatement.test ForStatement.update IfStatement.test JSXExpressionContainer.expression
  JSXSpreadAttribute.argument LogicalExpression.left LogicalExpression.right MemberExpression.property NewExpression.arguments
  ObjectProperty.value OptionalCallExpression.arguments ReturnStatement.argument SequenceExpression.expressions SpreadElement.argument
  SwitchCase.test SwitchStatement.discriminant TemplateLiteral.expressions ThrowStatement.argument UnaryExpression.argument
  VariableDeclarator.init WhileStatement.test YieldExpression.argument`.split(/\s+/),
);

/** Statements that declare nothing for those beside them. */
const statements: ReadonlySet<string> = new Set(
  `BreakStatement ContinueStatement DoWhileStatement ExpressionStatement ForInStatement ForOfStatement ForStatement IfStatement
  ReturnStatement SwitchStatement ThrowStatement TryStatement WhileStatement`.split(/\s+/),
);

const statementPlaces: ReadonlySet<string> = new Set(
  `BlockStatement.body DoWhileStatement.body ForInStatement.body ForOfStatement.body ForStatement.body IfStatement.alternate
  IfStatement.consequent Program.body SwitchCase.consequent WhileStatement.body`.split(/\s+/),
);
