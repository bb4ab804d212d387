import { expect, it } from 'vitest';
import { accepts, needFault, needsOf, readLabels, routeOf } from './needs.ts';

function labels(...texts: readonly string[]) {
  const read = readLabels(texts);
  if (read.kind === 'fault') throw new Error(`«${read.label}» is no label.`);
  return read.labels;
}

it('gives the same needs the same route, in whatever order and however often they are said', () => {
  expect(routeOf(['memoryMb>=4096', 'agent:codex', 'agent:codex'])).toBe(routeOf(['agent:codex', 'memoryMb>=4096']));
  expect(routeOf([])).toBe('');
  expect(needsOf(routeOf(['b', 'a']))).toEqual(['a', 'b']);
  expect(needsOf('')).toEqual([]);
});

it('lets a worker take what it has everything for, and nothing else', () => {
  const worker = labels('agent:codex', 'isolation:bubblewrap', 'memoryMb=8192');
  expect(accepts(worker, '')).toBe(true);
  expect(accepts(worker, routeOf(['agent:codex', 'memoryMb>=8192']))).toBe(true);
  expect(accepts(worker, routeOf(['agent:claude']))).toBe(false);
  expect(accepts(worker, routeOf(['memoryMb>=8193']))).toBe(false);
  expect(accepts(worker, routeOf(['disk>=1']))).toBe(false);
  expect(accepts(labels(), 'agent:codex')).toBe(false);
});

it('says what is wrong with a need, and which label is none', () => {
  expect(needFault('agent:codex')).toBeUndefined();
  expect(needFault('memoryMb>=1')).toBeUndefined();
  for (const wrong of ['', 'agent:', 'a,b', 'memoryMb>=', 'memoryMb>=-1', 'memoryMb=1', ' a', `a${'b'.repeat(100)}`])
    expect(needFault(wrong), wrong).toMatch(/^must /);
  expect(readLabels(['a', 'b c'])).toEqual({ kind: 'fault', label: 'b c' });
});
