import { existsSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { expect, test } from 'vitest';
import { leadsTo } from './links.ts';
import { groups, isPage, placeOf, projectFolder } from './pages.ts';

const here = new Set(['docs/agents.md', 'docs/decisions/README.md', 'docs/README.md', 'CONTRIBUTING.md', 'src/main.ts', 'README.md']);
const to = (from: string, link: string) => leadsTo(from, link, (file) => here.has(file));

test('links between pages follow them to where they stand on the site', () => {
  expect(to('docs/scoring.md', 'agents.md#the-programs')).toEqual({ to: 'page', address: '/agents.html#the-programs' });
  expect(to('docs/scoring.md', 'decisions/README.md')).toEqual({ to: 'page', address: '/decisions/' });
  expect(to('docs/decisions/0001-a.md', '../README.md')).toEqual({ to: 'page', address: '/' });
  expect(to('docs/scoring.md', '../CONTRIBUTING.md')).toEqual({ to: 'page', address: '/contributing.html' });
  expect(to('CONTRIBUTING.md', 'docs/agents.md')).toEqual({ to: 'page', address: '/agents.html' });
});

test('what is no page is a file, and what is elsewhere or on the same page stays', () => {
  expect(to('docs/scoring.md', '../src/main.ts')).toEqual({ to: 'file', file: 'src/main.ts' });
  expect(to('docs/scoring.md', '../README.md')).toEqual({ to: 'file', file: 'README.md' });
  expect(to('docs/scoring.md', 'https://example.org/a.md')).toEqual({ to: 'elsewhere' });
  expect(to('docs/scoring.md', '#choice')).toEqual({ to: 'elsewhere' });
});

test('a link to what is not there is refused with its page', () => {
  expect(() => to('docs/scoring.md', 'gone.md#part')).toThrow('docs/scoring.md leads to gone.md#part, and there is no docs/gone.md.');
});

test('what stands in the side bar is a page, once, and each has a place of its own', () => {
  const pages = groups.flatMap((group) => group.pages);
  expect(pages.filter((page) => !isPage(page))).toEqual([]);
  expect(new Set(pages.map(placeOf)).size).toBe(pages.length);
});

test('whoever reads the files finds every page from the list of them', () => {
  const list = readFileSync(join(projectFolder, 'docs/README.md'), 'utf8');
  const pages = groups.flatMap((group) => group.pages).filter((page) => page !== 'docs/README.md' && existsSync(join(projectFolder, page)));
  expect(pages.filter((page) => !list.includes(`](${relative('docs', page)})`))).toEqual([]);
});
