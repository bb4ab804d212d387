import type { Node } from '@babel/types';
import { childrenOf } from '../source/children.ts';
import { languageOf } from '../source/languages.ts';
import { parseSource } from '../source/parse-source.ts';
import { scanText } from '../source/scan-text.ts';

/** Decisions in the functions of a file, by the path of names that leads to each; '' is what stands outside of functions. */
type Decisions = ReadonlyMap<string, number>;

/**
 * The cyclomatic complexity of each function less one: conditions, loops, cases, handlers of errors, and `&&`, `||`, `??`. A function within
 * another counts for itself. @returns undefined where the file cannot be parsed.
 */
export function decisionsOf(text: string, path: string): Decisions | undefined {
  const file = parseSource(text, path);
  if (file === undefined) return undefined;
  const found = new Map<string, number>();
  const visit = (node: Node, place: string): void => {
    if (decides(node)) found.set(place, (found.get(place) ?? 0) + 1);
    const inner = isFunction(node)
      ? `${place}>${nameOf(node)}`
      : node.type === 'VariableDeclarator' || node.type === 'ClassDeclaration'
        ? `${place}>${nameOf(node)}`
        : place;
    for (const child of childrenOf(node)) visit(child, inner);
  };
  visit(file.program, '');
  return found;
}

function decides(node: Node): boolean {
  switch (node.type) {
    case 'IfStatement':
    case 'ConditionalExpression':
    case 'ForStatement':
    case 'ForInStatement':
    case 'ForOfStatement':
    case 'WhileStatement':
    case 'DoWhileStatement':
    case 'CatchClause':
    case 'LogicalExpression':
      return true;
    case 'SwitchCase':
      return node.test !== null && node.test !== undefined;
    case 'AssignmentExpression':
      return ['&&=', '||=', '??='].includes(node.operator);
    default:
      return false;
  }
}

function isFunction(node: Node): boolean {
  return /Function|ArrowFunction|ObjectMethod|ClassMethod|ClassPrivateMethod/.test(node.type);
}

function nameOf(node: Node): string {
  if ('id' in node && node.id?.type === 'Identifier') return node.id.name;
  return 'key' in node && node.key && typeof node.key === 'object' && 'name' in node.key ? node.key.name : '';
}

/**
 * What a change adds to the decisions in a file: the sum over its functions of what each has more than before, less what others lost, for
 * a decision that moves from one function to another is none that is added. Below 0 where it takes more away.
 *
 * @returns undefined where one of the two cannot be parsed.
 */
export function decisionsAdded(before: string | undefined, after: string, path: string): number | undefined {
  const now = decisionsOf(after, path);
  const then = before === undefined ? new Map<string, number>() : decisionsOf(before, path);
  if (now === undefined || then === undefined) return undefined;
  const names = new Set([...now.keys(), ...then.keys()]);
  return [...names].reduce((sum, name) => sum + (now.get(name) ?? 0) - (then.get(name) ?? 0), 0);
}

const branch = /\b(?:if|elif|elsif|unless|for|while|until|case|when|catch|except|rescue|guard|and|or)\b|&&|\|\||\?\?|\?(?![.?:\])>,;])/g;

/** Words and signs in lines of text that make a branch, for files that are not parsed. */
export function branchesInText(lines: readonly string[], path: string): number {
  const language = languageOf(path);
  if (language === undefined) return 0;
  const { bare } = scanText(lines.join('\n'), language);
  return bare.replace(/^\s*\*.*$/gm, '').match(branch)?.length ?? 0;
}
