import { isBuiltin } from 'node:module';
import type { Node } from '@babel/types';
import { childrenOf } from '../../source/children.ts';
import { nodesIn } from './nodes.ts';
import type { ModuleFunction } from './module-functions.ts';

/** Node's modules that compute and do nothing else. */
const pureModules = new Set(['assert', 'assert/strict', 'util', 'path', 'path/posix', 'url', 'querystring', 'buffer', 'string_decoder']);

/** Names of what reaches out, or answers otherwise each time. */
const reaching = new Set(
  'fetch process crypto performance document window navigator localStorage sessionStorage XMLHttpRequest WebSocket EventSource globalThis global self eval Function WeakRef setTimeout setInterval setImmediate queueMicrotask Worker Deno Bun'.split(
    ' ',
  ),
);

/** Whether it can be seen that a function does more than to compute from its arguments. What it only does in other files is not seen. */
export function isVisiblyImpure({ node, closure }: ModuleFunction): boolean {
  const isStatic = node.type === 'ClassMethod';
  if (!isStatic && usesThis(node)) return true;
  return closure.some((each) => [...nodesIn(each)].some(reachesOut));
}

function usesThis(node: Node): boolean {
  return childrenOf(node).some((child) => {
    if (child.type === 'ThisExpression') return true;
    const hasItsOwn = ['FunctionDeclaration', 'FunctionExpression', 'ObjectMethod', 'ClassDeclaration', 'ClassExpression'].includes(
      child.type,
    );
    return !hasItsOwn && usesThis(child);
  });
}

function reachesOut(node: Node): boolean {
  switch (node.type) {
    case 'Import':
    case 'ImportExpression':
      return true;
    case 'ImportDeclaration':
      return isReachingModule(node.source.value);
    case 'Identifier':
      return reaching.has(node.name);
    case 'MemberExpression':
      return isMember(node, 'Math', 'random') || isMember(node, 'Date', 'now');
    case 'NewExpression':
      return node.callee.type === 'Identifier' && node.callee.name === 'Date' && node.arguments.length === 0;
    case 'CallExpression': {
      if (node.callee.type !== 'Identifier') return false;
      const [first] = node.arguments;
      if (node.callee.name === 'require') return first?.type !== 'StringLiteral' || isReachingModule(first.value);
      return node.callee.name === 'Date';
    }
    default:
      return false;
  }
}

function isReachingModule(name: string): boolean {
  return isBuiltin(name) && !pureModules.has(name.replace(/^node:/, ''));
}

function isMember(node: Extract<Node, { type: 'MemberExpression' }>, object: string, property: string): boolean {
  return (
    node.object.type === 'Identifier' &&
    node.object.name === object &&
    node.property.type === 'Identifier' &&
    node.property.name === property
  );
}
