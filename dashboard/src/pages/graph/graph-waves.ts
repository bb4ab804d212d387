import { stateOf } from '../run/timeline/rows.ts';
import type { GraphEdge, GraphNode, RunGraph } from './graph-model.ts';

/** Nodes above which tasks of a plan are shown in groups, until somebody opens one. */
export const mostNodes = 150;

/**
 * A graph that can be taken in: of a large one, tasks of a plan that can be begun at the same time are one node, and those of an opened one are shown.
 * @param open ids of groups.
 */
export function inWaves(graph: RunGraph, open: ReadonlySet<string>, most = mostNodes): RunGraph {
  const tasks = graph.nodes.filter(({ kind }) => kind === 'task');
  if (graph.nodes.length <= most) return graph;
  const waves = Map.groupBy(tasks, waveOf(tasks, graph.edges));
  const shownAs = new Map<string, string>();
  const groups = new Map<string, GraphNode>();
  for (const [wave, own] of waves) {
    const id = `wave-${wave}`;
    if (open.has(id) || own.length === 1) continue;
    groups.set(id, groupOf(id, wave, own));
    for (const node of own) shownAs.set(node.id, id);
  }
  const placed = new Set<string>();
  const nodes = graph.nodes.flatMap((node): readonly GraphNode[] => {
    const id = shownAs.get(node.id) ?? node.id;
    if (placed.has(id)) return [];
    placed.add(id);
    return [groups.get(id) ?? node];
  });
  const edges = new Map<string, GraphEdge>();
  for (const edge of graph.edges) {
    const [from, to] = [shownAs.get(edge.from) ?? edge.from, shownAs.get(edge.to) ?? edge.to];
    if (from !== to) edges.set(`${from} ${to}`, { from, to });
  }
  return { nodes, edges: [...edges.values()] };
}

function groupOf(id: string, wave: number, own: readonly GraphNode[]): GraphNode {
  return {
    id,
    kind: 'group',
    title: `Wave ${wave}`,
    state: stateOf(own.map((node) => ({ id: node.id, state: node.state, parent: null }))),
    task: undefined,
    minutes: null,
    costUsd: own.reduce((sum, { costUsd }) => sum + costUsd, 0),
    worlds: [],
    isCritical: own.some(({ isCritical }) => isCritical),
    of: own.length,
  };
}

/** How many tasks have to be done one after the other until a task is done, itself counted. */
function waveOf(tasks: readonly GraphNode[], edges: readonly GraphEdge[]): (node: GraphNode) => number {
  const known = new Set(tasks.map(({ id }) => id));
  const needs = Map.groupBy(
    edges.filter(({ from, to }) => known.has(from) && known.has(to)),
    ({ to }) => to,
  );
  const waves = new Map<string, number>();
  const wave = (id: string): number => {
    const found = waves.get(id);
    if (found !== undefined) return found;
    const own = 1 + Math.max(0, ...(needs.get(id) ?? []).map(({ from }) => wave(from)));
    waves.set(id, own);
    return own;
  };
  return ({ id }) => wave(id);
}
