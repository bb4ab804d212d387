import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { apiReference } from '../../../scripts/support/api-reference.ts';
import { openApiDocument } from './document.ts';
import { apiOperations } from './operations.ts';

const published = (path: string): string => readFileSync(new URL(`../../../docs/${path}`, import.meta.url), 'utf8');

it('is published as it is (node scripts/schemas.mjs)', () => {
  const document = openApiDocument(apiOperations);
  expect(JSON.parse(published('schemas/openapi.json'))).toEqual(document);
  expect(published('api-reference.md')).toBe(apiReference(document));
});

it('has a path parameter for each name in braces, and no two operations of one path and method', () => {
  for (const { id, path, params } of apiOperations)
    expect(
      [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name),
      id,
    ).toEqual(Object.keys(params.shape));
  expect(new Set(apiOperations.map(({ method, path }) => `${method} ${path}`)).size).toBe(apiOperations.length);
  expect(new Set(apiOperations.map(({ id }) => id)).size).toBe(apiOperations.length);
});
