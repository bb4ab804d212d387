import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { graphFault } from './graph.ts';

const node = (key: string, ...on: readonly string[]) => ({ key, dependencies: on.map((name) => ({ on: name })) });

describe('the task graph', () => {
  it('accepts a diamond and what is known outside', () => {
    expect(graphFault([node('d', 'b', 'c'), node('b', 'a'), node('c', 'a'), node('a', 'outside')], new Set(['outside']))).toBeUndefined();
  });

  it('names a key that is used twice, and where', () => {
    expect(graphFault([node('a'), node('b'), node('a')])).toEqual({ kind: 'duplicate', index: 2, key: 'a' });
  });

  it('names a dependency on nothing, and where', () => {
    expect(graphFault([node('a'), node('b', 'a', 'c')])).toEqual({ kind: 'missing', index: 1, dependency: 1, on: 'c' });
  });

  it('tells a cycle by its path, without what only leads to it', () => {
    expect(graphFault([node('start', 'x'), node('x', 'y'), node('y', 'z'), node('z', 'x')])).toEqual({
      kind: 'cycle',
      index: 1,
      keys: ['x', 'y', 'z', 'x'],
    });
    expect(graphFault([node('a', 'a')])).toEqual({ kind: 'cycle', index: 0, keys: ['a', 'a'] });
  });

  it('copes with a chain of a hundred thousand tasks', () => {
    const chain = Array.from({ length: 100_000 }, (_, index) => (index === 0 ? node('0') : node(String(index), String(index - 1))));
    expect(graphFault(chain.toReversed())).toBeUndefined();
  });

  it('finds a cycle exactly when there is one', () => {
    const edges = fc.array(fc.tuple(fc.nat(7), fc.nat(7)), { maxLength: 14 });
    fc.assert(
      fc.property(edges, (pairs) => {
        const nodes = Array.from({ length: 8 }, (_, index) =>
          node(String(index), ...pairs.filter(([from]) => from === index).map(([, to]) => String(to))),
        );
        // Taking away, again and again, what depends on nothing that is left ends with nothing only without a cycle.
        let left = nodes;
        for (;;) {
          const rest = left.filter((each) => each.dependencies.some((edge) => left.some((other) => other.key === edge.on)));
          if (rest.length === left.length) break;
          left = rest;
        }
        expect(graphFault(nodes)?.kind === 'cycle').toBe(left.length > 0);
      }),
    );
  });
});
