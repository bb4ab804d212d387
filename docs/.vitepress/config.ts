import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitepress';
import { hiddenComments } from '../../scripts/site/hidden-comments.ts';
import { indentedCode } from '../../scripts/site/indented-code.ts';
import { linkPages } from '../../scripts/site/links.ts';
import { notPages, placeOf, sideBar } from '../../scripts/site/pages.ts';
import { publishedAt } from '../../scripts/site/published-at.ts';
import { wideTables } from '../../scripts/site/wide-tables.ts';

/** The documentation as a site: `npm run docs` shows it while it is written, `npm run docs:build` makes it. */
export default defineConfig({
  lang: 'en-GB',
  title: 'Miyabi',
  description: 'From an issue to a verified change: every task in five parallel worlds, judged by what its code does when it is run.',
  srcDir: fileURLToPath(new URL('../..', import.meta.url)),
  srcExclude: notPages,
  rewrites: placeOf,
  outDir: fileURLToPath(new URL('dist', import.meta.url)),
  cacheDir: fileURLToPath(new URL('../../node_modules/.cache/vitepress', import.meta.url)),
  metaChunk: true,
  vite: { build: { chunkSizeWarningLimit: 2_000 } },
  markdown: {
    // A page may say <run> and mean it.
    html: false,
    theme: { light: 'github-light-high-contrast', dark: 'github-dark-high-contrast' },
    config: (markdown) => {
      linkPages(markdown, publishedAt());
      wideTables(markdown);
      indentedCode(markdown);
      hiddenComments(markdown);
    },
  },
  themeConfig: {
    search: { provider: 'local' },
    outline: { level: [2, 3] },
    nav: [
      { text: 'Start', link: '/start' },
      { text: 'Commands', link: '/commands' },
      { text: 'Configuration', link: '/configuration' },
      { text: 'Decisions', link: '/decisions/' },
    ],
    sidebar: sideBar(),
  },
});
