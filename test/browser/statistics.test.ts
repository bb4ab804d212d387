import { expect } from 'vitest';
import { inBrowser } from './support/in-browser.ts';
import { expectNoViolations } from './support/no-violations.ts';
import { keepPicture, openPage } from './support/open-page.ts';
import { emptyStand, finishedRun } from './support/stands.ts';

inBrowser(
  'how runs have fared is seen with its goals, what is not known is not called met, and what is asked for stands in the address',
  async () => {
    await using stand = await finishedRun();
    await using opened = await openPage(stand, '/');
    const { page } = opened;
    await page.getByRole('link', { name: 'Statistics' }).waitFor();
    await page.keyboard.press('g');
    await page.keyboard.press('t');
    await page.getByRole('heading', { name: 'Statistics', level: 1 }).waitFor();
    const fared = page.getByRole('region', { name: 'How they fared' }).getByRole('row');
    await fared.filter({ hasText: 'repair: conservative' }).first().waitFor();
    const acceptance = page.getByRole('region', { name: 'Acceptance figures' }).getByRole('row');
    const first = acceptance.filter({ hasText: 'an issue, on average' }).first();
    await first.getByText('met', { exact: true }).waitFor();
    await first.getByText('1 run', { exact: true }).waitFor();
    const cost = acceptance.filter({ hasText: 'an issue, cost on average' }).first();
    await cost.getByText('not measured', { exact: true }).waitFor();
    await cost.getByText(/No model was asked/).waitFor();
    const proposals = page.getByRole('list', { name: 'Proposals' }).getByRole('listitem');
    await proposals
      .filter({ hasText: 'gates.reviewPass' })
      .getByText(/40 outcomes that are needed/)
      .waitFor();
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await expectNoViolations(page);
    }
    await keepPicture(page, 'statistics');
    await page.getByLabel('Rows stand for').selectOption('phase');
    await fared.filter({ hasText: 'clean-up' }).first().waitFor();
    expect(new URL(page.url()).searchParams.get('by')).toBe('phase');
    await page.reload();
    await expect.poll(async () => await page.getByLabel('Rows stand for').inputValue()).toBe('phase');
  },
);

inBrowser('statistics of nothing say what begins a run, and fit a phone', async () => {
  await using stand = await emptyStand();
  await using phone = await openPage(stand, '/statistics', { theme: 'dark', size: 'phone', scope: 'read' });
  await phone.page.getByText('No run has ended in this time.').waitFor();
  await phone.page.getByText('miyabi run ISSUE.md').first().waitFor();
  await phone.page.getByRole('list', { name: 'Proposals' }).waitFor();
  expect(await phone.page.evaluate('document.documentElement.scrollWidth <= document.documentElement.clientWidth')).toBe(true);
  await expectNoViolations(phone.page);
});

inBrowser('statistics of a run fit a phone, and are found by their name', async () => {
  await using stand = await finishedRun();
  await using phone = await openPage(stand, '/statistics?by=phase', { theme: 'light', size: 'phone', scope: 'read' });
  const { page } = phone;
  await page.getByRole('region', { name: 'Acceptance figures' }).first().waitFor();
  expect(await page.evaluate('document.documentElement.scrollWidth <= document.documentElement.clientWidth')).toBe(true);
  await expectNoViolations(page);
  await page.getByRole('link', { name: 'Inbox' }).click();
  await page.getByRole('heading', { name: 'Inbox', level: 1 }).waitFor();
  await page.getByRole('button', { name: 'More' }).click();
  await page.getByRole('option', { name: 'Statistics' }).click();
  await page.getByRole('heading', { name: 'Statistics', level: 1 }).waitFor();
});
