import { withAnotherName } from '../conditions.ts';
import { isAssignable, localNames, replacing, textOf, type Family, type Proposal } from '../proposal.ts';
import type { Site, Survey } from '../survey.ts';
import { indentationAt } from '../text.ts';
import { putIn } from './statement/put-in.ts';
import { withAnotherNumber, written } from './statement/variants.ts';

/** A statement put in, moved, exchanged with its neighbour, returned or assigned. */
export const statementFamily: Family = function* (site, survey) {
  yield* turned(site, survey);
  yield* moved(site, survey);
  yield* completed(site, survey);
  yield* separated(site, survey);
  yield* otherwise(site, survey);
  yield* putIn(site, survey);
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
