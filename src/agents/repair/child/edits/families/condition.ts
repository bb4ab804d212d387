import type { NodePath } from '@babel/traverse';
import type { Expression, LogicalExpression } from '@babel/types';
import { conditionsAt, isCondition, negated, withAnotherName } from '../conditions.ts';
import { fitted, grouped, localNames, replacing, textOf, type Family, type Proposal } from '../proposal.ts';
import type { Site, Survey } from '../survey.ts';

/** A condition negated, narrowed, widened or put around a statement. */
export const conditionFamily: Family = function* (site, survey) {
  const others = conditionsAt(site, survey);
  for (const path of site.expressions) {
    if (!isCondition(path)) continue;
    const text = textOf(survey, path.node);
    yield replacing(path.node, fitted(path, negated(text)), 'condition: negated', 0.5);
    if (path.isLogicalExpression()) yield* missingCase(path, survey);
    if (path.parentPath?.isLogicalExpression() === true) continue;
    yield* joined(path, text, others);
    for (const other of others.slice(0, 12)) {
      if (other !== text) yield replacing(path.node, fitted(path, other), 'condition: another of the function', 0.15);
    }
    yield replacing(path.node, 'true', 'condition: always', 0.1);
    yield replacing(path.node, 'false', 'condition: never', 0.1);
  }
  yield* asked(site, survey, others);
};

function* joined(path: NodePath<Expression>, text: string, others: readonly string[]): Iterable<Proposal> {
  const loop = path.parentPath?.isLoop() === true;
  for (const [index, other] of others.slice(0, 40).entries()) {
    if (text.includes(other)) continue;
    const prior = 0.3 / (1 + index / 8);
    yield replacing(path.node, fitted(path, `${grouped(text)} && ${grouped(other)}`), 'condition: narrowed', prior);
    if (!loop) yield replacing(path.node, fitted(path, `${grouped(text)} || ${grouped(other)}`), 'condition: widened', prior);
  }
}

/** `a + b === c || b + c === a` lacks a case of the same form: an operand with its variables exchanged. */
function* missingCase(path: NodePath<LogicalExpression>, survey: Survey): Iterable<Proposal> {
  const names = localNames(path);
  for (const side of ['left', 'right'] as const) {
    const operand = textOf(survey, path.node[side]);
    if (operand.length > 60) continue;
    for (const variant of new Set(withAnotherName(operand, names))) {
      if (survey.source.text.includes(variant)) continue;
      const text = `${textOf(survey, path.node)} ${path.node.operator} ${variant}`;
      yield replacing(path.node, path.node.extra?.['parenthesized'] === true ? text : fitted(path, text), 'condition: missing case', 0.3);
    }
  }
}

/** A statement made to depend on a condition. */
function* asked(site: Site, survey: Survey, conditions: readonly string[]): Iterable<Proposal> {
  const { path } = site;
  const simple = path.isExpressionStatement() || path.isReturnStatement() || path.isThrowStatement() || path.isContinueStatement();
  const takesElse = path.parentPath?.isIfStatement() === true && path.parentPath.node.alternate !== null;
  if (!simple || (takesElse && path.key === 'consequent')) return;
  const text = textOf(survey, path.node);
  for (const [index, condition] of conditions.slice(0, 45).entries()) {
    yield replacing(path.node, `if (${condition}) ${text}`, 'condition: asked first', 0.25 / (1 + index / 10));
  }
}
