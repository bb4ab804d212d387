/** @module-tag campaign */
import { once } from 'node:events';
import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { serveStatic } from '@hono/node-server/serve-static';
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { chromiumPath, endChromium, sharedChromium } from '../../test/browser/support/chromium.ts';
import { expectNoViolations } from '../../test/browser/support/no-violations.ts';
import { projectRoot, runNode, type Ended } from '../testing/run-program.ts';
import { temporaryPlace } from '../testing/temporary-folder.ts';
import { groups, isPage, placeOf } from './pages.ts';

/** Built once, offline, as `npm run docs:build` does. */
const place = temporaryPlace();
let built: Ended;

beforeAll(async () => {
  built = await runNode(['node_modules/vitepress/bin/vitepress.js', 'build', 'docs', '--outDir', place]);
}, 300_000);
afterAll(endChromium);

const pages = globSync(['docs/**/*.md', 'examples/*.md', '*.md'], { cwd: projectRoot }).filter(isPage);

/** The compiler inside of the builder reads our settings as well, and is older than what they name. */
const unknownTarget = /▲ \[WARNING\] Unrecognized target environment "es2024" \[tsconfig\.json\]/g;

test('the site is built without a word of anything that went wrong', () => {
  expect(built).toMatchObject({ code: 0, signal: null });
  expect(`${built.stdout}${built.stderr}`.replace(unknownTarget, '')).not.toMatch(/error|warning|dead link/i);
});

test('every page is on the site, and can be found from the side bar or from the list of decisions', () => {
  const made = globSync('**/*.html', { cwd: place }).toSorted();
  expect(made).toEqual([...pages.map((page) => placeOf(page).replace(/\.md$/, '.html')), '404.html'].toSorted());
  const listed = new Set(groups.flatMap((group) => group.pages));
  expect(pages.filter((page) => !listed.has(page) && !/^docs\/decisions\/\d/.test(page))).toEqual([]);
});

test('no link leads to a page that is not there, or to a part that its page does not have', () => {
  const texts = new Map(globSync('**/*.html', { cwd: place }).map((name) => [`/${name}`, readFileSync(path.join(place, name), 'utf8')]));
  const parts = new Map([...texts].map(([name, text]) => [name, new Set([...text.matchAll(/ id="([^"]+)"/g)].map(([, id = '']) => id))]));
  const dead = [...texts].flatMap(([from, text]) =>
    [...text.matchAll(/ href="([/#][^"]*)"/g)]
      .map(([, href = '']) => new URL(href, `http://site${from}`))
      .filter(({ pathname, hash }) => {
        const there = parts.get(pageOf(pathname));
        if (there === undefined) return !existsSync(path.join(place, pathname));
        return hash !== '' && !there.has(decodeURIComponent(hash.slice(1)));
      })
      .map(({ pathname, hash }) => `${from} leads to ${pathname}${hash}`),
  );
  expect([...new Set(dead)]).toEqual([]);
});

/** The page that a server answers an address of the site with, where it is one. */
function pageOf(address: string): string {
  if (address.endsWith('/')) return `${address}index.html`;
  return address.endsWith('.html') ? address : `${address}.html`;
}

const looked = ['/', '/start.html', '/configuration.html', '/security-model.html', '/architecture.html', '/decisions/'];

/** Serves the site for as long as somebody looks at it. */
async function serving(): Promise<{ readonly address: string } & Disposable> {
  const server = serve({ fetch: new Hono().use('*', serveStatic({ root: place })).fetch, hostname: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  return { address: `http://127.0.0.1:${port}`, [Symbol.dispose]: () => void server.close() };
}

test.skipIf(chromiumPath === undefined)(
  'axe finds nothing on a handful of pages, in light and in dark',
  async () => {
    using site = await serving();
    const browser = await sharedChromium();
    for (const colorScheme of ['light', 'dark'] as const) {
      const context = await browser.newContext({ viewport: { width: 1_440, height: 900 }, colorScheme, reducedMotion: 'reduce' });
      for (const page of looked) {
        const tab = await context.newPage();
        await tab.goto(`${site.address}${page}`, { waitUntil: 'networkidle' });
        await expectNoViolations(tab);
        await tab.close();
      }
      await context.close();
    }
  },
  300_000,
);

/** Texts of the side bar and of the head that stand beyond their place, and the page where it is wider than the window. */
const cutOff = `(() => {
  const beyond = (all, end) => [...document.querySelectorAll(all)]
    .filter((each) => each.checkVisibility() && each.getBoundingClientRect().right > end)
    .map((each) => each.textContent.trim() || each.className);
  const side = document.querySelector('.VPSidebar')?.getBoundingClientRect();
  const { scrollWidth, clientWidth } = document.documentElement;
  return [
    ...(side === undefined || side.right <= 0 ? [] : beyond('.VPSidebar .text', side.right)),
    ...beyond('.VPNavBar button, .VPNavBar a', clientWidth),
    ...(scrollWidth > clientWidth ? [scrollWidth + ' of ' + clientWidth] : []),
  ];
})()`;

test.skipIf(chromiumPath === undefined)(
  'nothing is cut off, however wide the window is',
  async () => {
    using site = await serving();
    const browser = await sharedChromium();
    const found: string[] = [];
    for (const width of [390, 1_024, 1_440, 1_600, 1_920]) {
      const context = await browser.newContext({ viewport: { width, height: 900 }, reducedMotion: 'reduce' });
      const tab = await context.newPage();
      for (const page of [...looked, '/comparison.html', '/statistics.html']) {
        await tab.goto(`${site.address}${page}`, { waitUntil: 'load' });
        found.push(...((await tab.evaluate(cutOff)) as readonly string[]).map((what) => `${page} at ${width}: ${what}`));
      }
      await context.close();
    }
    expect(found).toEqual([]);
  },
  300_000,
);
