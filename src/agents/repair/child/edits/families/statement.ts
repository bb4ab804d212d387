import { withAnotherName } from '../conditions.ts';
import {
  isAssignable,
  isIllTyped,
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

/** A statement put in, moved, exchanged with its neighbour, returned or assigned. */
export const statementFamily: Family = function* (site, survey) {
  yield* turned(site, survey);
  yield* moved(site, survey);
  yield* completed(site, survey);
  yield* separated(site, survey);
  yield* otherwise(site, survey);
  if (!site.path.inList) return;
  for (const { text, prior, rule } of insertable(site, survey)) {
    yield* inserted(site, survey, text, rule, prior);
  }
};

/** `f(x);` as `return f(x);` or `x = f(x);`; the branches of an if exchanged. */
function* turned(site: Site, survey: Survey): Iterable<Proposal> {
  const { path } = site;
  if (path.isExpressionStatement() && !path.get('expression').isAssignmentExpression()) {
    const text = textOf(survey, path.node);
    if (site.enclosing !== undefined) yield replacing(path.node, `return ${text}`, 'statement: returned', 0.4);
    for (const name of localNames(path).slice(0, 5)) {
      if (isAssignable(path, name)) yield replacing(path.node, `${name} = ${text}`, 'statement: assigned', 0.25);
    }
  }
  if (path.isExpressionStatement() && path.get('expression').isAssignmentExpression() && site.enclosing !== undefined) {
    yield replacing(path.node, `return ${textOf(survey, path.node)}`, 'statement: returned', 0.08);
  }
  if (path.isIfStatement() && path.node.alternate) {
    const { consequent, alternate } = path.node;
    const edits = [
      ...replacing(consequent, textOf(survey, alternate), '', 0).edits,
      ...replacing(alternate, textOf(survey, consequent), '', 0).edits,
    ];
    if (alternate.type !== 'IfStatement') yield { rule: 'statement: branches exchanged', prior: 0.45, edits };
  }
}

/** Exchanged with the next statement; taken out of its block, before or behind it. */
function* moved(site: Site, survey: Survey): Iterable<Proposal> {
  const { path } = site;
  if (!path.inList || typeof path.key !== 'number' || path.isFunctionDeclaration()) return;
  const next = path.getSibling(path.key + 1);
  const text = textOf(survey, path.node);
  if (next.isStatement() && !next.isFunctionDeclaration()) {
    const edits = [...replacing(path.node, textOf(survey, next.node), '', 0).edits, ...replacing(next.node, text, '', 0).edits];
    yield { rule: 'statement: exchanged with the next', prior: 0.35, edits };
  }
  const outer = path.parentPath?.parentPath;
  if (!path.isExpressionStatement() && !path.isReturnStatement()) return;
  if (outer?.isStatement() !== true || !outer.inList || outer.isFunctionDeclaration()) return;
  const gone = { start: path.node.start ?? 0, end: path.node.end ?? 0, text: '' };
  const indentation = indentationAt(survey.source.text, outer.node.start ?? 0);
  const behind = outer.node.end ?? 0;
  yield {
    rule: 'statement: moved behind its block',
    prior: 0.3,
    edits: [gone, { start: behind, end: behind, text: `\n${indentation}${text}` }],
  };
  const before = outer.node.start ?? 0;
  yield {
    rule: 'statement: moved before its block',
    prior: 0.15,
    edits: [gone, { start: before, end: before, text: `${text}\n${indentation}` }],
  };
}

/** `t = a; b = t` lacks `a = b` between the two: an exchange of two values of which one is lost. */
function* completed(site: Site, survey: Survey): Iterable<Proposal> {
  const { path } = site;
  if (!path.isVariableDeclaration() || typeof path.key !== 'number' || path.node.declarations.length !== 1) return;
  const kept = path.node.declarations[0];
  const next = path.getSibling(path.key + 1);
  const assigning = next.isExpressionStatement() ? next.node.expression : undefined;
  if (kept?.id.type !== 'Identifier' || !kept.init || assigning?.type !== 'AssignmentExpression') return;
  if (assigning.right.type !== 'Identifier' || assigning.right.name !== kept.id.name) return;
  const text = `${textOf(survey, kept.init)} = ${textOf(survey, assigning.left)}${survey.semicolon}`;
  yield putBehind(site, survey, text, 'statement: exchange completed', 0.6);
}

/** Where the turns of a loop append to a text: a separator between the turns, before or behind what is appended. */
function* separated(site: Site, survey: Survey): Iterable<Proposal> {
  const { path } = site;
  const loop = path.findParent((parent) => parent.isLoop() || parent.isFunction());
  const expression = path.isExpressionStatement() ? path.node.expression : undefined;
  if (loop?.isForStatement() !== true || expression?.type !== 'AssignmentExpression' || expression.left.type !== 'Identifier') return;
  const { name } = expression.left;
  const appends =
    expression.operator === '+=' || new RegExp(`= ${name.replaceAll('$', String.raw`\$`)} \\+`).test(textOf(survey, path.node));
  const { init } = loop.node;
  const counter = init?.type === 'VariableDeclaration' ? init.declarations[0]?.id : undefined;
  if (!appends || counter?.type !== 'Identifier' || !path.inList) return;
  const between = [...new Set([' ', ',', ', ', ...survey.strings.filter((text) => text !== '' && text.length < 4)])].slice(0, 6);
  for (const [index, value] of between.entries()) {
    const text = `if (${counter.name} > 0) ${name} += ${written(value, survey)}${survey.semicolon}`;
    yield putBefore(site, survey, text, 'statement: separator', 0.35 / (1 + index / 4));
  }
}

/** An `if` without an `else` gets one: what it does, the other way round. */
function* otherwise(site: Site, survey: Survey): Iterable<Proposal> {
  const { path } = site;
  if (!path.isIfStatement() || path.node.alternate) return;
  const inner = path.node.consequent.type === 'BlockStatement' ? path.node.consequent.body : [path.node.consequent];
  const [only] = inner;
  if (inner.length !== 1 || only?.type !== 'ExpressionStatement') return;
  const text = textOf(survey, only);
  const opposite = [...text.matchAll(/\+\+|--|\+=|-=|\btrue\b|\bfalse\b/g)].map(
    (match) => text.slice(0, match.index) + (opposites[match[0]] ?? '') + text.slice(match.index + match[0].length),
  );
  const varied = [...opposite, ...withAnotherNumber(text), ...withAnotherName(text, localNames(path).slice(0, 6)).slice(0, 6)];
  for (const [index, other] of varied.slice(0, 10).entries()) {
    const end = path.node.end ?? 0;
    yield { rule: 'statement: else', prior: 0.25 / (1 + index / 5), edits: [{ start: end, end, text: ` else { ${other} }` }] };
  }
}

const opposites: Readonly<Record<string, string>> = { '++': '--', '--': '++', '+=': '-=', '-=': '+=', true: 'false', false: 'true' };

function putBefore(site: Site, survey: Survey, statement: string, rule: string, prior: number): Proposal {
  const start = site.path.node.start ?? 0;
  return { rule, prior, edits: [{ start, end: start, text: `${statement}\n${indentationAt(survey.source.text, start)}` }] };
}

function putBehind(site: Site, survey: Survey, statement: string, rule: string, prior: number): Proposal {
  const end = site.path.node.end ?? 0;
  return {
    rule,
    prior,
    edits: [{ start: end, end, text: `\n${indentationAt(survey.source.text, site.path.node.start ?? 0)}${statement}` }],
  };
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

function withAnotherNumber(text: string): string[] {
  return [...text.matchAll(/(?<![\w$.])\d+(?![\w$.])/g)].flatMap((match) => {
    const [before, after] = [text.slice(0, match.index), text.slice(match.index + match[0].length)];
    return [Number(match[0]) + 1, Number(match[0]) - 1].map((value) => `${before}${value}${after}`);
  });
}

function withAnotherString(text: string, strings: readonly string[]): string[] {
  const match = /(['"])([^'"\\]*)\1/.exec(text);
  if (match === null) return [];
  return strings.slice(0, 8).map((value) => text.replace(match[0], `${match[1]}${value.replaceAll(match[1] ?? '', '')}${match[1]}`));
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

/** A string literal in the quotes that the file uses. */
function written(value: string, survey: Survey): string {
  const quoted = JSON.stringify(value);
  return survey.source.text.split("'").length > survey.source.text.split('"').length && !quoted.includes("'")
    ? `'${quoted.slice(1, -1)}'`
    : quoted;
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
