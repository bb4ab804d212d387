/** A node of a task graph; `on` names keys of the same set or something known outside it. */
export interface GraphNode {
  readonly key: string;
  readonly dependencies: readonly { readonly on: string }[];
}

/** What is wrong with a graph, with the path of the fault. */
export type GraphFault =
  | { readonly kind: 'duplicate'; readonly index: number; readonly key: string }
  | { readonly kind: 'missing'; readonly index: number; readonly dependency: number; readonly on: string }
  /** `keys` begins and ends with the same key; each depends on the next. */
  | { readonly kind: 'cycle'; readonly index: number; readonly keys: readonly string[] };

/**
 * The first fault of a graph: a key used twice, a dependency on nothing, or a cycle.
 * @param known what may be depended on besides the nodes themselves.
 */
export function graphFault(nodes: readonly GraphNode[], known: ReadonlySet<string> = new Set()): GraphFault | undefined {
  const places = new Map<string, number>();
  for (const [index, node] of nodes.entries()) {
    if (places.has(node.key)) return { kind: 'duplicate', index, key: node.key };
    places.set(node.key, index);
  }
  for (const [index, node] of nodes.entries()) {
    const dependency = node.dependencies.findIndex((edge) => !places.has(edge.on) && !known.has(edge.on));
    const edge = node.dependencies[dependency];
    if (edge !== undefined) return { kind: 'missing', index, dependency, on: edge.on };
  }
  const keys = findCycle(nodes, places);
  return keys === undefined ? undefined : { kind: 'cycle', index: places.get(keys[0] ?? '') ?? 0, keys };
}

/** Depth first with a stack of its own, so that a long chain does not exhaust the call stack. */
function findCycle(nodes: readonly GraphNode[], places: ReadonlyMap<string, number>): readonly string[] | undefined {
  const finished = new Set<string>();
  for (const start of nodes) {
    const path: { readonly node: GraphNode; next: number }[] = [{ node: start, next: 0 }];
    const onPath = new Set([start.key]);
    while (path.length > 0 && !finished.has(start.key)) {
      const top = path.at(-1);
      if (top === undefined) break;
      const edge = top.node.dependencies[top.next];
      top.next += 1;
      if (edge === undefined) {
        finished.add(top.node.key);
        onPath.delete(top.node.key);
        path.pop();
        continue;
      }
      if (onPath.has(edge.on)) {
        const keys = path.map((step) => step.node.key);
        return [...keys.slice(keys.indexOf(edge.on)), edge.on];
      }
      const next = nodes[places.get(edge.on) ?? -1];
      if (next === undefined || finished.has(next.key)) continue;
      path.push({ node: next, next: 0 });
      onPath.add(next.key);
    }
  }
  return undefined;
}
