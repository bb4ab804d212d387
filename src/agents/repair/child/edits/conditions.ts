import type { NodePath } from '@babel/traverse';
import type { Expression } from '@babel/types';
import { grouped, kindOf, localNames, textOf } from './proposal.ts';
import type { Site, Survey } from './survey.ts';

/** Whether an expression decides something: a test, an operand of a logical expression, a returned truth value. */
export function isCondition(path: NodePath<Expression>): boolean {
  if (path.key === 'test' && path.parentPath?.isSwitchCase() !== true) return true;
  if (path.isUnaryExpression() && path.node.operator === '!') return true;
  return kindOf(path) === 'boolean' && !path.isBooleanLiteral();
}

/**
 * Conditions that could be asked at a place, most likely first: those the function already asks, those with
 * one of their variables exchanged, then comparisons of what is in scope.
 */
export function conditionsAt(site: Site, survey: Survey): string[] {
  const asked = conditionsNear(site, survey);
  const names = localNames(site.path).slice(0, 7);
  const made: string[] = [];
  for (const [index, one] of names.entries()) {
    for (const other of names.slice(index + 1))
      made.push(`${one} === ${other}`, `${one} !== ${other}`, `${one} < ${other}`, `${one} > ${other}`);
  }
  const single = names.flatMap((name) => [
    `${name} > 0`,
    `!${name}`,
    name,
    `${name} === 0`,
    `${name}.length > 0`,
    `${name} < 0`,
    `${name} !== undefined`,
  ]);
  const varied = asked.slice(0, 12).flatMap((condition) => withAnotherName(condition, names));
  return [...new Set([...asked, ...interleave([varied, single, made])])].slice(0, 90);
}

/** The conditions of the innermost function, nearest first. */
function conditionsNear(site: Site, survey: Survey): string[] {
  const at = site.path.node.start ?? 0;
  return survey.sites
    .filter((other) => other.enclosing?.node === site.enclosing?.node || other.enclosing === undefined)
    .flatMap((other) => other.expressions.filter(isCondition))
    .toSorted((one, other) => Math.abs((one.node.start ?? 0) - at) - Math.abs((other.node.start ?? 0) - at))
    .map((path) => textOf(survey, path.node))
    .filter((text) => text.length <= 80);
}

/** A name that is no property of something. */
const word = /(?<![\w$.\u0080-\uffff])[\w$\u0080-\uffff]+/g;

/** The text with one of the names in it exchanged for another, in each possible way. */
export function withAnotherName(text: string, names: readonly string[]): string[] {
  const firstAt = new Map([...text.matchAll(word)].toReversed().map(({ 0: name, index }) => [name, index]));
  return names.flatMap((name) => {
    const at = firstAt.get(name);
    if (at === undefined) return [];
    const others = names.filter((other) => other !== name);
    const both = others.filter((other) => firstAt.has(other)).map((other) => exchanged(text, name, other));
    return [...both, ...others.map((other) => text.slice(0, at) + other + text.slice(at + name.length))];
  });
}

function exchanged(text: string, one: string, other: string): string {
  return text.replaceAll(word, (name) => (name === one ? other : name === other ? one : name));
}

export function negated(text: string): string {
  return text.startsWith('!') && !text.startsWith('!=') ? text.slice(1) : `!${grouped(text)}`;
}

/** Takes from each list in turn. */
export function interleave<Item>(lists: readonly (readonly Item[])[]): Item[] {
  const longest = Math.max(0, ...lists.map((list) => list.length));
  return Array.from({ length: longest }, (_, index) => lists.flatMap((list) => list.slice(index, index + 1))).flat();
}
