import type { NodePath } from '@babel/traverse';
import type { BooleanLiteral, Expression, NumericLiteral, StringLiteral } from '@babel/types';
import { fitted, grouped, kindOf, replacing, textOf, type Family, type Proposal } from '../proposal.ts';
import type { Site, Survey } from '../survey.ts';

/** Another number, string, truth value or regular expression; one more or one less. */
export const literalFamily: Family = function* (site, survey) {
  for (const path of site.expressions) {
    if (path.isNumericLiteral()) yield* numberProposals(path, survey);
    else if (path.isStringLiteral()) yield* stringProposals(path, survey);
    else if (path.isBooleanLiteral()) yield* booleanProposals(path, site);
    else if (path.isRegExpLiteral()) {
      for (const flag of ['g', 'i', 'u', 's', 'm']) {
        const flags = path.node.flags.includes(flag) ? path.node.flags.replace(flag, '') : path.node.flags + flag;
        yield replacing(
          path.node,
          `/${path.node.pattern}/${flags}`,
          'literal: flag of a regular expression',
          flag === 'g' || flag === 'i' ? 0.4 : 0.1,
        );
      }
    } else if (path.isArrayExpression()) yield* withoutElements(path.node.elements, survey);
    else yield* oneMoreOrLess(path, survey);
  }
  yield* exchangedLiterals(site, survey);
  yield* everywhere(site, survey);
};

/** A string or number that the function writes more than once, changed everywhere; the case of all its strings. */
function* everywhere(site: Site, survey: Survey): Iterable<Proposal> {
  const own = survey.sites.filter(({ enclosing }) => enclosing !== undefined && enclosing.node === site.enclosing?.node);
  const literals = own.flatMap(({ expressions }) => expressions.filter((path) => path.isStringLiteral() || path.isNumericLiteral()));
  const here = site.expressions.find((path) => path.isStringLiteral() || path.isNumericLiteral());
  if (here === undefined || literals.length > 40) return;
  const text = textOf(survey, here.node);
  const alike = literals.filter(({ node }) => textOf(survey, node) === text);
  const changed = (paths: readonly NodePath<Expression>[], write: (text: string) => string) =>
    paths.flatMap(({ node }) => replacing(node, write(textOf(survey, node)), '', 0).edits);
  if (alike.length > 1 && alike[0] === here) {
    const others = [...new Set(literals.map(({ node }) => textOf(survey, node)))].filter((other) => other !== text);
    const sameType = others.filter((other) => /^\d/.test(other) === /^\d/.test(text));
    const steps = here.isNumericLiteral() ? [String(here.node.value + 1), String(Math.max(0, here.node.value - 1))] : [];
    for (const other of [...steps, ...sameType].slice(0, 8)) {
      yield { rule: 'literal: everywhere in the function', prior: 0.2, edits: changed(alike, () => other) };
    }
  }
  const strings = literals.filter((path) => path.isStringLiteral() && path.node.value.length > 1);
  if (strings.length < 2 || strings[0] !== here) return;
  for (const write of [capitalised, (one: string) => one.toLowerCase(), (one: string) => one.toUpperCase()]) {
    yield { rule: 'literal: case of all strings of the function', prior: 0.2, edits: changed(strings, write) };
  }
}

function capitalised(quoted: string): string {
  return quoted.charAt(0) + quoted.charAt(1).toUpperCase() + quoted.slice(2);
}

function* numberProposals(path: NodePath<NumericLiteral>, survey: Survey): Iterable<Proposal> {
  const { value } = path.node;
  const signed = path.parentPath.isUnaryExpression() && path.parentPath.node.operator === '-';
  const whole = Number.isInteger(value);
  if (whole && Math.abs(value) < 1e9) {
    yield replacing(path.node, String(value + 1), 'literal: one more', 0.8);
    yield replacing(path.node, signed || value > 0 ? String(value - 1) : '-1', 'literal: one less', 0.8);
  }
  const pool = survey.numbers.slice(0, 12).map((text) => [text, 0.4] as const);
  const usual = ['0', '1', '2', '10', '100', '1000', '60', '24', '7'].map((text) => [text, text.length === 1 ? 0.35 : 0.15] as const);
  const derived = [value * 2, value / 2, value * 10, value / 10, value + 2, value - 2, value + 3, 1 / value]
    .filter((result) => Number.isFinite(result) && result >= 0)
    .map((result) => [String(result), 0.2] as const);
  if (!signed && value !== 0) yield replacing(path.node, fitted(path, `-${value}`), 'literal: sign', 0.25);
  const characters = /charCode|codePoint/.test(survey.source.text) ? [65, 90, 91, 97, 122, 123, 48, 57, 58, 26] : [];
  const codes = characters.filter((code) => Math.abs(code - value) <= 40).map((code) => [String(code), 0.2] as const);
  const seen = new Set([String(value), String(value + 1), String(value - 1)]);
  for (const [text, prior] of [...pool, ...codes, ...usual, ...derived]) {
    if (seen.has(text)) continue;
    seen.add(text);
    yield replacing(path.node, text, 'literal: number', prior);
  }
}

function* stringProposals(path: NodePath<StringLiteral>, survey: Survey): Iterable<Proposal> {
  const { value } = path.node;
  if (path.parentPath.isImportExpression() || path.key === 'source') return;
  const quote = textOf(survey, path.node).charAt(0);
  const write = (text: string) =>
    quote +
    JSON.stringify(text)
      .slice(1, -1)
      .replaceAll(String.raw`\"`, '"')
      .replaceAll(quote, `\\${quote}`) +
    quote;
  const capital = value.charAt(0).toUpperCase() + value.slice(1);
  const variants: (readonly [string, number])[] = [
    ['', 0.45],
    [' ', 0.3],
    ...[capital, value.toLowerCase(), value.toUpperCase(), value.trim(), `${value} `, ` ${value}`].map((text) => [text, 0.3] as const),
    ...[value.slice(0, -1), value.slice(1)].map((text) => [text, 0.25] as const),
    ...survey.strings.slice(0, 20).map((text) => [text, 0.35] as const),
    ...[',', ', ', '\n', '.', '-', '_', '/', ':', ';'].map((text) => [text, 0.1] as const),
  ];
  if (value.length > 2 && value.length <= 16) {
    for (let index = 1; index < value.length - 1; index += 1) variants.push([value.slice(0, index) + value.slice(index + 1), 0.12]);
  }
  const seen = new Set([value]);
  for (const [text, prior] of variants) {
    if (seen.has(text)) continue;
    seen.add(text);
    yield replacing(path.node, write(text), 'literal: string', prior);
  }
}

function* booleanProposals(path: NodePath<BooleanLiteral>, site: Site): Iterable<Proposal> {
  yield replacing(path.node, String(!path.node.value), 'literal: truth value', 0.7);
  const others: NodePath<BooleanLiteral>[] = [];
  site.enclosing?.traverse({ BooleanLiteral: (other) => void others.push(other) });
  if (others.length < 2 || others[0]?.node !== path.node) return;
  const edits = others.flatMap(({ node }) => replacing(node, String(!node.value), '', 0).edits);
  yield { rule: 'literal: every truth value of the function', prior: 0.6, edits };
}

/** An element less: one value too many in a list is a common slip. */
function* withoutElements(
  elements: readonly ({ start?: number | null; end?: number | null } | null)[],
  survey: Survey,
): Iterable<Proposal> {
  if (elements.length < 2 || elements.length > 30) return;
  for (const [index, element] of elements.entries()) {
    const next = elements[index + 1];
    const previous = elements[index - 1];
    const start = next === undefined ? previous?.end : element?.start;
    const end = next === undefined ? element?.end : next?.start;
    if (typeof start !== 'number' || typeof end !== 'number') continue;
    const between = survey.source.text.slice(start, end);
    if (!between.includes('//')) yield { rule: 'literal: without an element', prior: 0.25, edits: [{ start, end, text: '' }] };
  }
}

/** `n` as `n - 1` and `n + 1`, where a number may stand. */
function* oneMoreOrLess(path: NodePath<Expression>, survey: Survey): Iterable<Proposal> {
  const kind = kindOf(path);
  const named = path.isIdentifier() || path.isMemberExpression() || path.isCallExpression() || path.isBinaryExpression();
  if (!named || (kind !== 'number' && kind !== 'unknown') || !standsForValue(path)) return;
  const text = grouped(textOf(survey, path.node));
  const prior = kind === 'number' ? 0.4 : 0.22;
  yield replacing(path.node, fitted(path, `${text} + 1`), 'literal: expression plus one', prior);
  yield replacing(path.node, fitted(path, `${text} - 1`), 'literal: expression minus one', prior);
}

function standsForValue(path: NodePath): boolean {
  const { parentPath, key, listKey } = path;
  if (parentPath === null) return false;
  if (listKey === 'arguments') return true;
  if (parentPath.isBinaryExpression() || parentPath.isReturnStatement()) return true;
  if (parentPath.isMemberExpression() && key === 'property') return parentPath.node.computed;
  if (parentPath.isVariableDeclarator() && key === 'init') return true;
  if (parentPath.isArrowFunctionExpression() && key === 'body') return true;
  return parentPath.isAssignmentExpression() && key === 'right';
}

/** Two literals of one kind in a statement, or a string or pattern with one of a later statement, exchanged. */
function* exchangedLiterals(site: Site, survey: Survey): Iterable<Proposal> {
  const later = survey.sites.filter(
    ({ index, enclosing }) => index > site.index && index < site.index + 8 && enclosing?.node === site.enclosing?.node,
  );
  for (const one of site.expressions) {
    if (!one.isStringLiteral() && !one.isRegExpLiteral()) continue;
    for (const other of later.flatMap(({ expressions }) => expressions).filter(({ type }) => type === one.type)) {
      const [text, otherText] = [textOf(survey, one.node), textOf(survey, other.node)];
      const edits = [...replacing(one.node, otherText, '', 0).edits, ...replacing(other.node, text, '', 0).edits];
      yield { rule: 'literal: two of the function exchanged', prior: 0.15, edits };
    }
  }
  const literals = site.expressions.filter((path) => path.isNumericLiteral() || path.isStringLiteral() || path.isRegExpLiteral());
  for (const [index, one] of literals.entries()) {
    for (const other of literals.slice(index + 1, index + 6)) {
      const texts = [textOf(survey, one.node), textOf(survey, other.node)] as const;
      if (one.type !== other.type || texts[0] === texts[1]) continue;
      const edits = [...replacing(one.node, texts[1], '', 0).edits, ...replacing(other.node, texts[0], '', 0).edits];
      yield { rule: 'literal: two exchanged', prior: 0.3, edits };
    }
  }
}
