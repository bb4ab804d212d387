import { expect } from 'vitest';
import { deployStand } from '../support/deploy-stand.ts';
import { inBrowser } from './support/in-browser.ts';
import { expectNoViolations } from './support/no-violations.ts';
import { keepPicture, openPage } from './support/open-page.ts';
import { serveDashboard } from './support/stand.ts';
import { finishedRun } from './support/stands.ts';

inBrowser(
  'what serves and what was refused is seen, a blocked commit is let out again, and a release is sent on its way',
  async () => {
    await using deployed = await deployStand({ environments: [{ name: 'staging', health: { graceSeconds: 15 } }, { name: 'production' }] });
    await deployed.commit();
    const good = await deployed.deploy();
    expect(good.report, good.reasons).toMatchObject({ status: 'succeeded' });
    await deployed.commit({ saysCommit: 'another' });
    const bad = await deployed.deploy('--env', 'staging');
    expect(bad.report, bad.reasons).toMatchObject({ deployments: [{ end: 'refused', serving: 'r1' }] });

    await using stand = await serveDashboard({ cwd: deployed.project, state: deployed.state });
    await using opened = await openPage(stand, '/releases');
    const { page } = opened;
    const staging = page.getByRole('listitem').filter({ has: page.getByRole('heading', { name: 'staging', exact: true }) });
    await staging.getByText('refused', { exact: true }).waitFor();
    expect(await staging.innerText()).toContain('r1');
    const row = page.getByRole('region', { name: 'Releases' }).getByRole('row');
    await row.filter({ hasText: 'r2' }).getByText('blocked').waitFor();
    await page.getByText('What was seen of r2 to staging').click();
    await page.getByLabel('Evidence').waitFor();
    await expectNoViolations(page);
    await keepPicture(page, 'releases');

    await page.getByRole('button', { name: 'Let it go out again: r2' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Why it may').fill('It said so on purpose.');
    await expectNoViolations(page);
    await page.keyboard.press('Enter');
    await row.filter({ hasText: 'r2' }).getByText('blocked').waitFor({ state: 'detached' });

    await page.getByRole('button', { name: 'Deploy to staging' }).click();
    await dialog.getByLabel('What').selectOption('r1');
    await expectNoViolations(page);
    await dialog.getByRole('button', { name: 'Deploy', exact: true }).click();
    await page.waitForURL(/\/runs\/run_/);
    await page.getByRole('link', { name: 'Releases' }).click();
    // It is told as it happens.
    await staging.getByText('live', { exact: true }).waitFor({ timeout: 60_000 });
    await page.getByRole('button', { name: 'Roll back production' }).click();
    await dialog.getByText('The last good one').waitFor({ state: 'attached' });
    await expectNoViolations(page);
    await page.keyboard.press('Escape');

    await using small = await openPage(stand, '/releases', { theme: 'dark', size: 'phone', scope: 'read' });
    const deploy = small.page.getByRole('button', { name: 'Deploy to staging' });
    await deploy.waitFor();
    expect(await deploy.isDisabled()).toBe(true);
    await expectNoViolations(small.page);
  },
  ['campaign'],
);

inBrowser('where nothing is deployed it is said what would', async () => {
  await using stand = await finishedRun();
  await using opened = await openPage(stand, '/releases', { theme: 'dark' });
  await opened.page.getByText('Nothing is deployed by this service.').waitFor();
  await expectNoViolations(opened.page);
});
