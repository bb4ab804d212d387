import type { MarkdownRenderer } from 'vitepress';

/** Puts each table into a box of its own that scrolls, by keyboard too: a table that scrolls itself is none any more for those who hear it. */
export function wideTables(markdown: MarkdownRenderer): void {
  let count = 0;
  markdown.core.ruler.before('block', 'count-tables', () => {
    count = 0;
  });
  markdown.renderer.rules['table_open'] = () =>
    `<div class="wide-table" tabindex="0" role="region" aria-label="Table ${++count}"><table>\n`;
  markdown.renderer.rules['table_close'] = () => '</table></div>\n';
}
