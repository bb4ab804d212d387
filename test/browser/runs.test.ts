import { expect } from 'vitest';
import { inBrowser } from './support/in-browser.ts';
import { expectNoViolations } from './support/no-violations.ts';
import { keepPicture, openPage } from './support/open-page.ts';
import { emptyStand, runningRun, waitingRun } from './support/stands.ts';

const mending = { MIYABI_AGENT_NAME: 'command', MIYABI_AGENT_COMMAND: "sed -i.bak 's/a - b/a + b/' src/add.js && rm -f src/add.js.bak" };

inBrowser('a run is begun on the page of runs, found there, and looked at on a phone', async () => {
  await using stand = await emptyStand({ env: mending });
  await using opened = await openPage(stand, '/', { theme: 'dark', expects: /status of 422/ });
  const { page } = opened;
  await page.getByText('miyabi demo').waitFor();
  await expectNoViolations(page);
  await keepPicture(page, 'runs-empty-dark');

  await page.keyboard.type('n');
  const dialog = page.getByRole('dialog', { name: 'New run' });
  await dialog.getByLabel('Issue', { exact: true }).fill('# add() subtracts\n\nadd(2, 3) is -1.');
  await dialog.getByLabel('Repository').fill('/nowhere/at/all');
  await dialog.getByLabel('Worlds').fill('1');
  await dialog.getByLabel('Approve everything').check();
  await expectNoViolations(page);
  await keepPicture(page, 'new-run-dark');
  await dialog.getByRole('button', { name: 'Start' }).click();
  await dialog.getByRole('alert').waitFor();
  await dialog.getByLabel('Repository').fill(stand.project);
  await dialog.getByRole('button', { name: 'Start' }).click();
  await page.waitForURL(/\/runs\/run_/);
  const run = new URL(page.url()).pathname.split('/').at(-1)!;
  await page.getByRole('heading', { level: 1, name: 'add() subtracts' }).waitFor();
  await page.keyboard.type('gr');
  const row = page.getByRole('row').filter({ hasText: run });
  await row.getByText('done').waitFor({ timeout: 150_000 });
  await row.getByText('alpha').waitFor();

  await page.keyboard.type('/');
  await page.keyboard.type('nothing is called so');
  await page.getByText('No run is like this.').waitFor();
  expect(new URL(page.url()).searchParams.get('q')).toBe('nothing is called so');
  await page.getByRole('button', { name: 'Show all runs' }).click();
  await row.waitFor();
  expect(new URL(page.url()).search).toBe('');
  await page.getByLabel('State').selectOption('failed');
  await page.getByText('No run is like this.').waitFor();
  await page.goBack();
  await using phone = await openPage(stand, '/?state=completed', { size: 'phone' });
  await phone.page.getByRole('link', { name: 'add() subtracts' }).waitFor();
  await expectNoViolations(phone.page);
  expect(await phone.page.evaluate('document.documentElement.scrollWidth')).toBe(390);
  await keepPicture(phone.page, 'runs-phone');
});

inBrowser(
  'runs are chosen and cancelled by keys, each with what came of it; whoever may only look cannot',
  async () => {
    await using stand = await runningRun({ worlds: 1 });
    await using opened = await openPage(stand, '/', { expects: /status of 409/ });
    const { page } = opened;
    await page.getByRole('row').filter({ hasText: stand.run }).waitFor();
    await page.keyboard.type('jx');
    await page.getByText('1 run chosen').waitFor();
    await expectNoViolations(page);
    await keepPicture(page, 'runs-chosen');
    await page.getByRole('button', { name: 'Retry' }).click();
    await page.getByText(/Retry: done 1 of 1/).waitFor();
    await page.getByLabel('Results').getByText(`${stand.run} has nothing to try again.`).waitFor();
    await page.getByRole('button', { name: 'Close' }).click();
    await page.getByLabel(`Choose ${stand.run}`).check();
    await page.getByRole('button', { name: 'Cancel', exact: true }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel them' }).click();
    await page.getByText(/Cancel: done 1 of 1/).waitFor();
    await expectNoViolations(page);
    await page.getByRole('row').filter({ hasText: stand.run }).getByText('cancelled').waitFor();
    await using looker = await openPage(stand, '/', { scope: 'read' });
    const button = looker.page.getByRole('button', { name: 'New run' });
    await button.waitFor();
    expect(await button.isDisabled()).toBe(true);
    expect(await button.getAttribute('title')).toMatch(/takes the scope operate/);
  },
  ['campaign'],
);

inBrowser('what waits for somebody stands before all other runs', async () => {
  await using stand = await waitingRun();
  await using opened = await openPage(stand, '/');
  const { page } = opened;
  await page.getByText('1 waits for you').first().waitFor();
  await page.getByRole('row').filter({ hasText: stand.run }).getByText('needs you').waitFor();
  await expectNoViolations(page);
  await keepPicture(page, 'runs-waiting');
});
