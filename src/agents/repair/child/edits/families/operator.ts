import type { NodePath } from '@babel/traverse';
import type { AssignmentExpression, BinaryExpression, Expression, LogicalExpression } from '@babel/types';
import { fitted, grouped, replacing, textOf, type Family, type Proposal } from '../proposal.ts';
import type { Survey } from '../survey.ts';

/** For each operator the ones to try, most likely first. */
const comparisons: Readonly<Record<string, readonly [string, number][]>> = {
  '<': [
    ['<=', 0.9],
    ['>', 0.7],
    ['>=', 0.6],
    ['===', 0.4],
    ['!==', 0.2],
  ],
  '<=': [
    ['<', 0.9],
    ['>=', 0.7],
    ['>', 0.6],
    ['===', 0.4],
    ['!==', 0.2],
  ],
  '>': [
    ['>=', 0.9],
    ['<', 0.7],
    ['<=', 0.6],
    ['===', 0.4],
    ['!==', 0.2],
  ],
  '>=': [
    ['>', 0.9],
    ['<=', 0.7],
    ['<', 0.6],
    ['===', 0.4],
    ['!==', 0.2],
  ],
  '==': [
    ['!=', 0.8],
    ['===', 0.3],
    ['<', 0.4],
    ['>', 0.4],
    ['<=', 0.35],
    ['>=', 0.35],
  ],
  '===': [
    ['!==', 0.8],
    ['==', 0.3],
    ['<', 0.4],
    ['>', 0.4],
    ['<=', 0.35],
    ['>=', 0.35],
  ],
  '!=': [
    ['==', 0.8],
    ['!==', 0.3],
    ['<', 0.35],
    ['>', 0.35],
    ['<=', 0.3],
    ['>=', 0.3],
  ],
  '!==': [
    ['===', 0.8],
    ['!=', 0.3],
    ['<', 0.35],
    ['>', 0.35],
    ['<=', 0.3],
    ['>=', 0.3],
  ],
};
const arithmetic: Readonly<Record<string, readonly [string, number][]>> = {
  '+': [
    ['-', 0.8],
    ['*', 0.4],
    ['%', 0.2],
    ['/', 0.2],
  ],
  '-': [
    ['+', 0.8],
    ['%', 0.4],
    ['/', 0.4],
    ['*', 0.3],
  ],
  '*': [
    ['/', 0.6],
    ['+', 0.5],
    ['**', 0.3],
    ['-', 0.3],
    ['%', 0.2],
  ],
  '/': [
    ['*', 0.7],
    ['%', 0.5],
    ['-', 0.3],
    ['+', 0.2],
  ],
  '%': [
    ['/', 0.6],
    ['*', 0.4],
    ['-', 0.3],
    ['+', 0.2],
  ],
  '**': [['*', 0.6]],
  '&': [
    ['|', 0.5],
    ['^', 0.4],
    ['&&', 0.3],
  ],
  '|': [
    ['&', 0.5],
    ['^', 0.4],
    ['||', 0.3],
  ],
  '^': [
    ['&', 0.4],
    ['|', 0.4],
    ['**', 0.4],
  ],
  '<<': [
    ['>>', 0.6],
    ['>>>', 0.3],
  ],
  '>>': [
    ['<<', 0.6],
    ['>>>', 0.5],
  ],
  '>>>': [
    ['>>', 0.5],
    ['<<', 0.4],
  ],
};
const logical: Readonly<Record<string, readonly [string, number][]>> = {
  '&&': [['||', 0.9]],
  '||': [
    ['&&', 0.9],
    ['??', 0.6],
  ],
  '??': [
    ['||', 0.5],
    ['&&', 0.3],
  ],
};
const assignments: Readonly<Record<string, readonly [string, number][]>> = {
  '=': [
    ['+=', 0.5],
    ['-=', 0.25],
    ['*=', 0.2],
    ['??=', 0.15],
    ['||=', 0.1],
  ],
  '+=': [
    ['-=', 0.8],
    ['=', 0.4],
    ['*=', 0.3],
  ],
  '-=': [
    ['+=', 0.8],
    ['=', 0.35],
  ],
  '*=': [
    ['/=', 0.5],
    ['+=', 0.5],
    ['=', 0.25],
  ],
  '/=': [
    ['*=', 0.6],
    ['-=', 0.4],
    ['%=', 0.3],
    ['=', 0.25],
  ],
  '%=': [
    ['/=', 0.5],
    ['=', 0.2],
  ],
  '||=': [
    ['??=', 0.6],
    ['&&=', 0.3],
  ],
  '??=': [['||=', 0.4]],
};

/** Another operator, another order of the operands, another grouping, one operand less. */
export const operatorFamily: Family = function* (site, survey) {
  for (const path of site.expressions) {
    if (path.isBinaryExpression()) yield* binaryProposals(path, survey);
    if (path.isLogicalExpression()) yield* logicalProposals(path, survey);
    if (path.isAssignmentExpression()) yield* assignmentProposals(path, survey);
    if (path.isUpdateExpression()) {
      const { node } = path;
      const argument = textOf(survey, node.argument);
      const other = node.operator === '++' ? '--' : '++';
      yield replacing(node, node.prefix ? other + argument : argument + other, 'operator: step', 0.5);
      if (!path.parentPath.isExpressionStatement() && path.key !== 'update') {
        yield replacing(node, node.prefix ? argument + node.operator : node.operator + argument, 'operator: step before or after', 0.4);
      }
      yield replacing(node, `${argument} ${node.operator.charAt(0)}= 2`, 'operator: step of two', 0.2);
    }
    if (path.isUnaryExpression() && /^[-+!~]$/.test(path.node.operator)) {
      yield replacing(path.node, fitted(path, textOf(survey, path.node.argument)), 'operator: without sign', 0.6);
    }
  }
};

function* binaryProposals(path: NodePath<BinaryExpression>, survey: Survey): Iterable<Proposal> {
  const { node } = path;
  const left = textOf(survey, node.left);
  const right = textOf(survey, node.right);
  for (const [operator, prior] of comparisons[node.operator] ?? []) {
    const written = /[!=]==?/.test(operator) && !survey.source.text.includes(operator) ? operator.slice(0, 2) : operator;
    yield swapped(path, survey, written, 'operator: comparison', prior);
  }
  for (const [operator, prior] of arithmetic[node.operator] ?? []) yield swapped(path, survey, operator, 'operator: arithmetic', prior);
  if (/^(-|\/|%|\*\*|<<|>>|in)$/.test(node.operator) || (node.operator === '+' && left !== right)) {
    const prior = node.operator === '+' ? 0.15 : 0.45;
    yield replacing(node, `${grouped(right)} ${node.operator} ${grouped(left)}`, 'operator: operands exchanged', prior);
  }
  if (node.operator === '>' && node.left.type === 'Identifier' && !path.scope.hasBinding(node.left.name)) {
    yield swapped(path, survey, '=>', 'operator: arrow', 0.6);
  }
  if (arithmetic[node.operator] !== undefined) {
    yield replacing(node, fitted(path, left), 'operator: left operand only', 0.45);
    yield replacing(node, fitted(path, right), 'operator: right operand only', 0.25);
    yield* regrouped(path, survey);
  }
}

/** `a - b / c` as `(a - b) / c` and as `a / c - b`, `(a + b) * c` as `a + b * c`. */
function* regrouped(path: NodePath<BinaryExpression>, survey: Survey): Iterable<Proposal> {
  const { left, right, operator } = path.node;
  if (right.type === 'BinaryExpression' && arithmetic[right.operator] !== undefined) {
    const text = `(${textOf(survey, left)} ${operator} ${grouped(textOf(survey, right.left))}) ${right.operator} ${grouped(textOf(survey, right.right))}`;
    yield replacing(path.node, fitted(path, text), 'operator: grouping', 0.35);
    const other = `${grouped(textOf(survey, left))} ${right.operator} ${grouped(textOf(survey, right.right))} ${operator} ${textOf(survey, right.left)}`;
    yield replacing(path.node, fitted(path, other), 'operator: order of operations', 0.3);
  }
  if (left.type === 'BinaryExpression' && arithmetic[left.operator] !== undefined) {
    const text = `${grouped(textOf(survey, left.left))} ${left.operator} (${textOf(survey, left.right)} ${operator} ${grouped(textOf(survey, right))})`;
    yield replacing(path.node, fitted(path, text), 'operator: grouping', 0.35);
  }
}

function* logicalProposals(path: NodePath<LogicalExpression>, survey: Survey): Iterable<Proposal> {
  const { node } = path;
  for (const [operator, prior] of logical[node.operator] ?? []) {
    yield swapped(path, survey, operator, 'operator: logical', prior);
    const chain = chainOf(path);
    if (chain.length > 1 && !(path.parentPath.isLogicalExpression() && path.parentPath.node.operator === node.operator)) {
      const edits = chain.flatMap((link) => swapped(link, survey, operator, '', 0).edits);
      yield { rule: 'operator: logical, whole chain', prior: prior * 0.8, edits };
    }
  }
  yield replacing(node, fitted(path, textOf(survey, node.left)), 'operator: left operand only', 0.4);
  yield replacing(node, fitted(path, textOf(survey, node.right)), 'operator: right operand only', 0.35);
}

/** A logical expression with those operands of it that are joined by the same operator. */
function chainOf(path: NodePath<LogicalExpression>): NodePath<LogicalExpression>[] {
  const sides = [path.get('left'), path.get('right')] as NodePath<Expression>[];
  const inner = sides.filter(
    (side): side is NodePath<LogicalExpression> => side.isLogicalExpression() && side.node.operator === path.node.operator,
  );
  return [path, ...inner.flatMap(chainOf)];
}

function* assignmentProposals(path: NodePath<AssignmentExpression>, survey: Survey): Iterable<Proposal> {
  for (const [operator, prior] of assignments[path.node.operator] ?? []) {
    yield swapped(path, survey, operator, 'operator: assignment', prior);
  }
}

function swapped(
  path: NodePath<BinaryExpression | LogicalExpression | AssignmentExpression>,
  survey: Survey,
  operator: string,
  rule: string,
  prior: number,
): Proposal {
  const { left, right, operator: present } = path.node;
  const from = left.end ?? 0;
  const between = survey.source.text.slice(from, right.start ?? 0);
  const at = from + between.indexOf(present);
  return { rule, prior, edits: [{ start: at, end: at + present.length, text: operator }] };
}
