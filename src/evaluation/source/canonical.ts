import { createHash } from 'node:crypto';
import type { Node } from '@babel/types';

/** Keys that say where and how a node was written, not what it means. */
const layout = new Set([
  'start',
  'end',
  'loc',
  'range',
  'extra',
  'leadingComments',
  'trailingComments',
  'innerComments',
  'errors',
  'tokens',
]);

/** The meaning of a node as text: alike for code that differs in layout, quotes and comments only. Function bodies are left out. */
export function canonical(node: Node | null | undefined): string {
  return JSON.stringify(node, (key, value: unknown) => {
    if (layout.has(key)) return undefined;
    if (typeof value === 'bigint') return String(value);
    if (isBlock(value)) return '{}';
    return value;
  });
}

function isBlock(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'type' in value && value.type === 'BlockStatement';
}

/** A text that tells places apart, never longer than a line: of a long one its digest. */
export function brief(text: string): string {
  return text.length <= 200 ? text : createHash('sha256').update(text).digest('hex');
}
