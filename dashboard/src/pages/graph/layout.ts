import { graphlib, layout } from '@dagrejs/dagre';
import type { GraphNode, RunGraph } from './graph-model.ts';

/** Of a node, in pixels: what stands beside the plan says less than what stands in it. */
export function sizeOf({ kind }: Pick<GraphNode, 'kind'>): { readonly width: number; readonly height: number } {
  return kind === 'phase' ? { width: 164, height: 72 } : { width: 236, height: 100 };
}

/** The middle of a node, in pixels. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Places for the nodes of a graph, from left to right or from top to bottom, with the fewest crossings. */
export function placesOf({ nodes, edges }: RunGraph, direction: 'LR' | 'TB'): ReadonlyMap<string, Point> {
  const graph = new graphlib.Graph();
  graph.setGraph({ rankdir: direction, nodesep: 28, ranksep: 48, marginx: 16, marginy: 16 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const node of nodes) graph.setNode(node.id, sizeOf(node));
  for (const { from, to } of edges) graph.setEdge(from, to);
  layout(graph);
  return new Map(
    nodes.map(({ id }) => {
      const { x, y } = graph.node(id);
      return [id, { x, y }];
    }),
  );
}

export const arrows = ['ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight'] as const;
export type Arrow = (typeof arrows)[number];

const ways: Readonly<Record<Arrow, Point>> = {
  ArrowUp: { x: 0, y: -1 },
  ArrowDown: { x: 0, y: 1 },
  ArrowLeft: { x: -1, y: 0 },
  ArrowRight: { x: 1, y: 0 },
};

/** The nearest node in the direction of an arrow key; undefined where there is none. What lies aside counts as further away than what lies ahead. */
export function neighbour(places: ReadonlyMap<string, Point>, from: string, arrow: Arrow): string | undefined {
  const here = places.get(from);
  if (here === undefined) return undefined;
  const way = ways[arrow];
  const found = Array.from(places, ([id, { x, y }]) => {
    const [right, down] = [x - here.x, y - here.y];
    const ahead = right * way.x + down * way.y;
    const aside = Math.abs(right * way.y) + Math.abs(down * way.x);
    return { id, ahead, distance: ahead + 3 * aside };
  }).filter(({ ahead }) => ahead > 1);
  return found.toSorted((one, other) => one.distance - other.distance)[0]?.id;
}
