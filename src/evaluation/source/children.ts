import { type Node, VISITOR_KEYS } from '@babel/types';

/** The nodes right below a node. */
export function childrenOf(node: Node): Node[] {
  return (VISITOR_KEYS[node.type] ?? []).flatMap((key) => {
    const value = (node as unknown as Readonly<Record<string, Node | readonly (Node | null)[] | null | undefined>>)[key];
    if (!value) return [];
    return Array.isArray(value) ? value.filter((child): child is Node => child !== null) : [value as Node];
  });
}
