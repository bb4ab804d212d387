import type { NodePath } from '@babel/traverse';
import type { Node, Statement } from '@babel/types';
import type { Survey } from './survey.ts';
import { applyEdits, type TextEdit } from './text.ts';

/**
 * Names of the functions that instrumented code calls; the worker defines them. `hit` tells which statement
 * runs, `tick` is called once per turn of a loop and per call of a function and throws when the fuel is used up:
 * a candidate that loops for ever ends after a counted number of turns, whatever else the machine does.
 */
export const hitName = '__miyabiHit__';
export const tickName = '__miyabiTick__';

/** Insertions that make every statement report itself. `offset` is added to the statement's index. No line moves. */
export function hitInsertions(survey: Survey, offset: number): TextEdit[] {
  return survey.sites.flatMap(({ path, index }) => {
    const call = `${hitName}(${offset + index});`;
    const start = startOf(path.node);
    if (path.isDeclaration() && !path.isVariableDeclaration()) return [];
    if (path.isVariableDeclaration() && path.parentPath.isLoop()) return [];
    if (path.inList && path.listKey !== 'params') return [insertion(start, call)];
    if (path.parentPath?.isLabeledStatement() === true || path.parentPath?.isExportNamedDeclaration() === true) return [];
    return [insertion(start, `{${call}`), insertion(endOf(path.node), '}')];
  });
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
