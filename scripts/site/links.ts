import { existsSync } from 'node:fs';
import { posix } from 'node:path';
import type { MarkdownRenderer } from 'vitepress';
import { isPage, placeOf, projectFolder } from './pages.ts';

/** What a link of a page leads to. */
export type Led =
  | { readonly to: 'elsewhere' }
  | { readonly to: 'page'; readonly address: string }
  /** A file that is no page: sources, tests, schemas. */
  | { readonly to: 'file'; readonly file: string };

/**
 * Where a link leads. Pages are written to be read as files too, so their links are relative to the file; on the site a page can stand elsewhere.
 *
 * @param from the page, from the folder of the project.
 * @throws Error where there is no such file.
 */
export function leadsTo(from: string, link: string, isThere = exists): Led {
  if (/^([a-z]+:|\/|#)/.test(link)) return { to: 'elsewhere' };
  const [path = '', anchor] = decodeURI(link).split('#');
  const file = posix.join(posix.dirname(from), path);
  if (!isThere(file)) throw new Error(`${from} leads to ${link}, and there is no ${file}.`);
  if (!isPage(file)) return { to: 'file', file };
  const address = `/${placeOf(file).replace(/(index)?\.md$/, (_, index?: string) => (index === undefined ? '.html' : ''))}`;
  return { to: 'page', address: anchor === undefined ? address : `${address}#${anchor}` };
}

function exists(file: string): boolean {
  return existsSync(posix.join(projectFolder, file));
}

/**
 * Makes links between files links between pages. What is no page is a link into the repository where it is published, and else is named without one.
 *
 * @param published the address that files of the repository have, with a slash at its end.
 */
export function linkPages(markdown: MarkdownRenderer, published: string | undefined): void {
  markdown.core.ruler.push('link-pages', ({ tokens, env }) => {
    const { realPath, path } = env as { readonly realPath?: string; readonly path: string };
    const from = posix.relative(projectFolder, realPath ?? path);
    for (const { children } of tokens) if (children !== null) linkInline(children, from, published);
  });
}

type Token = NonNullable<ReturnType<MarkdownRenderer['parseInline']>[number]['children']>[number];

function linkInline(tokens: readonly Token[], from: string, published: string | undefined): void {
  let named = false;
  for (const token of tokens) {
    if (token.type === 'link_open') named = linkOne(token, from, published);
    else if (token.type === 'link_close' && named) rename(token, 'named_file_close');
  }
}

/** @returns whether it is no link any more. */
function linkOne(token: Token, from: string, published: string | undefined): boolean {
  const led = leadsTo(from, token.attrGet('href') ?? '');
  if (led.to === 'page') token.attrSet('href', led.address);
  if (led.to !== 'file') return false;
  if (published !== undefined) {
    token.attrSet('href', `${published}${led.file}`);
    return false;
  }
  rename(token, 'named_file_open');
  token.attrs = [
    ['class', 'named-file'],
    ['title', led.file],
  ];
  return true;
}

function rename(token: Token, type: string): void {
  token.type = type;
  token.tag = 'span';
}
