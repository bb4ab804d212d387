/** @module-tag campaign */
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { inBrowser } from './support/in-browser.ts';
import { openPage } from './support/open-page.ts';
import { emptyStand, runningRun } from './support/stands.ts';

inBrowser('three tabs share one stream, and lose nothing when the one that has it is gone or the service starts anew', async () => {
  await using stand = await runningRun({ worlds: 1 });
  await using opened = await openPage(stand, '/', {
    expects: /ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED_ENCODING|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE/,
  });
  const { page: first, context } = opened;
  const streams: { readonly page: Page; readonly logs: string | null }[] = [];
  context.on('request', (request) => {
    if (request.resourceType() !== 'eventsource') return;
    streams.push({ page: request.frame().page(), logs: new URL(request.url()).searchParams.get('logs') });
  });
  await first.getByText('Live', { exact: true }).waitFor();
  const second = await opened.tab('/?state=running');
  const third = await opened.tab(`/runs/${stand.run}`);
  await second.getByText('Live', { exact: true }).waitFor();
  await third.getByText('Live', { exact: true }).waitFor();
  await second.getByRole('row').filter({ hasText: stand.run }).waitFor();
  // The first one has the stream, and opens it anew for the logs that the third one shows; nobody else does.
  await third
    .getByText(/line \d+ of the work/)
    .first()
    .waitFor();
  expect(streams.filter(({ page }) => page !== first)).toEqual([]);
  expect(streams.at(-1)?.logs).toBe(stand.run);
  const openedByFirst = streams.length;

  await first.close();
  await expect.poll(() => streams.length).toBeGreaterThan(openedByFirst);
  const printed = async (): Promise<number> =>
    Math.max(...(await third.getByText(/line \d+ of the work/).allInnerTexts()).map((text) => Number(/line (\d+)/.exec(text)?.[1])));
  const before = await printed();
  await expect.poll(printed).toBeGreaterThan(before);

  await stand.stop();
  await second.getByText(/Reconnecting/).waitFor();
  await third.getByText(/Reconnecting/).waitFor();
  await stand.start();
  await second.getByText('Live', { exact: true }).waitFor();
  await third.getByText('Live', { exact: true }).waitFor();
  stand.letGo();
  await stand.until(({ state }) => state === 'completed');
  await second.getByText('No run is like this.').waitFor();
  await third.getByText('done', { exact: true }).first().waitFor();
});

inBrowser('a run that another process carries is seen from its start to its winner', async () => {
  await using stand = await emptyStand();
  await using opened = await openPage(stand, '/', { theme: 'dark' });
  const { page } = opened;
  await page.getByText('Nothing has been run yet.').waitFor();
  const carried = stand.call('demo');
  const link = page.getByRole('link', { name: /remote areas/ });
  await link.waitFor({ timeout: 120_000 });
  const row = page.getByRole('row').filter({ has: link });
  const run = (await row.getByText(/^run_/).innerText()).trim();
  const other = await opened.tab(`/runs/${run}`);
  await other.getByRole('heading', { level: 1 }).waitFor();
  expect(await carried).toMatchObject({ code: 0 });
  await row.getByText('done').waitFor();
  const winner = await row.getByText(/^(alpha|beta|gamma|delta|epsilon)$/).innerText();
  await other.getByText('done', { exact: true }).first().waitFor();
  expect((await stand.ask(`/runs/${run}`))['winner']).toMatchObject({ world: winner });
});
