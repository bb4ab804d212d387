import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { references } from './references.ts';

const made = await references();

test.for(Object.keys(made))('docs/%s says what the code says; `node scripts/references.mjs` makes it anew', (name) => {
  expect(readFileSync(new URL(`../../docs/${name}`, import.meta.url), 'utf8')).toBe(made[name]);
});
