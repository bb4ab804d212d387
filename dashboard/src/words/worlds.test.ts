import { expect, test } from 'vitest';
import { compareWorlds, worldColour, worldPlace } from './worlds.ts';

test('worlds have their places by name, whatever the order in which they came', () => {
  expect(['epsilon', 'alpha', 'somebody', 'gamma'].toSorted(compareWorlds)).toEqual(['alpha', 'gamma', 'epsilon', 'somebody']);
  expect(worldPlace('beta')).toBe(2);
  expect(worldPlace('somebody')).toBe(10);
});

test('whoever is no world comes by name', () => {
  expect(['writer-10', 'writer-2'].toSorted(compareWorlds)).toEqual(['writer-2', 'writer-10']);
});

test('a world has one colour, and after five they begin anew', () => {
  expect(worldColour('alpha')).toBe('var(--world-1)');
  expect(worldColour('epsilon')).toBe('var(--world-5)');
  expect(worldColour('zeta')).toBe('var(--world-1)');
});
