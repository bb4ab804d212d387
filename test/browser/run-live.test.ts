import { expect } from 'vitest';
import { inBrowser } from './support/in-browser.ts';
import { expectNoViolations } from './support/no-violations.ts';
import { keepPicture, openPage } from './support/open-page.ts';
import { emptyStand, runningRun, waitingRun } from './support/stands.ts';

inBrowser('five worlds are followed live to the winner, and the run is paused and resumed meanwhile', async () => {
  await using stand = await runningRun({ worlds: 5, linesASecond: 20 });
  await using opened = await openPage(stand, `/runs/${stand.run}`);
  const { page } = opened;
  const worlds = page.getByRole('article', { name: /^World / });
  await worlds
    .first()
    .getByText(/line \d+ of the work/)
    .first()
    .waitFor();
  expect(await worlds.count()).toBe(5);
  const log = page.getByRole('log');
  const lastLine = async (): Promise<number> =>
    Math.max(...(await log.getByText(/^line \d+ of the work/).allTextContents()).map((text) => Number(text.split(' ')[1])));
  const before = await lastLine();
  await expect.poll(lastLine).toBeGreaterThan(before + 40);
  await expectNoViolations(page);
  await keepPicture(page, 'run-live');

  await log.hover();
  await page.mouse.wheel(0, -400);
  const jump = page.getByRole('button', { name: /^Jump to latest/ });
  await jump.waitFor();
  await page.getByRole('button', { name: /Jump to latest, \d\d+ more/ }).waitFor();
  const below = async (): Promise<number> => Number(/\d+/.exec((await jump.textContent()) ?? '')?.[0]);
  const top = async (): Promise<number> => await log.evaluate(({ scrollTop }) => scrollTop);
  const [read, place, more] = [await lastLine(), await top(), await below()];
  await expect.poll(below).toBeGreaterThan(more + 20);
  expect(await top()).toBe(place);
  await jump.click();
  await expect.poll(lastLine).toBeGreaterThan(read);

  await page.getByRole('button', { name: 'Pause' }).click();
  await page.getByText('being paused').waitFor();
  await page.getByText(/event \d+/).waitFor();
  await page.getByRole('button', { name: 'Resume' }).click();
  await page.getByText('being paused').waitFor({ state: 'detached' });
  stand.letGo();
  await page.getByText(/\w+ won with/).waitFor({ timeout: 120_000 });
  await worlds.getByText('winner').waitFor();
  await page.getByRole('main').getByText('done', { exact: true }).first().waitFor({ timeout: 60_000 });
  await page.getByRole('button', { name: 'Pause' }).waitFor({ state: 'detached' });
});

inBrowser(
  'what went wrong first stands first, with every attempt; a run is cancelled once that was asked',
  async () => {
    await using stand = await emptyStand({ env: { MIYABI_AGENT_NAME: 'command', MIYABI_AGENT_COMMAND: 'echo I give up; exit 3' } });
    const body = { issue: { text: '# add() subtracts\n\nadd(2, 3) is -1.' }, repository: stand.project, worlds: 1, approveAll: true };
    const run = String((await stand.ask('/runs', { method: 'POST', body }))['run']);
    await using opened = await openPage(stand, `/runs/${run}`, { theme: 'dark' });
    const { page } = opened;
    const cause = page.getByRole('region', { name: 'What went wrong first' });
    await cause.getByRole('heading', { name: /failed$/ }).waitFor({ timeout: 120_000 });
    await cause.getByRole('list', { name: 'Why no world could win' }).getByText('alpha').waitFor();
    await expectNoViolations(page);
    await keepPicture(page, 'run-failed-dark');
    await cause.getByRole('button', { name: 'Show it in the timeline' }).click();
    await page.getByRole('region', { name: /^Chosen: / }).waitFor();
  },
  ['campaign'],
);

inBrowser('a question is answered where its run is looked at, also on a phone; whoever may only look is told so', async () => {
  await using stand = await waitingRun();
  {
    await using looking = await openPage(stand, `/runs/${stand.run}`, { scope: 'read', size: 'phone' });
    await looking.page.getByRole('article', { name: /^Question/ }).waitFor();
    expect(await looking.page.getByRole('button', { name: 'Cancel' }).isDisabled()).toBe(true);
    await expectNoViolations(looking.page);
    await keepPicture(looking.page, 'run-waiting-phone');
  }
  await using opened = await openPage(stand, `/runs/${stand.run}`);
  const { page } = opened;
  await page.getByRole('article', { name: /^Question/ }).waitFor();
  await page.getByRole('button', { name: 'Cancel' }).click();
  const dialog = page.getByRole('dialog', { name: 'Cancel this run?' });
  await dialog.getByLabel('Reason').fill('It was only a try.');
  await expectNoViolations(page);
  await dialog.getByRole('button', { name: 'Cancel the run' }).click();
  await page.getByRole('main').getByText('cancelled', { exact: true }).waitFor();
  await page.getByRole('article', { name: /^Question/ }).waitFor({ state: 'detached' });
});
