import type { NodePath } from '@babel/traverse';
import type { CallExpression, Expression } from '@babel/types';
import {
  fitted,
  grouped,
  isIllTyped,
  kindOf,
  localNames,
  replacing,
  textOf,
  type Family,
  type Proposal,
  type ValueKind,
} from '../proposal.ts';
import type { Survey } from '../survey.ts';

/** Methods that are taken for one another. */
const methodGroups = [
  'push unshift',
  'pop shift',
  'push pop shift unshift',
  'indexOf lastIndexOf includes findIndex',
  'startsWith endsWith includes',
  'min max',
  'floor ceil round trunc',
  'slice substring splice',
  'toUpperCase toLowerCase',
  'every some',
  'find filter findLast findIndex',
  'map filter flatMap forEach',
  'keys values entries',
  'padStart padEnd',
  'trim trimStart trimEnd',
  'replace replaceAll',
  'match matchAll',
  'add delete has',
  'get has',
  'charAt charCodeAt at',
  'parseInt parseFloat',
  'sqrt cbrt abs pow',
  'getMonth getDate getDay getFullYear getUTCDate',
  'all allSettled race any',
  'reduce reduceRight',
  'sort toSorted reverse toReversed',
].map((group) => group.split(' '));

/** What may be missing around an expression, with the kind of value it wants (`unknown`: any). */
const wrappings: readonly { readonly write: (text: string) => string; readonly wants: ValueKind; readonly prior: number }[] = [
  { write: (text) => `Math.abs(${text})`, wants: 'number', prior: 0.5 },
  { write: (text) => `Math.floor(${text})`, wants: 'number', prior: 0.35 },
  { write: (text) => `Math.round(${text})`, wants: 'number', prior: 0.3 },
  { write: (text) => `Math.ceil(${text})`, wants: 'number', prior: 0.3 },
  { write: (text) => `Math.trunc(${text})`, wants: 'number', prior: 0.15 },
  { write: (text) => `Math.max(0, ${text})`, wants: 'number', prior: 0.2 },
  { write: (text) => `Number(${text})`, wants: 'unknown', prior: 0.25 },
  { write: (text) => `String(${text})`, wants: 'unknown', prior: 0.2 },
  { write: (text) => `-${grouped(text)}`, wants: 'number', prior: 0.15 },
  { write: (text) => `${grouped(text)} / 2`, wants: 'number', prior: 0.2 },
  { write: (text) => `${grouped(text)} * 2`, wants: 'number', prior: 0.15 },
  { write: (text) => `${grouped(text)} * ${grouped(text)}`, wants: 'number', prior: 0.08 },
  { write: (text) => `${grouped(text)} / 100`, wants: 'number', prior: 0.1 },
  { write: (text) => `${grouped(text)}.trim()`, wants: 'string', prior: 0.35 },
  { write: (text) => `${grouped(text)}.toLowerCase()`, wants: 'string', prior: 0.4 },
  { write: (text) => `${grouped(text)}.toUpperCase()`, wants: 'string', prior: 0.25 },
  { write: (text) => `${grouped(text)}.split('')`, wants: 'string', prior: 0.12 },
  { write: (text) => `${grouped(text)}.sort()`, wants: 'array', prior: 0.35 },
  { write: (text) => `${grouped(text)}.sort((a, b) => a - b)`, wants: 'array', prior: 0.35 },
  { write: (text) => `${grouped(text)}.sort((a, b) => b - a)`, wants: 'array', prior: 0.15 },
  { write: (text) => `${grouped(text)}.reverse()`, wants: 'array', prior: 0.3 },
  { write: (text) => `${grouped(text)}.slice()`, wants: 'array', prior: 0.2 },
  { write: (text) => `[...${grouped(text)}]`, wants: 'array', prior: 0.2 },
  { write: (text) => `[...new Set(${text})]`, wants: 'array', prior: 0.35 },
  { write: (text) => `${grouped(text)}.slice(1)`, wants: 'unknown', prior: 0.25 },
  { write: (text) => `${grouped(text)}.slice(0, -1)`, wants: 'unknown', prior: 0.2 },
  { write: (text) => `${grouped(text)}.filter(Boolean)`, wants: 'array', prior: 0.2 },
  { write: (text) => `${grouped(text)}.join('')`, wants: 'array', prior: 0.2 },
  { write: (text) => `${grouped(text)}.join(' ')`, wants: 'array', prior: 0.1 },
  { write: (text) => `${grouped(text)}.length`, wants: 'unknown', prior: 0.15 },
  { write: (text) => `Boolean(${text})`, wants: 'unknown', prior: 0.08 },
];

/** Another method, other arguments, a call more or a call less around an expression. */
export const callFamily: Family = function* (site, survey) {
  for (const path of site.expressions) {
    if (path.isCallExpression()) yield* callProposals(path, survey);
    if (path.isAwaitExpression()) yield replacing(path.node, fitted(path, textOf(survey, path.node.argument)), 'call: without await', 0.15);
    if (isWrappable(path)) yield* wrapped(path, survey);
    if (path.isArrayExpression()) yield* neighboursExchanged(path.node.elements, survey, 0.45);
  }
};

function* callProposals(path: NodePath<CallExpression>, survey: Survey): Iterable<Proposal> {
  const { node } = path;
  const { callee } = node;
  if (callee.type === 'MemberExpression' && !callee.computed && callee.property.type === 'Identifier') {
    const present = callee.property.name;
    const others = new Set(methodGroups.filter((group) => group.includes(present)).flat());
    for (const name of others) if (name !== present) yield replacing(callee.property, name, 'call: another method', 0.6);
    for (const name of survey.methods.slice(0, 10)) {
      if (name !== present && !others.has(name)) yield replacing(callee.property, name, 'call: another method', 0.12);
    }
    yield replacing(node, fitted(path, textOf(survey, callee.object)), 'call: without this link', 0.35);
    if (/^(filter|map|slice|split|keys|values|entries|concat|flat|flatMap)$/.test(present)) {
      for (const by of orders(path, survey)) yield replacing(node, `${textOf(survey, node)}.sort(${by})`, 'call: sorted by a key', 0.22);
    }
  }
  if (node.arguments.length === 1 && node.arguments[0] !== undefined) {
    yield replacing(node, fitted(path, textOf(survey, node.arguments[0])), 'call: its argument alone', 0.35);
  }
  if (isAsync(path)) yield replacing(node, fitted(path, `await ${textOf(survey, node)}`), 'call: awaited', 0.4);
  yield* neighboursExchanged(node.arguments, survey, 0.5);
  yield* otherArguments(path, survey);
}

/** Comparisons for a sort: by what a table of the function says of the elements, by a property that the file reads. */
function orders(path: NodePath, survey: Survey): string[] {
  const tables = localNames(path).filter((name) => {
    const declared = path.scope.getBinding(name)?.path;
    return (
      declared?.isVariableDeclarator() === true &&
      declared.node.init?.type === 'ObjectExpression' &&
      declared.node.init.properties.length > 1
    );
  });
  const properties = survey.properties.filter((name) => name !== 'length').slice(0, 3);
  const keys = [
    ...tables.map((name) => [`${name}[a]`, `${name}[b]`]),
    ...[...properties, 'length'].map((name) => [`a.${name}`, `b.${name}`]),
  ];
  return keys.flatMap(([a, b]) => [`(a, b) => ${a} - ${b}`, `(a, b) => ${b} - ${a}`]);
}

function isAsync(path: NodePath): boolean {
  return path.getFunctionParent()?.node.async === true && path.parentPath?.isAwaitExpression() !== true;
}

function* otherArguments(path: NodePath<CallExpression>, survey: Survey): Iterable<Proposal> {
  const { node } = path;
  const texts = node.arguments.map((argument) => textOf(survey, argument));
  const callee = textOf(survey, node.callee);
  const called = (list: readonly string[]) => `${callee}(${list.join(', ')})`;
  for (const [index, text] of texts.entries()) {
    if (texts.length > 1) yield replacing(node, called(texts.toSpliced(index, 1)), 'call: an argument less', 0.25);
    const spread = text.startsWith('...') ? text.slice(3) : `...${text}`;
    const prior = /^Math\.(min|max)$/.test(callee) ? 0.6 : 0.1;
    yield replacing(node, called(texts.with(index, spread)), 'call: spread', prior);
  }
  if (texts.length > 4) return;
  if (/\.(sort|toSorted)$/.test(callee) && texts.length === 0) {
    yield replacing(node, called(['(a, b) => a - b']), 'call: sorted by number', 0.6);
    yield replacing(node, called(['(a, b) => b - a']), 'call: sorted by number', 0.4);
  }
  const names = localNames(path).slice(0, 5);
  if (texts.length <= 2) {
    for (const one of names) {
      for (const other of names) if (one !== other) yield replacing(node, called([one, other]), 'call: other arguments', 0.09);
    }
  }
  if (callee === 'parseInt' && texts.length === 1) yield replacing(node, called([...texts, '10']), 'call: radix', 0.3);
  for (const name of [...localNames(path).slice(0, 8), '0', '1', '-1', 'true']) {
    yield replacing(node, called([...texts, name]), 'call: an argument more', 0.15);
    if (texts.length > 0) yield replacing(node, called([name, ...texts]), 'call: an argument more', 0.08);
  }
}

/** Two neighbours of a list, exchanged. */
function* neighboursExchanged(
  list: CallExpression['arguments'] | readonly (Expression | null | { type: string })[],
  survey: Survey,
  prior: number,
): Iterable<Proposal> {
  for (const [index, one] of list.entries()) {
    const other = list[index + 1];
    if (one === null || other === undefined || other === null) continue;
    const nodes = [one as Expression, other as Expression] as const;
    const edits = [
      ...replacing(nodes[0], textOf(survey, nodes[1]), '', 0).edits,
      ...replacing(nodes[1], textOf(survey, nodes[0]), '', 0).edits,
    ];
    if (textOf(survey, nodes[0]) !== textOf(survey, nodes[1])) yield { rule: 'call: neighbours exchanged', prior, edits };
  }
}

function isWrappable(path: NodePath<Expression>): boolean {
  const { parentPath, key, listKey } = path;
  if (parentPath === null || path.isLiteral() || path.isFunction() || path.isAssignmentExpression() || path.isObjectExpression())
    return false;
  if (listKey === 'arguments' || listKey === 'elements') return true;
  if (parentPath.isMemberExpression()) return key === 'object' && !path.isThisExpression();
  if (parentPath.isAssignmentExpression()) return key === 'right';
  if (parentPath.isVariableDeclarator()) return key === 'init';
  if (parentPath.isForOfStatement()) return key === 'right';
  if (parentPath.isSpreadElement() || parentPath.isReturnStatement() || parentPath.isArrowFunctionExpression()) return true;
  if (parentPath.isObjectProperty()) return key === 'value' && !parentPath.node.shorthand;
  return (
    parentPath.isBinaryExpression() ||
    parentPath.isConditionalExpression() ||
    parentPath.isUnaryExpression() ||
    parentPath.isTemplateLiteral()
  );
}

function* wrapped(path: NodePath<Expression>, survey: Survey): Iterable<Proposal> {
  const text = textOf(survey, path.node);
  const kind = kindOf(path);
  if (/^(Math|JSON|Object|Array|Number|String|console|process)$/.test(text) || text.length > 200) return;
  for (const { write, wants, prior } of wrappings) {
    if (isIllTyped(survey, wants, kind)) continue;
    const agrees = wants === 'unknown' ? 1 : kind === wants ? 1.2 : kind === 'unknown' ? 0.7 : 0.08;
    yield replacing(path.node, fitted(path, write(text)), 'call: wrapped', prior * agrees);
  }
  if (kind === 'string' || kind === 'array' || kind === 'unknown') {
    const counters = localNames(path).filter(
      (name) => survey.source.text.includes(`${name}++`) || survey.source.text.includes(`${name} += 1`),
    );
    for (const name of counters.slice(0, 3)) {
      yield replacing(path.node, `${grouped(text)}.slice(${name})`, 'call: the rest from a counter', 0.2);
      yield replacing(path.node, `${grouped(text)}.slice(0, ${name})`, 'call: the part before a counter', 0.12);
    }
  }
  for (const call of callsNear(path, survey)) yield replacing(path.node, call(text), 'call: wrapped like another', 0.14);
  for (const name of functionsOfOneArgument(path)) {
    if (!text.startsWith(`${name}(`) || text.length < 80)
      yield replacing(path.node, `${name}(${text})`, 'call: wrapped in a function of the file', 0.25);
  }
}

/** Calls of the same function whose further arguments are literals: written around another first argument. */
function callsNear(path: NodePath, survey: Survey): ((text: string) => string)[] {
  const forms = new Map<string, (text: string) => string>();
  path.getFunctionParent()?.traverse({
    CallExpression({ node }) {
      const [, ...rest] = node.arguments;
      if (rest.length === 0 || rest.length > 2 || node.callee.type !== 'MemberExpression') return;
      const callee = textOf(survey, node.callee);
      const last = rest.map((argument) => textOf(survey, argument));
      const further = rest.length === 1 ? [last, ...survey.numbers.slice(0, 4).map((number) => [number])] : [last];
      if (!/^[A-Z]\w*\.\w+$/.test(callee)) return;
      for (const list of further) forms.set(`${callee} ${list.join()}`, (text) => `${callee}(${[text, ...list].join(', ')})`);
    },
  });
  return [...forms.values()].slice(0, 8);
}

function functionsOfOneArgument(path: NodePath): string[] {
  return Object.entries(path.scope.getAllBindings())
    .filter(([, binding]) => {
      const declared = binding.path;
      const init = declared.isVariableDeclarator() ? declared.node.init : declared.node;
      const isFunction =
        init?.type === 'FunctionDeclaration' || init?.type === 'ArrowFunctionExpression' || init?.type === 'FunctionExpression';
      return isFunction && init.params.length === 1;
    })
    .map(([name]) => name)
    .slice(0, 6);
}
