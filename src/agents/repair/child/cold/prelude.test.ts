import { expect, test } from 'vitest';
import { processorMs } from '../../../../../test/support/processor-time.ts';
import { withProbes } from './prelude.ts';

const code = 'export function half(n) {__miyabiTick__(); return n / 2; }\n';

test.each([
  ['nothing', ''],
  ['how JSX is meant', '/** @jsxRuntime classic */\n/* @jsx h */\n'],
  ['a comment of one line', '// eslint-disable-next-line\n'],
  ['directives', `'use client';\n"use strict"\n\n`],
  ['a line for the system, then all of it', `#!/usr/bin/env node\n// one\n/* two\n * lines */ 'use strict'; `],
])('what counts stands behind %s and before the first statement, on its line', (_what, head) => {
  const [before, after] = withProbes(head + code, '/tmp/hits').split('globalThis.__miyabiTick__ ??');

  expect(before).toBe(head);
  expect(after).toMatch(/, 50000000\);export function half/);
  expect(after?.split('\n')).toHaveLength(2);
});

test('a file without counts stays as it is', () => {
  expect(withProbes(`'use strict';\nexports.one = 1;\n`, '/tmp/hits')).toBe(`'use strict';\nexports.one = 1;\n`);
});

test('neither long spaces nor a comment without an end make the look at the head slow', () => {
  const took = processorMs(() => {
    for (const head of [' '.repeat(200_000), '/*'.repeat(100_000), `'use ${'a '.repeat(100_000)}`, '/**/'.repeat(50_000)])
      withProbes(head + code, '');
  });

  expect(took).toBeLessThan(1000);
});
