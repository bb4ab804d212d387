import { withAnotherName } from '../../conditions.ts';
import { isAssignable, isIllTyped, kindOfText, kindOfType, localNames, textOf, type Proposal } from '../../proposal.ts';
import type { Site, Survey } from '../../survey.ts';
import { indentationAt } from '../../text.ts';
import { withAnotherNumber, withAnotherString, written } from './variants.ts';

/** A statement that may have been forgotten, put in before or behind another. */
export function* putIn(site: Site, survey: Survey): Iterable<Proposal> {
  if (!site.path.inList) return;
  for (const { text, prior, rule } of insertable(site, survey)) yield* inserted(site, survey, text, rule, prior);
}

interface Insertable {
  readonly text: string;
  readonly prior: number;
  readonly rule: string;
}

/** Statements of the function, as they are and with one name or number exchanged, then common small ones. */
function insertable(site: Site, survey: Survey): Insertable[] {
  const names = localNames(site.path).slice(0, 8);
  const near = survey.sites
    .filter((other) => other.enclosing?.node === site.enclosing?.node && isCopyable(other))
    .toSorted((one, other) => Math.abs(one.index - site.index) - Math.abs(other.index - site.index))
    .slice(0, 14)
    .map(({ path }) => textOf(survey, path.node))
    .filter((text) => text.length <= 120);
  const copies = near.map((text) => ({ text, prior: 0.25, rule: 'statement: copied' }));
  const varied = near.flatMap((text) => [
    ...withAnotherName(text, names).slice(0, 8),
    ...withAnotherNumber(text),
    ...withAnotherString(text, survey.strings),
  ]);
  const variants = varied.map((text) => ({ text, prior: 0.14, rule: 'statement: copied and changed' }));
  return [...uniqueTexts([...copies, ...small(site, survey, names), ...variants])]
    .filter(({ text }) => !isRefused(text, site))
    .slice(0, 110);
}

function isCopyable({ path }: Site): boolean {
  if (path.isExpressionStatement() || path.isContinueStatement() || path.isBreakStatement()) return true;
  if (path.isIfStatement()) return path.node.alternate === null || path.node.alternate === undefined;
  return path.isReturnStatement() && path.node.argument?.type !== 'JSXElement';
}

/** Small statements that are easily forgotten, for the variables in scope. */
function small(site: Site, survey: Survey, names: readonly string[]): Insertable[] {
  const { semicolon } = survey;
  const rule = 'statement: small one put in';
  const inLoop = site.path.findParent((parent) => parent.isLoop() || parent.isFunction())?.isLoop() === true;
  const jumps = inLoop ? ['continue', 'break'].map((text) => ({ text: text + semicolon, prior: 0.1, rule })) : [];
  // Codes of characters are read, and never written as characters: that is what is missing.
  const codes = survey.methods.some((method) => /^(charCodeAt|codePointAt)$/.test(method)) && !survey.methods.includes('fromCharCode');
  const forNames = names.flatMap((name, index) => {
    const usedAs = (pattern: string) =>
      new RegExp(`(?<![\\w$.])${name.replaceAll('$', String.raw`\$`)}${pattern}`).test(survey.source.text);
    const number = usedAs(String.raw`(\s*[-+*/%]=|\+\+|--| = \d)`);
    const list = usedAs(String.raw`(\.(push|pop|sort|map|filter|join|unshift)\(| = \[)`);
    const text = usedAs(String.raw`( = ['"\`]|\s*\+= ?['"\`])`);
    const forms: (readonly [string, number])[] = [[`return ${name}`, 0.18]];
    if (number) forms.push([`${name}++`, 0.2], [`${name}--`, 0.15], [`${name} = 0`, 0.2], [`${name} += 1`, 0.05]);
    if (list) {
      forms.push([`${name}.pop()`, 0.2], [`${name}.shift()`, 0.12], [`${name}.sort((a, b) => a - b)`, 0.25], [`${name}.sort()`, 0.15]);
      forms.push([`${name} = []`, 0.15], [`${name}.reverse()`, 0.15]);
      for (const other of names) if (other !== name) forms.push([`${name}.push(${other})`, 0.12]);
      for (const call of callsNear(site, survey)) forms.push([`${name}.push(${call})`, 0.08]);
    }
    if (text) {
      forms.push([`${name} = ''`, 0.15], [`${name} = ${name}.trim()`, 0.1]);
      for (const other of names) if (other !== name) forms.push([`${name} += ${other}`, 0.12]);
      if (codes) for (const other of names) if (other !== name) forms.push([`${name} += String.fromCharCode(${other})`, 0.35]);
      for (const value of survey.strings.slice(0, 4)) forms.push([`${name} += ${written(value, survey)}`, 0.12]);
      for (const call of callsNear(site, survey)) forms.push([`${name} += ${call}`, 0.12]);
    }
    return forms.map(([form, prior]) => ({ text: form + semicolon, prior: prior / (1 + index / 6), rule }));
  });
  return [...forNames, ...jumps, ...lastReturns(site, survey)];
}

/** Whether a statement gives another value to what is declared as `const`. */
function isRefused(statement: string, site: Site): boolean {
  const assigned = /^([\w$]+)(?:\+\+|--| (?:[-+*/%]|\*\*|&&|\|\||\?\?)?= )/.exec(statement)?.[1];
  return assigned !== undefined && !isAssignable(site.path, assigned);
}

/** A function whose last statement returns nothing may lack the answer for what came through. */
function lastReturns(site: Site, survey: Survey): Insertable[] {
  const { path, enclosing } = site;
  const block = path.parentPath;
  if (enclosing === undefined || block?.isBlockStatement() !== true || block.parentPath?.node !== enclosing.node) return [];
  if (path.node !== block.node.body.at(-1) || path.isReturnStatement() || path.isThrowStatement()) return [];
  const others = survey.sites.some((other) => other.enclosing?.node === enclosing.node && other.path.isReturnStatement());
  const wanted = kindOfType(enclosing.node.returnType);
  const values = ['false', 'true', '0', 'null', '[]', "''", '-1'].filter((value) => !isIllTyped(survey, wanted, kindOfText(value)));
  return values.map((value, index) => ({
    text: `return ${value}${survey.semicolon}`,
    prior: (others ? 0.35 : 0.15) / (1 + index / 4),
    rule: 'statement: last return',
  }));
}

/** Short calls of the same function, as values to append. */
function callsNear(site: Site, survey: Survey): string[] {
  const calls = survey.sites
    .filter((other) => other.enclosing?.node === site.enclosing?.node)
    .flatMap(({ expressions }) => expressions.filter((path) => path.isCallExpression() && !path.parentPath.isExpressionStatement()));
  return [...new Set(calls.map(({ node }) => textOf(survey, node)))].filter((text) => text.length <= 40).slice(0, 5);
}

function uniqueTexts(items: readonly Insertable[]): Insertable[] {
  return [...new Map(items.toReversed().map((item) => [item.text, item])).values()].toReversed();
}

function* inserted(site: Site, survey: Survey, statement: string, rule: string, prior: number): Iterable<Proposal> {
  const { node, key } = site.path;
  const start = node.start ?? 0;
  const end = node.end ?? 0;
  const indentation = indentationAt(survey.source.text, start);
  const leaves = site.path.isReturnStatement() || site.path.isThrowStatement();
  if (!leaves) yield { rule, prior, edits: [{ start: end, end, text: `\n${indentation}${statement}` }] };
  if (key === 0 || leaves)
    yield { rule, prior: leaves ? prior : prior * 0.7, edits: [{ start, end: start, text: `${statement}\n${indentation}` }] };
}
