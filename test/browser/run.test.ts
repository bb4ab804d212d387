import { expect } from 'vitest';
import { inBrowser } from './support/in-browser.ts';
import { expectNoViolations } from './support/no-violations.ts';
import { keepPicture, openPage } from './support/open-page.ts';
import { finishedRun } from './support/stands.ts';

inBrowser('a run is looked at from its timeline: what is chosen there scopes its log, and everything is reached by keys', async () => {
  await using stand = await finishedRun();
  await using opened = await openPage(stand, `/runs/${stand.run}`);
  const { page } = opened;
  const timeline = page.getByRole('grid', { name: 'Timeline' });
  await timeline.getByRole('button', { name: /^gamma works, attempt 1: done/ }).waitFor();
  expect(await page.title()).toContain('Light parcels');
  await page.getByText('alpha won with').waitFor();
  await expectNoViolations(page);
  await keepPicture(page, 'run');

  await timeline.getByRole('button', { name: /Issue and plan/ }).focus();
  for (const key of ['ArrowDown', 'ArrowRight', 'ArrowDown', 'ArrowDown']) await page.keyboard.press(key);
  await expect.poll(async () => String(await page.evaluate('document.activeElement.ariaLabel'))).toMatch(/^Carry out, attempt 1/);
  await page.keyboard.press('Enter');
  const chosen = page.getByRole('region', { name: 'Chosen: Carry out' });
  await chosen.getByText('Attempt 1', { exact: true }).waitFor();
  await chosen.getByText(/with the \d+ it led to/).waitFor();
  expect(new URL(page.url()).searchParams.get('task')).toMatch(/^[0-9a-f-]{36}$/);
  await page.getByRole('button', { name: 'Zoom to selected' }).click();
  await page.getByRole('button', { name: 'Show all' }).click();

  await timeline.getByRole('button', { name: /^gamma works, attempt 1/ }).click();
  await page.getByRole('log', { name: 'Log task-1.gamma' }).getByText('= ended after').waitFor();
  await chosen.waitFor({ state: 'detached' });
  await page.getByRole('region', { name: 'Chosen: gamma works' }).getByRole('button', { name: 'Choose nothing' }).click();
  expect(new URL(page.url()).search).toBe('');

  await page.getByRole('button', { name: 'As a table' }).click();
  await page.getByRole('table').getByRole('button', { name: 'gamma is checked' }).waitFor();
  await expectNoViolations(page);

  await page.keyboard.press('3');
  expect(await page.evaluate('document.activeElement.ariaLabel')).toBe('World gamma');
  await page.keyboard.press('f');
  const full = page.getByRole('dialog', { name: 'Log task-1.gamma' });
  await full.getByText('= ended after').waitFor();
  await full.getByLabel('Find in this log').fill('TRIED 1000 OF');
  await full.getByText('1 line', { exact: true }).waitFor();
  await page.keyboard.press('Enter');
  await full.getByText('1 of 1').waitFor();
  await expectNoViolations(page);
  await keepPicture(page, 'log');
  await page.keyboard.press('Escape');
  await full.waitFor({ state: 'detached' });
  expect(new URL(page.url()).searchParams.get('log')).toBe('task-1.gamma');

  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Download raw' }).click()]);
  expect(download.suggestedFilename()).toBe(`${stand.run}-task-1.gamma.log`);
});

inBrowser('the graph and the decisions of a run are pages of their own, by keys and as tables', async () => {
  await using stand = await finishedRun();
  await using opened = await openPage(stand, `/runs/${stand.run}/graph`, { theme: 'dark' });
  const { page } = opened;
  const graph = page.getByRole('group', { name: 'Graph of the run' });
  await graph.getByRole('link', { name: /Plan$/ }).focus();
  await page.keyboard.press('ArrowRight');
  await expect.poll(async () => await page.evaluate('document.activeElement.textContent')).toContain('alpha won');
  await expectNoViolations(page);
  await keepPicture(page, 'graph-dark');
  await page.getByRole('button', { name: 'As a table' }).click();
  await page.getByRole('table').getByText('alpha won').waitFor();
  expect(new URL(page.url()).searchParams.get('view')).toBe('table');
  await expectNoViolations(page);
  await page.getByRole('link', { name: /^task-1:/ }).click();
  await page.getByRole('region', { name: 'Chosen: Carry out' }).getByRole('link', { name: 'Its decisions' }).click();

  const decisions = page.getByRole('list', { name: 'Decisions' }).getByRole('listitem');
  await expect.poll(async () => await decisions.getByText('Carry out').count()).toBe(3);
  await expectNoViolations(page);
  await page.getByLabel('About which task').selectOption('');
  await page.getByRole('button', { name: /^choice/ }).click();
  await page.getByRole('list', { name: 'What there was to choose from' }).getByText('taken').waitFor();
  expect(new URL(page.url()).search).toBe('?kind=choice');
  await keepPicture(page, 'decisions-dark');
});

inBrowser('the pages of a run fit a phone, in both themes', async () => {
  await using stand = await finishedRun();
  for (const theme of ['light', 'dark'] as const) {
    await using opened = await openPage(stand, `/runs/${stand.run}`, { theme, size: 'phone', scope: 'read' });
    const { page } = opened;
    for (const [path, seen] of [
      ['', 'alpha is checked'],
      ['/graph', 'Clean up'],
      ['/decisions', 'choice 1'],
    ] as const) {
      await page.goto(`${stand.url}/runs/${stand.run}${path}`);
      await page.getByText(seen).first().waitFor();
      await expectNoViolations(page);
      expect(await page.evaluate('document.documentElement.scrollWidth'), path).toBe(390);
    }
    await keepPicture(page, `decisions-phone-${theme}`);
  }
});
