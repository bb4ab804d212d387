import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isNestedDeeper } from './json-depth.ts';

const bytes = (text: string): Uint8Array => Buffer.from(text);

function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}

it('says of every JSON text how deep it is', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 6 }), fc.nat(7), (value, most) => {
      return isNestedDeeper(bytes(JSON.stringify(value)), most) === depthOf(value) > most;
    }),
  );
});

it('is not misled by what stands in strings', () => {
  expect(isNestedDeeper(bytes(String.raw`{"a":"[[[[\"[[[\\"}`), 1)).toBe(false);
  expect(isNestedDeeper(bytes(String.raw`["\\",[1]]`), 1)).toBe(true);
});

it('looks at 200,000 levels without going down them, and at what is no JSON', () => {
  expect(isNestedDeeper(bytes('['.repeat(200_000)), 50)).toBe(true);
  expect(isNestedDeeper(bytes(`${'{"a":'.repeat(200_000)}1`), 50)).toBe(true);
  expect(isNestedDeeper(bytes(`"${'\\'.repeat(99)}`), 50)).toBe(false);
  expect(isNestedDeeper(bytes(']]]]'), 0)).toBe(false);
});
