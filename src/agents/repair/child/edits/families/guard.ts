import type { NodePath } from '@babel/traverse';
import type { Expression } from '@babel/types';
import { conditionsAt } from '../conditions.ts';
import {
  fitted,
  grouped,
  isIllTyped,
  kindOf,
  kindOfText,
  kindOfType,
  localNames,
  replacing,
  textOf,
  type Family,
  type Proposal,
} from '../proposal.ts';
import type { Site, Survey } from '../survey.ts';
import { indentationAt } from '../text.ts';

/** An early return, a check for what is missing, a value to fall back on. */
export const guardFamily: Family = function* (site, survey) {
  yield* earlyReturns(site, survey);
  yield* skippedTurns(site, survey);
  for (const path of site.expressions) {
    if (path.isMemberExpression() && !path.node.computed && !isTarget(path)) {
      const object = textOf(survey, path.node.object);
      yield replacing(path.node, `${object}?.${textOf(survey, path.node.property)}`, 'guard: optional chain', 0.35);
    }
    if ((path.isMemberExpression() || path.isIdentifier() || path.isCallExpression()) && isRead(path)) {
      const text = textOf(survey, path.node);
      const kind = kindOf(path);
      for (const value of ['0', "''", '[]', '{}', '1']) {
        if (isIllTyped(survey, kind, kindOfText(value))) continue;
        yield replacing(path.node, `(${text} ?? ${value})`, 'guard: value to fall back on', 0.18);
        if (value !== '{}') yield replacing(path.node, `(${text} || ${value})`, 'guard: value to fall back on', 0.1);
      }
    }
    if (path.key === 'test') {
      const text = textOf(survey, path.node);
      for (const name of localNames(path).slice(0, 5)) {
        yield replacing(path.node, fitted(path, `${name} && ${grouped(text)}`), 'guard: checked for presence', 0.25);
        yield replacing(path.node, fitted(path, `!${name} || ${grouped(text)}`), 'guard: checked for presence', 0.2);
      }
    }
  }
};

function isTarget(path: NodePath): boolean {
  return (path.parentPath?.isAssignmentExpression() === true && path.key === 'left') || path.parentPath?.isUpdateExpression() === true;
}

function isRead(path: NodePath<Expression>): boolean {
  const { parentPath, key } = path;
  if (parentPath === null || isTarget(path)) return false;
  if (parentPath.isVariableDeclarator()) return key === 'init';
  return (
    parentPath.isReturnStatement() || parentPath.isBinaryExpression() || parentPath.isAssignmentExpression() || path.listKey === 'arguments'
  );
}

/** At the head of a function: a case that is answered, or refused, before anything else is done. */
function* earlyReturns(site: Site, survey: Survey): Iterable<Proposal> {
  const { path, enclosing } = site;
  if (enclosing === undefined || path.key !== 0 || path.parentPath?.parentPath?.node !== enclosing.node) return;
  const values = returnValues(site, survey);
  let rank = 0;
  for (const condition of parameterChecks(enclosing.node.params.map((parameter) => textOf(survey, parameter)))) {
    for (const [index, value] of values.slice(0, 8).entries()) {
      rank += 1;
      yield before(
        site,
        survey,
        `if (${condition}) return ${value}${survey.semicolon}`,
        'guard: early return',
        0.35 / (1 + index / 2 + rank / 30),
      );
    }
    for (const thrown of thrownNear(survey)) {
      yield before(site, survey, `if (${condition}) ${thrown}`, 'guard: refused', 0.2);
    }
  }
}

function parameterChecks(parameters: readonly string[]): string[] {
  const names = parameters.map((text) => /^[\w$]+/.exec(text)?.[0]).filter((name) => name !== undefined);
  return names.flatMap((name) => [
    `!${name}`,
    `${name} === 0`,
    `${name}.length === 0`,
    `${name} < 0`,
    `${name} <= 0`,
    `${name} === 1`,
    `${name} < 2`,
    `${name} == null`,
    `${name}.length < 2`,
    `!Array.isArray(${name})`,
    `Number.isNaN(${name})`,
  ]);
}

function returnValues(site: Site, survey: Survey): string[] {
  const own = survey.sites
    .filter((other) => other.enclosing?.node === site.enclosing?.node && other.path.isReturnStatement())
    .map(({ path }) => (path.isReturnStatement() && path.node.argument ? textOf(survey, path.node.argument) : ''))
    .filter((text) => /^(?:-?\d[\d.]*|true|false|null|undefined|''|""|\[\]|\{\})$/.test(text));
  const parameters = (site.enclosing?.node.params ?? [])
    .map((parameter) => textOf(survey, parameter))
    .filter((text) => /^[\w$]+$/.test(text));
  const wanted = kindOfType(site.enclosing?.node.returnType);
  const all = [...own, '0', 'false', '[]', "''", ...parameters, 'null', 'true', 'undefined', '1', '-1'];
  return [...new Set(all)].filter((value) => !isIllTyped(survey, wanted, kindOfText(value)));
}

function thrownNear(survey: Survey): string[] {
  const thrown = survey.sites.filter(({ path }) => path.isThrowStatement()).map(({ path }) => textOf(survey, path.node));
  const made = ['RangeError', 'TypeError', 'Error'].map((kind) => `throw new ${kind}('invalid argument')${survey.semicolon}`);
  return [...new Set([...thrown.filter((text) => text.length < 120).slice(0, 3), ...made])];
}

/** Inside a loop: a turn that is skipped, or the last one. */
function* skippedTurns(site: Site, survey: Survey): Iterable<Proposal> {
  const loop = site.path.findParent((parent) => parent.isLoop() || parent.isFunction());
  if (loop?.isLoop() !== true || !site.path.inList) return;
  for (const [index, condition] of conditionsAt(site, survey).slice(0, 20).entries()) {
    yield before(site, survey, `if (${condition}) continue${survey.semicolon}`, 'guard: turn skipped', 0.15 / (1 + index / 8));
    yield before(site, survey, `if (${condition}) break${survey.semicolon}`, 'guard: loop left', 0.1 / (1 + index / 8));
  }
}

function before(site: Site, survey: Survey, statement: string, rule: string, prior: number): Proposal {
  const start = site.path.node.start ?? 0;
  const indentation = indentationAt(survey.source.text, start);
  return { rule, prior, edits: [{ start, end: start, text: `${statement}\n${indentation}` }] };
}
