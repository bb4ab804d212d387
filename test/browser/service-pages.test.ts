import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import type { JobId, TaskId } from '../../src/domain/ids.ts';
import type { CallEnd } from '../../src/ports/model-ledger.ts';
import { openLedgerAt } from '../support/ledger-place.ts';
import { inBrowser } from './support/in-browser.ts';
import { expectNoViolations } from './support/no-violations.ts';
import { keepPicture, openPage } from './support/open-page.ts';
import type { RunStand } from './support/stands.ts';
import { emptyStand, finishedRun } from './support/stands.ts';

/** In the other theme too, without opening anything anew. */
async function expectNoViolationsInBoth(page: Page): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await expectNoViolations(page);
  }
}

async function fitsPhones(stand: RunStand, path: string, untilText: string): Promise<void> {
  await using phone = await openPage(stand, path, { theme: 'dark', size: 'phone', scope: 'read' });
  await phone.page.getByText(untilText).first().waitFor();
  expect(await phone.page.evaluate('document.documentElement.scrollWidth <= document.documentElement.clientWidth')).toBe(true);
  await expectNoViolations(phone.page);
}

inBrowser('what the service is, has and lacks is seen, and what nothing needs is looked at before it is removed', async () => {
  await using stand = await finishedRun();
  await using opened = await openPage(stand, '/workers');
  const { page } = opened;
  await page.getByText('alive').first().waitFor();
  await page.getByRole('region', { name: 'What the state folder holds' }).getByText('miyabi.db').waitFor();
  await page.getByRole('button', { name: 'Examine this machine' }).click();
  await page.getByRole('list', { name: 'Findings' }).getByText('git', { exact: true }).waitFor();
  await expectNoViolationsInBoth(page);
  await keepPicture(page, 'workers');
  await page.getByRole('button', { name: 'Collect garbage' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Look what would be removed' }).click();
  await dialog
    .getByRole('status')
    .filter({ hasText: /nothing to remove|\w/ })
    .waitFor();
  await expectNoViolations(page);
  await fitsPhones(stand, '/workers', 'alive');
});

inBrowser(
  'the cost is told with its budgets, also where nothing was spent, and what is asked for stands in the address',
  async () => {
    await using stand = await finishedRun();
    await using opened = await openPage(stand, '/cost');
    const { page } = opened;
    await page.getByText('No model was asked anything in this time.').waitFor();
    await page
      .getByRole('img', { name: /spent of a budget of/ })
      .locator('canvas')
      .waitFor();
    await page.getByText('The same as a table').click();
    await page.getByRole('region', { name: 'What had been spent by then' }).waitFor();
    await page.getByRole('region', { name: 'Budgets' }).getByText('budget.monthUsd').waitFor();
    await expectNoViolationsInBoth(page);
    await keepPicture(page, 'cost');
    await page.getByLabel('Rows stand for').selectOption('model');
    await page.getByLabel('Since').selectOption('7');
    await expect.poll(() => new URL(page.url()).searchParams.get('by')).toBe('model');
    expect(new URL(page.url()).searchParams.get('since')).toContain('7');
    await page.reload();
    await expect.poll(async () => await page.getByLabel('Since').inputValue()).toBe('7');
    await page.goto(`${stand.url}/cost?run=${stand.run}`);
    await page.getByRole('heading', { name: `Over ${stand.run}` }).waitFor();
    await expectNoViolations(page);
    await fitsPhones(stand, '/cost', 'What may be spent');
  },
  ['campaign'],
);

/** Four calls of two models, of which one was answered for nothing and one has no known end. */
async function spendIn(state: string): Promise<void> {
  await mkdir(state, { recursive: true });
  const records = await openLedgerAt({ path: join(state, 'miyabi.db') });
  const usage = { inputTokens: 4_000, outputTokens: 500, cachedTokens: 0, cacheWriteTokens: 0 };
  const ended = (kind: CallEnd['kind'], costMicroUsd: number): CallEnd => ({
    kind,
    usage,
    costMicroUsd,
    priceKnown: true,
    durationMs: 900,
  });
  const calls = [
    ['alpha', 'claude-sonnet-5', ended('answered', 250_000)],
    ['beta', 'claude-sonnet-5', ended('cached', 0)],
    ['beta', 'gpt-5-mini', ended('unsure', 30_000)],
    [undefined, 'gpt-5-mini', ended('answered', 20_000)],
  ] as const;
  const budget = { scope: 'month', key: new Date().toISOString().slice(0, 7), limitMicroUsd: 1_000_000_000 } as const;
  for (const [index, [world, model, end]] of calls.entries())
    await records.ledger.money.record(
      {
        id: `call-${index}`,
        jobId: '01a2011f-d553-7631-8447-0536c02d77a2' as JobId,
        taskId: '01a2011f-d553-7631-8447-0536c02d77a3' as TaskId,
        planTask: 'task-1',
        world,
        purpose: world === undefined ? 'plan' : 'agent',
        provider: 'provider',
        model,
        owner: 'somebody',
        limits: [budget],
      },
      end,
    );
  await records.close();
}

inBrowser('what was spent is told by run, world and model, with what is only known to be at most so', async () => {
  await using stand = await emptyStand({ before: async ({ state }) => await spendIn(state) });
  await using opened = await openPage(stand, '/cost');
  const { page } = opened;
  const rows = page.getByRole('region', { name: 'Cost' }).getByRole('row');
  await rows.filter({ hasText: 'Together' }).getByText('at most $0.3000').waitFor();
  await page.getByText('4 calls, 1 answered for nothing').first().waitFor();
  await page.getByRole('link', { name: /^only this: run_/ }).waitFor();
  await expectNoViolationsInBoth(page);
  await keepPicture(page, 'cost-spent');
  await page.getByLabel('Rows stand for').selectOption('model');
  await rows.filter({ hasText: 'claude-sonnet-5' }).getByText('$0.2500').waitFor();
  await page.getByLabel('Rows stand for').selectOption('world');
  await rows.filter({ hasText: 'no world' }).getByText('$0.0200').waitFor();
  await rows.filter({ hasText: 'beta' }).getByText('at most $0.0300').waitFor();
});

inBrowser(
  'settings are found by words and by their source, and what holds for this browser stays',
  async () => {
    await using stand = await finishedRun();
    await using opened = await openPage(stand, '/settings');
    const { page } = opened;
    const table = page.getByRole('region', { name: 'Tokens and browsers' });
    const { name } = await stand.ask('/session');
    await table.getByText(String(name), { exact: true }).first().waitFor();
    await page.getByLabel('Search the settings').fill('worlds count');
    await page.getByText('MIYABI_WORLDS_COUNT', { exact: true }).waitFor();
    await page.getByText(/^\d of \d+ settings$/).waitFor();
    expect(new URL(page.url()).searchParams.get('q')).toBe('worlds count');
    await expectNoViolationsInBoth(page);
    await keepPicture(page, 'settings');
    // Of secrets it is told whether they are there.
    await page.getByLabel('Search the settings').fill('webhookSecretVariable');
    await page.getByRole('list', { name: 'Secrets' }).getByText('is not set').waitFor();
    await page.getByLabel('From', { exact: true }).selectOption('flag');
    await page.getByText('No setting is like this.').waitFor();
    await page.getByRole('radio', { name: 'Dark' }).check();
    await page.getByRole('checkbox', { name: 'Single keys do something' }).uncheck();
    await page.reload();
    await expect.poll(async () => await page.evaluate('document.documentElement.dataset.theme')).toBe('dark');
    expect(await page.getByRole('checkbox', { name: 'Single keys do something' }).isChecked()).toBe(false);
    await using looking = await openPage(stand, '/settings?q=budget', { scope: 'read' });
    await looking.page.getByText('this takes the scope admin').first().waitFor();
    await fitsPhones(stand, '/settings?q=budget', 'budget.monthUsd');
  },
  ['campaign'],
);

inBrowser(
  'the API is read, searched and tried where it changes nothing',
  async () => {
    await using stand = await finishedRun();
    await using opened = await openPage(stand, '/reference');
    const { page } = opened;
    await page.getByRole('heading', { name: 'To begin with' }).waitFor();
    await expectNoViolationsInBoth(page);
    await page.getByLabel('Search the operations').fill('one run');
    await page.getByRole('navigation', { name: 'Operations' }).getByRole('link', { name: 'GET One run' }).click();
    expect(new URL(page.url()).searchParams.get('operation')).toBe('readRun');
    await page.getByText('What is in it: report').click();
    await page.getByText('pullRequest', { exact: true }).waitFor();
    await page.getByLabel('run', { exact: true }).fill('last');
    await page.getByRole('button', { name: 'Ask' }).click();
    await page.getByText('200, answered').waitFor();
    await page.getByRole('region', { name: 'Answer' }).getByText(stand.run).waitFor();
    await expectNoViolationsInBoth(page);
    await keepPicture(page, 'reference');
    await page.goto(`${stand.url}/reference?operation=answerEscalation`);
    await page.getByRole('heading', { name: 'Answer a question' }).waitFor();
    expect(await page.getByRole('button', { name: 'Ask' }).count()).toBe(0);
    await expectNoViolations(page);
    await fitsPhones(stand, '/reference?operation=startRun', 'All operations');
  },
  ['campaign'],
);

inBrowser(
  'notes are kept, found with the reason, narrowed down, given to a new run and forgotten',
  async () => {
    await using stand = await emptyStand();
    await using opened = await openPage(stand, '/knowledge');
    const { page } = opened;
    await page.getByText('Nothing is known yet.').waitFor();
    await expectNoViolationsInBoth(page);
    const dialog = page.getByRole('dialog');
    for (const [text, path] of [
      ['Prices are whole cents', 'src/cart.js'],
      ['Dates are UTC', 'src/dates.js'],
    ] as const) {
      await page.getByRole('button', { name: 'Add a note' }).click();
      await dialog.getByLabel('Note, in Markdown').fill(`# ${text}\n\nNever floats, <b>never</b> local.`);
      await dialog.getByLabel('Paths').fill(path);
      await dialog.getByRole('button', { name: 'Keep the note' }).click();
      await page.getByRole('heading', { name: text }).waitFor();
    }
    await page.getByLabel('About', { exact: true }).fill('the cart has wrong cents');
    await page.keyboard.press('Enter');
    const found = page
      .getByRole('list', { name: 'Found' })
      .getByRole('listitem')
      .filter({ has: page.getByRole('heading') });
    await found.filter({ hasText: 'Prices are whole cents' }).getByText('Found because').waitFor();
    expect(new URL(page.url()).searchParams.get('q')).toBe('the cart has wrong cents');
    // What people and agents wrote is text.
    await page.getByText('All of it').first().click();
    await page.getByText('Never floats, <b>never</b> local.').first().waitFor();
    await expectNoViolationsInBoth(page);
    await keepPicture(page, 'knowledge');
    await page.goto(`${stand.url}/knowledge?path=src/dates.js`);
    await expect.poll(async () => await found.allInnerTexts()).toEqual([expect.stringContaining('Dates are UTC')]);

    await page.getByRole('button', { name: 'Use as context: Dates are UTC' }).click();
    await dialog.getByLabel('What is to be done').fill('# add() subtracts\n\nadd(2, 3) is -1.');
    await dialog.getByLabel('Repository').fill(stand.project);
    await expectNoViolations(page);
    await dialog.getByRole('button', { name: 'Start the run' }).click();
    await page.waitForURL(/\/runs\/run_/);
    expect(await stand.ask('/runs/last')).toMatchObject({ title: 'add() subtracts' });
    await page.goto(`${stand.url}/knowledge?path=src/dates.js`);
    await page.getByRole('button', { name: 'Forget Dates are UTC' }).click();
    await dialog.getByRole('button', { name: 'Forget it' }).click();
    await page.getByText('Nothing is known of that.').waitFor();
    await expectNoViolations(page);
  },
  ['campaign'],
);
