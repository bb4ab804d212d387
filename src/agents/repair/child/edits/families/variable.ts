import type { NodePath } from '@babel/traverse';
import type { Expression } from '@babel/types';
import {
  fitted,
  isAssignable,
  isIllTyped,
  kindOf,
  kindOfDeclared,
  localNames,
  namesInScope,
  replacing,
  textOf,
  type Family,
  type Proposal,
} from '../proposal.ts';
import type { Site, Survey } from '../survey.ts';

/** Another variable or property; a variable for a number and the other way round; two variables exchanged. */
export const variableFamily: Family = function* (site, survey) {
  for (const path of site.expressions) {
    if (path.isIdentifier() && isUse(path)) yield* otherNames(path, site, survey);
    if (path.isMemberExpression()) yield* otherProperties(path, survey);
    if (path.isNumericLiteral() || path.isBooleanLiteral()) {
      for (const name of localNames(path).slice(0, 8)) {
        if (!isIllTyped(survey, kindOf(path), kindOfDeclared(path.scope.getBinding(name)?.path))) {
          yield replacing(path.node, name, 'variable: for a literal', 0.25);
        }
        if (path.key === 'init' && isListIn(name, survey))
          yield replacing(path.node, `${name}[0]`, 'variable: element for a literal', 0.22);
      }
    }
  }
  yield* exchangedNames(site, survey);
};

/** Whether the file reads elements or the length of what goes by this name. */
function isListIn(name: string, survey: Survey): boolean {
  return [`${name}[`, `${name}.length`, `${name}.at(`].some((use) => survey.source.text.includes(use));
}

function isUse(path: NodePath<Expression>): boolean {
  const { parentPath, key } = path;
  if (parentPath?.isVariableDeclarator() === true && key === 'id') return false;
  if (parentPath?.isObjectProperty() === true) return key === 'value' && !parentPath.node.shorthand;
  if (parentPath?.isFunction() === true) return key === 'body';
  if (parentPath?.isMemberExpression() === true && key === 'property') return parentPath.node.computed;
  return !(
    parentPath?.isLabeledStatement() === true ||
    parentPath?.isBreakStatement() === true ||
    parentPath?.isContinueStatement() === true
  );
}

function* otherNames(path: NodePath<Expression>, site: Site, survey: Survey): Iterable<Proposal> {
  const present = textOf(survey, path.node);
  const kind = kindOf(path);
  const called = path.parentPath?.isCallExpression() === true && path.key === 'callee';
  const locals = new Set(localNames(path));
  const local = locals.has(present);
  for (const name of namesInScope(path)) {
    if (name === present || (local && !locals.has(name) && called)) continue;
    const binding = path.scope.getBinding(name);
    const isFunction = binding?.path.isFunctionDeclaration() === true || binding?.path.isClassDeclaration() === true;
    if (isFunction !== called && !locals.has(name)) continue;
    const other = kindOfDeclared(binding?.path);
    if (isIllTyped(survey, kind, other) || (isTarget(path) && !isAssignable(path, name))) continue;
    const agrees = kind === 'unknown' || other === 'unknown' ? 1 : kind === other ? 1.2 : 0.3;
    yield replacing(path.node, name, 'variable: another', Math.min(0.8, (locals.has(name) ? 0.55 : 0.2) * agrees));
  }
  if (local && !called && !isTarget(path)) {
    const owns = path.parentPath?.isMemberExpression() === true && path.key === 'object';
    if (!owns && !isIllTyped(survey, kind, 'number')) {
      yield replacing(path.node, '0', 'variable: literal for it', 0.15);
      yield replacing(path.node, '1', 'variable: literal for it', 0.12);
      yield replacing(path.node, '-1', 'variable: literal for it', 0.12);
    }
    for (const text of membersNear(site, survey)) {
      if (text !== present) yield replacing(path.node, text, 'variable: a member for it', 0.22);
    }
    if (kind === 'unknown' || kind === 'array' || kind === 'string')
      yield replacing(path.node, `${present}.length`, 'variable: its length', 0.2);
  }
}

/** Members that the function reads, and elements of its lists at its counters. */
function membersNear(site: Site, survey: Survey): string[] {
  const own = survey.sites.filter((other) => other.enclosing?.node === site.enclosing?.node);
  const members = own.flatMap(({ expressions }) => expressions.filter((path) => path.isMemberExpression() && path.key !== 'callee'));
  const texts = members.map(({ node }) => textOf(survey, node)).filter((text) => text.length <= 30);
  const names = localNames(site.path).slice(0, 8);
  const lists = names.filter((name) => ['.length', '[', '.at('].some((use) => survey.source.text.includes(name + use)));
  const counters = names.filter((name) => survey.source.text.includes(`${name}++`) || survey.source.text.includes(`[${name}]`));
  return [...new Set([...texts, ...lists.flatMap((list) => counters.map((counter) => `${list}[${counter}]`))])].slice(0, 14);
}

function isTarget(path: NodePath): boolean {
  return (path.parentPath?.isAssignmentExpression() === true && path.key === 'left') || path.parentPath?.isUpdateExpression() === true;
}

function* otherProperties(path: NodePath<Expression>, survey: Survey): Iterable<Proposal> {
  const { node } = path;
  if (node.type !== 'MemberExpression' || node.computed || node.property.type !== 'Identifier') return;
  const called = path.parentPath?.isCallExpression() === true && path.key === 'callee';
  const present = node.property.name;
  if (!called) {
    for (const name of survey.properties.slice(0, 12)) {
      if (name !== present) yield replacing(node.property, name, 'variable: another property', 0.4);
    }
    if (!isTarget(path)) yield replacing(node, fitted(path, textOf(survey, node.object)), 'variable: the whole object', 0.15);
  }
}

/** Two variables of one statement, exchanged wherever the statement uses them. */
function* exchangedNames(site: Site, survey: Survey): Iterable<Proposal> {
  const uses = Map.groupBy(
    site.expressions.filter(
      (path) => path.isIdentifier() && isUse(path) && path.scope.hasBinding(textOf(survey, path.node), { noGlobals: true }),
    ),
    (path) => textOf(survey, path.node),
  );
  const names = [...uses.keys()].slice(0, 6);
  for (const [index, one] of names.entries()) {
    for (const other of names.slice(index + 1)) {
      const kinds = [one, other].map((name) => kindOfDeclared(site.path.scope.getBinding(name)?.path));
      if (isIllTyped(survey, kinds[0] ?? 'unknown', kinds[1] ?? 'unknown')) continue;
      const edits = [
        ...(uses.get(one) ?? []).flatMap(({ node }) => replacing(node, other, '', 0).edits),
        ...(uses.get(other) ?? []).flatMap(({ node }) => replacing(node, one, '', 0).edits),
      ];
      yield { rule: 'variable: two exchanged', prior: 0.3, edits };
    }
  }
}
