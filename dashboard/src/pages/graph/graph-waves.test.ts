import { expect, test } from 'vitest';
import type { GraphNode, RunGraph } from './graph-model.ts';
import { inWaves } from './graph-waves.ts';

const node = (id: string, kind: GraphNode['kind'] = 'task', state: GraphNode['state'] = 'succeeded'): GraphNode => ({
  id,
  kind,
  title: id,
  state,
  task: id,
  minutes: 1,
  costUsd: 1,
  worlds: [],
  isCritical: false,
  of: 1,
});
const graph: RunGraph = {
  nodes: [node('plan', 'phase'), node('a'), node('b', 'task', 'running'), node('c'), node('d'), node('review', 'phase')],
  edges: [
    { from: 'plan', to: 'a' },
    { from: 'plan', to: 'b' },
    { from: 'a', to: 'c' },
    { from: 'b', to: 'c' },
    { from: 'c', to: 'd' },
    { from: 'd', to: 'review' },
  ],
};
const words = ({ nodes, edges }: RunGraph) => [nodes.map(({ id }) => id), edges.map(({ from, to }) => `${from} > ${to}`)];

test('a small graph is shown as it is', () => {
  expect(inWaves(graph, new Set(), 6)).toBe(graph);
});

test('of a large one tasks that can be done at the same time are one, and one alone stays itself', () => {
  const grouped = inWaves(graph, new Set(), 5);
  expect(words(grouped)).toEqual([
    ['plan', 'wave-1', 'c', 'd', 'review'],
    ['plan > wave-1', 'wave-1 > c', 'c > d', 'd > review'],
  ]);
  expect(grouped.nodes[1]).toMatchObject({ kind: 'group', title: 'Wave 1', of: 2, state: 'running', costUsd: 2 });
});

test('a wave that was opened shows its tasks', () => {
  expect(words(inWaves(graph, new Set(['wave-1']), 5))).toEqual(words(graph));
});
