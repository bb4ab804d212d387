import { expect } from 'vitest';
import { inBrowser } from './support/in-browser.ts';
import { expectNoViolations } from './support/no-violations.ts';
import { keepPicture, openPage } from './support/open-page.ts';
import { finishedRun, waitingRun } from './support/stands.ts';

inBrowser(
  'all pages are reached by keys alone, and whatever can be done is found by its name',
  async () => {
    await using stand = await finishedRun();
    await using opened = await openPage(stand, '/');
    const { page } = opened;
    const heading = page.getByRole('heading', { level: 1 });
    await page.getByText('Live', { exact: true }).waitFor();
    expect(await page.title()).toBe('Runs · Miyabi');

    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to the content');
    await page.keyboard.press('Enter');
    await page.keyboard.type('gc');
    await expect.poll(async () => await heading.innerText()).toBe('Cost');
    expect(await page.evaluate('document.activeElement.id')).toBe('main');
    expect(await page.title()).toBe('Cost · Miyabi');

    await page.keyboard.type('?');
    const sheet = page.getByRole('dialog', { name: 'Keys' });
    await sheet.getByText('Inbox').waitFor();
    await expectNoViolations(page);
    // Where something is asked, keys are for that.
    await page.keyboard.type('gr');
    await page.keyboard.press('Escape');
    await sheet.waitFor({ state: 'detached' });
    expect(new URL(page.url()).pathname).toBe('/cost');

    await page.keyboard.press('Control+k');
    const palette = page.getByRole('dialog', { name: 'Search and do anything' });
    await palette.getByText(stand.run).waitFor();
    await expectNoViolations(page);
    await keepPicture(page, 'palette');
    await page.keyboard.type('dark');
    await palette.getByText('Theme: dark').waitFor();
    await page.keyboard.press('Enter');
    await expect.poll(async () => await page.evaluate('document.documentElement.dataset.theme')).toBe('dark');
    await page.keyboard.press('Control+k');
    await page.keyboard.type('parcels');
    await palette.getByText(stand.run).waitFor();
    await expectNoViolations(page);
    await page.keyboard.press('Enter');
    await expect.poll(() => new URL(page.url()).pathname).toBe(`/runs/${stand.run}`);

    // Single keys can be switched off, and what takes Ctrl goes on.
    await page.evaluate(`localStorage.setItem('miyabi.keys', 'off')`);
    await page.keyboard.type('gi');
    await page.keyboard.press('Control+k');
    await palette.waitFor();
    expect(new URL(page.url()).pathname).toBe(`/runs/${stand.run}`);
  },
  ['campaign'],
);

inBrowser('who is not signed in is asked for a token, is shown what they came for, and signs out again', async () => {
  await using stand = await finishedRun();
  await using opened = await openPage(stand, `/runs/${stand.run}/decisions`, { scope: 'none', expects: /status of 401/ });
  const { page } = opened;
  const token = page.getByLabel('Or sign in with a token');
  await token.waitFor();
  await expectNoViolations(page);
  await keepPicture(page, 'sign-in');
  await token.fill('miyabi_wrong');
  await page.keyboard.press('Enter');
  await page.getByRole('alert').waitFor();
  await token.fill(stand.tokens.read);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('navigation', { name: 'Pages', exact: true }).waitFor();
  expect(new URL(page.url()).pathname).toBe(`/runs/${stand.run}/decisions`);
  expect(await opened.context.cookies()).toMatchObject([{ name: 'miyabi_session', httpOnly: true, sameSite: 'Strict' }]);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await token.waitFor();
  expect(await opened.context.cookies()).toEqual([]);
});

inBrowser(
  'a link of miyabi open signs a browser in, once, and shows the run that it is about',
  async () => {
    await using stand = await waitingRun();
    const { stdout: link } = await stand.call('open', stand.run, '--print');
    await using opened = await openPage(stand, link.slice(stand.url.length), { scope: 'none', size: 'phone', expects: /status of 401/ });
    const { page } = opened;
    const inbox = page.getByRole('link', { name: /Inbox/ });
    await inbox.waitFor();
    expect(new URL(page.url()).pathname).toBe(`/runs/${stand.run}`);
    await expect.poll(async () => await inbox.innerText()).toMatch(/1\s*waits for you/);
    await page.getByRole('button', { name: 'More' }).click();
    await page.getByRole('option', { name: 'Settings' }).click();
    await page.getByRole('heading', { level: 1, name: 'Settings' }).waitFor();
    const again = await page.goto(link);
    expect(again?.status()).toBe(401);
  },
  ['campaign'],
);
