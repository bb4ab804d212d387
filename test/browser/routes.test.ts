import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { inBrowser } from './support/in-browser.ts';
import { expectNoViolations } from './support/no-violations.ts';
import { keepPicture, openPage } from './support/open-page.ts';
import { emptyStand, finishedRun } from './support/stands.ts';

const sourceOf = async (path: string): Promise<string> =>
  await readFile(fileURLToPath(new URL(`../../dashboard/src/${path}`, import.meta.url)), 'utf8');

/** The addresses of all pages, with `$run` for a run: whoever adds one is held to the same by these tests. */
async function routes(): Promise<readonly string[]> {
  const found = [...(await sourceOf('router.tsx')).matchAll(/\.\.\.at\('([^']+)'\)/g)].map(([, path]) => path!);
  expect(found.length).toBeGreaterThan(10);
  return found;
}

interface Place {
  readonly to: string;
  readonly name: string;
  readonly key: string;
}

/** The pages of the navigation. */
async function places(): Promise<readonly Place[]> {
  const found = (await sourceOf('frame/places.ts')).matchAll(/\{ to: '([^']+)', name: '([^']+)', .*key: '(\w)' \}/g);
  return [...found].map(([, to, name, key]) => ({ to: to!, name: name!, key: key! }));
}

/** Waits until a page has its heading and has asked whatever it asks. */
async function untilShown(page: Page): Promise<void> {
  await page.getByRole('heading', { level: 1 }).first().waitFor();
  await page.getByText('Live', { exact: true }).waitFor();
  await expect.poll(async () => await page.getByText(/^Loading/).count()).toBe(0);
}

/** What is drawn takes its size from its place a moment after it is there. */
async function untilItFits(page: Page, path: string): Promise<void> {
  const fits = async (): Promise<unknown> =>
    await page.evaluate('document.documentElement.scrollWidth <= document.documentElement.clientWidth');
  await expect.poll(fits, { message: path, timeout: 10_000 }).toBe(true);
}

/** As in another run, on another machine: sentences name long paths, and what is told to screen readers alone stands in the last column. */
async function tellMore(page: Page): Promise<void> {
  await page.evaluate(`
    for (const sentence of document.querySelectorAll('main :is(p, li, dd)')) sentence.append('/a-folder-of-long-names'.repeat(5));
    for (const cell of document.querySelectorAll('main td:last-child')) {
      const heard = document.createElement('span');
      heard.className = 'sr-only';
      heard.append('best');
      cell.append(heard);
    }
  `);
}

async function isWholeInBothThemes(page: Page, path: string): Promise<void> {
  await untilShown(page);
  expect(await page.getByRole('heading', { level: 1 }).count(), path).toBe(1);
  expect(await page.title(), path).toMatch(/^.+ · Miyabi$/);
  await untilItFits(page, path);
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await expectNoViolations(page);
  }
}

inBrowser(
  'every page of the navigation is a key and a name away, and the sheet of keys names it',
  async () => {
    await using stand = await finishedRun();
    await using opened = await openPage(stand, '/reference');
    const { page } = opened;
    await untilShown(page);
    const all = await places();
    const inNavigation = page.getByRole('navigation', { name: 'Pages', exact: true }).getByRole('link');
    await expect.poll(async () => await inNavigation.allInnerTexts()).toEqual(all.map(({ name }) => name));
    for (const { to, key, name } of all) {
      await page.keyboard.type(`g${key}`);
      await expect.poll(() => new URL(page.url()).pathname).toBe(to);
      await expect.poll(async () => await page.title()).toBe(`${name} · Miyabi`);
      await expect.poll(async () => await page.evaluate('document.activeElement.id')).toBe('main');
    }
    await page.keyboard.type('?');
    const sheet = page.getByRole('dialog', { name: 'Keys' });
    for (const { name } of all) await sheet.getByText(name, { exact: true }).first().waitFor();
    await page.keyboard.press('Escape');

    await using phone = await openPage(stand, '/', { size: 'phone', scope: 'read' });
    for (const { to, name } of all) {
      await phone.page.getByRole('button', { name: 'More' }).click();
      await phone.page.getByRole('option', { name: new RegExp(`^${name}`) }).click();
      await expect.poll(() => new URL(phone.page.url()).pathname).toBe(to);
      await phone.page.getByRole('dialog').waitFor({ state: 'detached' });
    }
  },
  ['campaign'],
);

for (const size of ['desk', 'phone'] as const)
  inBrowser(
    `every address of the dashboard has one heading, a title, its width and nothing that axe finds, in both themes (${size})`,
    async () => {
      await using stand = await finishedRun();
      await using opened = await openPage(stand, '/', { size });
      for (const route of await routes()) {
        const path = route.replace('$run', stand.run);
        await opened.page.goto(`${stand.url}${path}`);
        await isWholeInBothThemes(opened.page, path);
        await keepPicture(opened.page, `route-${size}${route.replaceAll(/\W+/g, '-')}`);
        await tellMore(opened.page);
        await untilItFits(opened.page, `${path}, told more`);
      }
    },
    ['campaign'],
  );

inBrowser('where there is nothing yet every page is whole, and says by which command that changes', async () => {
  await using stand = await emptyStand();
  await using opened = await openPage(stand, '/', { size: 'phone', theme: 'dark', scope: 'read' });
  const { page } = opened;
  for (const { to, says } of [
    { to: '/', says: 'miyabi demo' },
    { to: '/inbox', says: 'miyabi inbox --answered' },
    { to: '/cost', says: 'miyabi run ISSUE.md --agent model' },
    { to: '/statistics', says: 'miyabi run ISSUE.md' },
    { to: '/releases', says: 'miyabi config explain deploy.projects' },
    { to: '/knowledge', says: 'miyabi knowledge add' },
  ]) {
    await page.goto(`${stand.url}${to}`);
    await page.locator('code').filter({ hasText: says }).first().waitFor();
    await isWholeInBothThemes(page, to);
    await keepPicture(page, `empty${to.replaceAll('/', '-')}`);
  }
});

inBrowser('of a run that is not there it is said so, in the place of its page', async () => {
  await using stand = await emptyStand();
  await using opened = await openPage(stand, '/runs/run_0000000000', { size: 'phone', expects: /status of 404/ });
  await opened.page.getByRole('alert').waitFor();
  await isWholeInBothThemes(opened.page, '/runs/run_0000000000');
});
