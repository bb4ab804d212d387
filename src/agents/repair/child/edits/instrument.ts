import type { NodePath } from '@babel/traverse';
import type { Node, Statement } from '@babel/types';
import type { Site, Survey } from './survey.ts';
import { applyEdits, type TextEdit } from './text.ts';

/**
 * Names of the functions that instrumented code calls; the worker defines them. `hit` tells which statement
 * runs, `tick` is called once per turn of a loop and per call of a function and throws when the fuel is used up:
 * a candidate that loops for ever ends after a counted number of turns, whatever else the machine does.
 */
export const hitName = '__miyabiHit__';
export const tickName = '__miyabiTick__';

/**
 * Insertions that make every statement report itself. `offset` is added to the statement's index. No line moves. A statement that
 * makes a function (`const half = (n) => n / 2`) reports when the function is called, not when it is made.
 */
export function hitInsertions(survey: Survey, offset: number): TextEdit[] {
  return survey.sites.flatMap((site) => {
    const call = `${hitName}(${offset + site.index})`;
    const bodies = arrowBodies(site);
    if (bodies.length > 0) return bodies.flatMap((body) => [insertion(startOf(body), `(${call},`), insertion(endOf(body), ')')]);
    return aroundStatement(site, `${call};`);
  });
}

/** Of a statement at the top of a file all of them: it runs once, whatever is tested. Of one in a function only where it does nothing but make them. */
function arrowBodies({ expressions, enclosing, path }: Site): Node[] {
  const arrows = expressions.filter((each) => each.isArrowFunctionExpression());
  const makes = path.isVariableDeclaration() && path.node.declarations.every(({ init }) => init?.type === 'ArrowFunctionExpression');
  if (enclosing !== undefined && !makes) return [];
  return arrows.map(({ node }) => (node as { readonly body: Node }).body).filter(({ type }) => type !== 'BlockStatement');
}

function aroundStatement({ path }: Site, call: string): TextEdit[] {
  const start = startOf(path.node);
  const { parentPath } = path;
  if (path.isFunctionDeclaration()) return path.node.body.directives.length > 0 ? [] : [insertion(startOf(path.node.body) + 1, call)];
  if (path.isDeclaration() && !path.isVariableDeclaration() && !path.isClassDeclaration()) return [];
  if (parentPath?.isExportDeclaration() === true) return [insertion(startOf(parentPath.node), call)];
  if (parentPath?.isLabeledStatement() === true || (path.isVariableDeclaration() && parentPath?.isLoop() === true)) return [];
  if (path.inList) return [insertion(start, call)];
  return [insertion(start, `{${call}`), insertion(endOf(path.node), '}')];
}

/** Insertions that count turns of loops and calls of functions. No line moves. */
export function tickInsertions(survey: Survey): TextEdit[] {
  const inLoops = survey.loops.flatMap((path) => tickInLoop(path));
  const inFunctions = survey.functions.flatMap(({ node }) => {
    if (node.body.type !== 'BlockStatement' || node.body.directives.length > 0) return [];
    return [insertion(startOf(node.body) + 1, `${tickName}();`)];
  });
  return [...inLoops, ...inFunctions];
}

function tickInLoop(path: NodePath<Statement>): TextEdit[] {
  const { node } = path;
  if ((node.type === 'WhileStatement' || node.type === 'DoWhileStatement' || node.type === 'ForStatement') && node.test) {
    return [insertion(startOf(node.test), `${tickName}(),`)];
  }
  const body = 'body' in node ? node.body : undefined;
  if (body === undefined || body === null || Array.isArray(body) || body.type !== 'BlockStatement') return [];
  return [insertion(startOf(body) + 1, `${tickName}();`)];
}

/** The text with the edits and, around them, the insertions that still have a place. */
export function applyWithInsertions(source: string, edits: readonly TextEdit[], insertions: readonly TextEdit[]): string {
  const kept = insertions.filter(({ start }) => !edits.some((edit) => edit.start < start && start < edit.end));
  return applyEdits(source, [...kept, ...edits]);
}

function insertion(at: number, text: string): TextEdit {
  return { start: at, end: at, text };
}

function startOf(node: Node): number {
  return node.start ?? 0;
}

function endOf(node: Node): number {
  return node.end ?? 0;
}
