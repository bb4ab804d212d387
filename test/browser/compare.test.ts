import { expect } from 'vitest';
import { inBrowser } from './support/in-browser.ts';
import { expectNoViolations } from './support/no-violations.ts';
import { keepPicture, openPage } from './support/open-page.ts';
import { finishedRun, runningRun } from './support/stands.ts';

inBrowser(
  'worlds are compared: why one won, its points beside those of the others, the evidence, and the way to take another',
  async () => {
    await using stand = await finishedRun();
    await using opened = await openPage(stand, `/runs/${stand.run}/compare`);
    const { page } = opened;
    await page.getByText(/^alpha won .* Confidence \d+ %\.$/).waitFor();
    const points = page.getByRole('region', { name: 'Points of the worlds' });
    expect(await points.getByRole('columnheader').allInnerTexts()).toEqual([
      'Criterion',
      ...['alpha', 'beta', 'gamma', 'delta', 'epsilon'].map((world) => expect.stringContaining(world)),
    ]);
    expect(
      await points
        .getByRole('row', { name: /^Points/ })
        .getByRole('cell')
        .allInnerTexts(),
    ).toContainEqual(expect.stringMatching(/^100\.0/));
    expect(await points.getByRole('columnheader', { name: 'gamma' }).getByRole('button', { name: 'Pick gamma' }).isDisabled()).toBe(true);
    await page.getByText('What the points rest on').click();
    await page.getByText('21 of 21 counted tests pass.').first().waitFor();
    await page.getByText('The path of the choice').click();
    const evidence = page.getByRole('region', { name: 'Tests in each world' });
    expect(await evidence.getByRole('row').count()).toBeGreaterThan(1);
    await expectNoViolations(page);
    await keepPicture(page, 'compare-light');

    await page.getByRole('checkbox', { name: /Only where they differ/ }).check();
    await page.getByText('No test tells the worlds apart.').waitFor();

    await points.getByRole('button', { name: 'Pick beta' }).click();
    const dialog = page.getByRole('dialog', { name: 'Pick beta' });
    await dialog.getByText('hands the change of beta over as a branch').waitFor();
    await dialog.getByText('It is as good as alpha').waitFor();
    await dialog.getByLabel('Why this one?').fill('It rounds later.');
    await expectNoViolations(page);
    await page.keyboard.press('Escape');

    await points.getByRole('link', { name: 'Diff of beta' }).click();
    await expect.poll(() => new URL(page.url()).pathname).toBe(`/runs/${stand.run}/diff`);
    await page.getByRole('region', { name: 'Changed lines' }).getByText('Math.max').first().waitFor();

    await using dark = await openPage(stand, `/runs/${stand.run}/compare`, { theme: 'dark', size: 'phone', scope: 'read' });
    await dark.page.getByText(/^alpha won .* Confidence/).waitFor();
    await expect.poll(() => dark.page.getByRole('button', { name: 'Pick beta' }).isDisabled()).toBe(true);
    expect(await dark.page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
    await expectNoViolations(dark.page);
    await keepPicture(dark.page, 'compare-dark-phone');
  },
);

inBrowser(
  'before a choice what is known so far is shown, and what comes of it by itself',
  async () => {
    await using stand = await runningRun();
    await using opened = await openPage(stand, `/runs/${stand.run}/compare`, { expects: /404 \(Not Found\)/ });
    const { page } = opened;
    const soFar = page.getByRole('region', { name: 'Worlds so far' });
    await soFar.getByText('alpha').waitFor();
    await expectNoViolations(page);
    const diff = await opened.tab(`/runs/${stand.run}/diff`);
    await diff.getByText(/has no change to show/).waitFor();
    await expectNoViolations(diff);
    stand.letGo();
    await page.getByText(/^alpha won .* Confidence/).waitFor({ timeout: 120_000 });
    await diff.getByRole('region', { name: 'Changed lines' }).getByText('a + b').waitFor();
  },
  ['campaign'],
);
