import { expect, test } from 'vitest';
import type { RunGraph } from './graph-model.ts';
import { neighbour, placesOf, sizeOf } from './layout.ts';

const graph = {
  nodes: ['plan', 'a', 'b', 'review'].map((id) => ({ id, kind: id.length === 1 ? 'task' : 'phase' })),
  edges: [
    { from: 'plan', to: 'a' },
    { from: 'plan', to: 'b' },
    { from: 'a', to: 'review' },
    { from: 'b', to: 'review' },
  ],
} as unknown as RunGraph;

test('what comes later lies further on, and nothing overlaps', () => {
  const places = placesOf(graph, 'LR');
  const [plan, a, b, review] = graph.nodes.map(({ id }) => places.get(id) ?? { x: 0, y: 0 });
  if (plan === undefined || a === undefined || b === undefined || review === undefined) throw new Error('A node has no place.');
  const [phase, task] = [sizeOf({ kind: 'phase' }), sizeOf({ kind: 'task' })];
  expect(a.x - plan.x).toBeGreaterThan((phase.width + task.width) / 2);
  expect(review.x - a.x).toBeGreaterThan((phase.width + task.width) / 2);
  expect(Math.abs(a.y - b.y)).toBeGreaterThan(task.height);
  const downwards = placesOf(graph, 'TB');
  expect((downwards.get('a')?.y ?? 0) - (downwards.get('plan')?.y ?? 0)).toBeGreaterThan((phase.height + task.height) / 2);
});

test('an arrow key leads to the nearest node in its direction, and stays where there is none', () => {
  const places = placesOf(graph, 'LR');
  expect(neighbour(places, 'a', 'ArrowRight')).toBe('review');
  expect(neighbour(places, 'a', 'ArrowLeft')).toBe('plan');
  expect([neighbour(places, 'a', 'ArrowDown'), neighbour(places, 'a', 'ArrowUp')]).toContain('b');
  expect(neighbour(places, 'review', 'ArrowRight')).toBeUndefined();
  expect(neighbour(places, 'elsewhere', 'ArrowRight')).toBeUndefined();
});
