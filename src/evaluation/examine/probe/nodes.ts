import { type Node, VISITOR_KEYS } from '@babel/types';

/** A node and everything in it, outermost first, in the order of the text. */
export function* nodesIn(node: Node): Generator<Node> {
  yield node;
  for (const child of childrenOf(node)) yield* nodesIn(child);
}

export function childrenOf(node: Node): Node[] {
  const fields = node as unknown as Readonly<Record<string, Node | readonly (Node | null)[] | null | undefined>>;
  return (VISITOR_KEYS[node.type] ?? []).flatMap((key) => {
    const value = fields[key];
    if (!value) return [];
    return Array.isArray(value) ? value.filter((child): child is Node => child !== null) : [value as Node];
  });
}
