import fc from 'fast-check';
import { expect, it } from 'vitest';
import { queueName, routeOfQueue } from './queue-name.ts';

it('can be read by people, and by pg-boss', () => {
  expect(queueName('default', '')).toBe('default_');
  expect(queueName('default', 'agent:codex,memoryMb>=4096')).toBe('default_agent/3acodex/2cmemoryMb/3e/3d4096');
});

it('is the name of one route of one namespace', () => {
  const text = fc.string({ unit: 'grapheme' });
  fc.assert(
    fc.property(text, text, text, (namespace, route, other) => {
      const name = queueName(namespace, route);
      expect(name).toMatch(/^[\w./-]+$/);
      expect(routeOfQueue(namespace, name)).toBe(route);
      expect(routeOfQueue(other, name)).toBe(other === namespace ? route : undefined);
    }),
  );
});
