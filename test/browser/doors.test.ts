import { expect } from 'vitest';
import { inBrowser } from './support/in-browser.ts';
import { openPage } from './support/open-page.ts';
import { finishedRun } from './support/stands.ts';

inBrowser('the dashboard is shown', async () => {
  await using stand = await finishedRun();
  await using opened = await openPage(stand, '/');
  await opened.page.getByRole('heading', { level: 1 }).waitFor();
  expect(await opened.page.title()).toBe('Runs · Miyabi');
});
