import type { CodeNode } from './tree.ts';

const known = new Map<string, Promise<readonly CodeNode[]>>();

/** The tree of a text, read once however many steps ask for it; the library is loaded with the first of them. */
export function treesOf(text: string, grammar: 'TypeScript' | 'Tsx' | 'JavaScript'): Promise<readonly CodeNode[]> {
  const key = `${grammar}\n${text}`;
  const read = known.get(key) ?? import('./tree.ts').then(async ({ readTree }) => await readTree(text, grammar));
  known.set(key, read);
  return read;
}
