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
  const places = new Map<string, Place>();
  for (const [index, node] of nodes.entries()) {
    if (places.has(node.key)) return { kind: 'duplicate', index, key: node.key };
    places.set(node.key, { index, node });
  }
  for (const { index, node } of places.values()) {
    const dependency = node.dependencies.findIndex((edge) => !places.has(edge.on) && !known.has(edge.on));
    const edge = node.dependencies[dependency];
    if (edge !== undefined) return { kind: 'missing', index, dependency, on: edge.on };
  }
  return findCycle(places);
}

interface Place {
  readonly index: number;
  readonly node: GraphNode;
}

/** Depth first with a stack of its own, so that a long chain does not exhaust the call stack. */
function findCycle(places: ReadonlyMap<string, Place>): GraphFault | undefined {
  const begun = new Set<string>();
  const finished = new Set<string>();
  for (const start of places.values()) {
    const path = [{ node: start.node, next: 0 }];
    begun.add(start.node.key);
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const edge = top.node.dependencies[top.next];
      top.next += 1;
      if (edge === undefined) {
        finished.add(top.node.key);
        path.pop();
        continue;
      }
      const place = places.get(edge.on);
      if (place === undefined || finished.has(edge.on)) continue;
      if (begun.has(edge.on)) {
        const keys = path.map((step) => step.node.key);
        return { kind: 'cycle', index: place.index, keys: [...keys.slice(keys.indexOf(edge.on)), edge.on] };
      }
      path.push({ node: place.node, next: 0 });
      begun.add(edge.on);
    }
  }
  return undefined;
}
