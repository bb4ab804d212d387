import type { NodePath } from '@babel/traverse';
import type { Expression } from '@babel/types';
import { withAnotherName } from '../conditions.ts';
import { fitted, kindOf, localNames, namesInScope, replacing, textOf, type Family } from '../proposal.ts';
import type { Site, Survey } from '../survey.ts';

/** An expression of the same file in the place of another, as it stands or with one of its names exchanged. */
export const ingredientFamily: Family = function* (site, survey) {
  const pool = expressionsNear(site, survey);
  for (const path of site.expressions) {
    if (!isReplaceable(path)) continue;
    const text = textOf(survey, path.node);
    if (text.length > 120) continue;
    const kind = kindOf(path);
    const ranked = pool
      .filter((other) => other.text !== text && (kind === 'unknown' || other.kind === 'unknown' || other.kind === kind))
      .map((other) => ({ ...other, likeness: likeness(text, other.text) }))
      .toSorted((one, other) => other.likeness - one.likeness);
    for (const [index, { text: other, likeness: alike }] of ranked.slice(0, 40).entries()) {
      yield replacing(path.node, fitted(path, other), 'ingredient: expression', (0.2 + 0.3 * alike) / (1 + index / 12));
    }
    if (path.isIdentifier() || path.isLiteral()) continue;
    for (const variant of new Set(withAnotherName(text, localNames(path)).slice(0, 10))) {
      yield replacing(path.node, fitted(path, variant), 'ingredient: the same with another name', 0.15);
    }
  }
};

/** Expressions of the function (then of the file) whose names can all be read at the site. */
function expressionsNear(site: Site, survey: Survey): { readonly text: string; readonly kind: string }[] {
  const readable = new Set(namesInScope(site.path));
  const own = (other: Site) => other.enclosing?.node === site.enclosing?.node;
  const sites = survey.sites.toSorted((one, other) => Number(own(other)) - Number(own(one)));
  const found = new Map<string, string>();
  for (const other of sites) {
    for (const path of other.expressions) {
      const text = textOf(survey, path.node);
      if (text.length > 100 || found.has(text) || path.isFunction() || path.isObjectExpression() || path.isAssignmentExpression()) continue;
      if (path.isIdentifier() && !readable.has(text)) continue;
      if (namesUsed(path).every((name) => readable.has(name) || !path.scope.hasBinding(name, { noGlobals: true })))
        found.set(text, kindOf(path));
      if (found.size >= 150) return [...found].map(([key, kind]) => ({ text: key, kind }));
    }
  }
  return [...found].map(([text, kind]) => ({ text, kind }));
}

function namesUsed(path: NodePath<Expression>): string[] {
  if (path.isIdentifier()) return [path.node.name];
  const names: string[] = [];
  path.traverse({
    Identifier(inner) {
      if (inner.isReferencedIdentifier() && inner.scope.getBinding(inner.node.name)?.scope !== inner.scope) names.push(inner.node.name);
    },
  });
  return names;
}

function isReplaceable(path: NodePath<Expression>): boolean {
  const { parentPath, key, listKey } = path;
  if (parentPath === null || path.isFunction() || path.isObjectExpression()) return false;
  if (parentPath.isMemberExpression()) return key === 'object' || parentPath.node.computed;
  if (parentPath.isVariableDeclarator()) return key === 'init';
  if (parentPath.isAssignmentExpression()) return key === 'right';
  if (parentPath.isObjectProperty()) return key === 'value' && !parentPath.node.shorthand;
  if (parentPath.isCallExpression() || parentPath.isNewExpression()) return listKey === 'arguments';
  if (parentPath.isExpressionStatement() || parentPath.isUpdateExpression()) return false;
  return !(parentPath.isFunction() && key !== 'body');
}

/** Share of words and signs that two expressions have in common, from 0 to 1. */
function likeness(one: string, other: string): number {
  const words = (text: string) => new Set(text.match(/[\w$]+|[^\s\w]/g));
  const left = words(one);
  const right = words(other);
  const common = [...left].filter((word) => right.has(word)).length;
  return common / Math.max(1, left.size + right.size - common);
}
