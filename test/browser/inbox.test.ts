import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { inBrowser } from './support/in-browser.ts';
import { expectNoViolations } from './support/no-violations.ts';
import type { OpenedPage } from './support/open-page.ts';
import { keepPicture, openPage } from './support/open-page.ts';
import type { RunStand } from './support/stands.ts';
import { finishedRun, waitingRun } from './support/stands.ts';

const others = [
  'Rewrite the architecture: multiply() is wrong for distributed migration',
  'Rewrite the architecture: divide() for distributed migration',
];

/** Three runs that ask for their plans. */
async function threeQuestions(): Promise<RunStand> {
  const stand = await waitingRun();
  for (const text of others) await stand.ask('/runs', { method: 'POST', body: { issue: { text }, repository: stand.project, worlds: 1 } });
  await expect.poll(async () => (await waiting(stand)).length, { timeout: 60_000 }).toBe(3);
  return stand;
}

async function waiting(stand: RunStand): Promise<ReadonlyArray<Readonly<Record<string, unknown>>>> {
  return (await stand.ask('/escalations'))['items'] as ReadonlyArray<Readonly<Record<string, unknown>>>;
}

/** A tab at which nobody looks, and which was asked to tell of questions. @returns what it has told so far. */
async function tabThatTells(stand: RunStand, opened: OpenedPage): Promise<() => Promise<unknown>> {
  await opened.context.grantPermissions(['notifications'], { origin: stand.url });
  await opened.context.addInitScript(`
    document.hasFocus = () => false;
    globalThis.told = [];
    globalThis.Notification = class extends Notification {
      constructor(title, options) {
        super(title, options);
        told.push(title);
      }
    };`);
  const page = await opened.tab('/settings');
  const wish = page.getByRole('checkbox', { name: 'Tell me when something waits' });
  // The browser is asked first.
  await wish.click();
  await expect.poll(async () => await wish.isChecked()).toBe(true);
  return async () => await page.evaluate('told');
}

async function doesNotScrollSideways(page: Page): Promise<void> {
  expect(await page.evaluate('document.documentElement.scrollWidth <= document.documentElement.clientWidth')).toBe(true);
}

inBrowser('questions are answered by keys, one for its whole run and the others together, and each is told to have gone on', async () => {
  await using stand = await threeQuestions();
  await using opened = await openPage(stand, '/inbox');
  const { page } = opened;
  const questions = page.getByRole('list', { name: 'Questions' }).getByRole('group');
  await expect.poll(async () => await questions.count()).toBe(3);
  await expectNoViolations(page);
  await keepPicture(page, 'inbox');

  const told = await tabThatTells(stand, opened);
  await page.bringToFront();

  // The first one, for all of its run.
  await page.keyboard.type('ja');
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('radio', { name: 'For this run' }).check();
  await dialog.getByText(`Also later questions about plans of ${stand.run}`).waitFor();
  await expectNoViolations(page);
  await keepPicture(page, 'inbox-answer');
  await dialog.getByLabel('Reason').fill('It is what was meant.');
  await page.keyboard.press('Enter');
  await expect.poll(async () => await questions.filter({ hasText: 'add()' }).filter({ hasText: 'Plan' }).count()).toBe(0);
  const receipt = page.getByRole('status', { name: 'Just answered' });
  await receipt.getByText(/the run went on after [\d.]+ s/).waitFor();

  // The other two, together.
  await questions.filter({ hasText: 'multiply()' }).getByRole('checkbox').check();
  await questions.filter({ hasText: 'divide()' }).getByRole('checkbox').check();
  await page.getByText('2 chosen').waitFor();
  await page.keyboard.press('r');
  await dialog.getByText('Reject 2 questions').waitFor();
  await expectNoViolations(page);
  await page.keyboard.press('Enter');
  await dialog.waitFor({ state: 'detached' });

  // What the first asks next can be mended by hand.
  await questions.filter({ hasText: 'Review' }).waitFor({ timeout: 90_000 });
  expect(await questions.count()).toBe(1);
  await expect.poll(told).toEqual([expect.stringContaining('add()')]);
  await page.keyboard.type('f');
  await dialog.getByRole('button', { name: 'Mend it by hand' }).click();
  await dialog.getByText(/^cd \//).waitFor();
  await expectNoViolations(page);
  await dialog.getByRole('button', { name: 'Give it up' }).click();
  await dialog.getByRole('button', { name: 'Mend it by hand' }).waitFor();
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });

  await page.getByRole('link', { name: 'Answers that stand' }).click();
  const standing = page.getByRole('list', { name: 'Answers that stand' });
  await standing.getByText('for one run').waitFor();
  await expectNoViolations(page);
  await page.getByRole('button', { name: 'Take it back' }).click();
  await dialog.getByRole('button', { name: 'Take it back' }).click();
  await page.getByText('No answer stands.').waitFor();

  await page.getByRole('link', { name: 'Answered', exact: true }).click();
  const answers = page.getByRole('list', { name: 'Answers', exact: true }).getByRole('listitem');
  await expect.poll(async () => await answers.count()).toBe(3);
  await answers.filter({ hasText: 'approved' }).getByText('“It is what was meant.”').waitFor();
  await answers.filter({ hasText: 'approved' }).getByText('The run went on after').waitFor();
  expect(await answers.filter({ hasText: 'rejected' }).count()).toBe(2);
  await expectNoViolations(page);
});

inBrowser(
  'a question is read and answered on a phone, by whoever may',
  async () => {
    await using stand = await waitingRun();
    {
      await using looking = await openPage(stand, '/inbox', { theme: 'dark', size: 'phone', scope: 'read' });
      const approve = looking.page.getByRole('button', { name: 'Go on with this plan' });
      await approve.waitFor();
      expect(await approve.isDisabled()).toBe(true);
      expect(await approve.getAttribute('title')).toContain('this takes the scope operate');
      await expectNoViolations(looking.page);
    }
    await using opened = await openPage(stand, '/inbox', { theme: 'dark', size: 'phone', scope: 'operate' });
    const { page } = opened;
    await page.getByText('if nobody answers').waitFor();
    await doesNotScrollSideways(page);
    await expectNoViolations(page);
    await keepPicture(page, 'inbox-phone');
    await page.getByRole('button', { name: 'Go on with this plan' }).tap();
    const dialog = page.getByRole('dialog');
    await expectNoViolations(page);
    await dialog.getByRole('button', { name: 'Approve' }).tap();
    await page.getByText(/the run went on after [\d.]+ s/).waitFor();
    expect(await waiting(stand)).not.toContainEqual(expect.objectContaining({ kind: 'plan' }));
  },
  ['campaign'],
);

inBrowser('where nothing waits it is said what would, and how to look at a terminal', async () => {
  await using stand = await finishedRun();
  await using opened = await openPage(stand, '/inbox', { theme: 'dark' });
  await opened.page.getByText('Nothing waits for an answer.').waitFor();
  await expectNoViolations(opened.page);
  await opened.page.getByRole('link', { name: 'Answers that stand' }).click();
  await opened.page.getByText('No answer stands.').waitFor();
  await expectNoViolations(opened.page);
});
