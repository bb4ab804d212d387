import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { projectRoot } from './testing/run-program.ts';

const page = readFileSync(path.join(projectRoot, 'docs/security-model.md'), 'utf8');
/** Rows of the tables of threats: what is tried, what holds, and the test. */
const rows = page
  .slice(page.indexOf('## Threats'), page.indexOf('## What is not promised'))
  .split('\n')
  .filter((line) => line.startsWith('|') && !/^\| (threat|-)/.test(line))
  .map((line) => line.split('|').map((cell) => cell.trim()));

test('every threat names what holds, and the test that says so', () => {
  expect(rows.length).toBeGreaterThan(30);
  for (const [, threat, holds, held] of rows) {
    expect(holds, threat).toMatch(/\w/);
    expect(held, threat).toMatch(/^\[[^\]]+\]\(\.\.\/[^)]+\)$/);
  }
});

test.for(rows.map(([, threat = '', , held = '']) => ({ threat, held })))('who $threat meets a test that is there', ({ held }) => {
  const [, words = '', file = ''] = /^\[(.+)\]\(\.\.\/(.+)\)$/.exec(held) ?? [];
  expect(existsSync(path.join(projectRoot, file)), file).toBe(true);
  expect(sentences(readFileSync(path.join(projectRoot, file), 'utf8'))).toContainEqual(expect.stringContaining(words));
});

/** What stands in quotation marks in a program, on one line: names of tests and of attacks, and no comment. */
function sentences(program: string): readonly string[] {
  return [...program.matchAll(/(['`"])((?:(?!\1).)+)\1/g)].map(([, , text = '']) => text);
}
