import { request } from 'node:http';
import { readFile } from 'node:fs/promises';
import type { CDPSession, Page } from 'playwright-core';
import { chromiumPath, endChromium } from '../../test/browser/support/chromium.ts';
import { openPage } from '../../test/browser/support/open-page.ts';
import { sharedFolder } from '../../test/browser/support/setup.ts';
import type { RunStand } from '../../test/browser/support/stands.ts';
import { finishedRun, runningRun } from '../../test/browser/support/stands.ts';
import { atMost, figure } from '../support/figures.ts';
import type { Figure } from '../support/figures.ts';
import { percentile } from '../support/statistics.ts';
import type { Part, UiBench } from './part.ts';

const worlds = 5;
const linesASecond = 20;

/** What a browser loads, how soon a run can be used in it, and what a tab costs that watches five worlds print a hundred lines a second. */
export const dashboard: Part = {
  name: 'dashboard',
  measure: async (bench) => {
    if (chromiumPath === undefined)
      return { figures: [], skipped: [{ name: 'dashboard', reason: 'There is no Chromium on this system.' }] };
    process.env[sharedFolder] = bench.folder();
    try {
      const finished = await ofFinishedRun(bench);
      return { figures: [...finished, ...(await ofRunningRun(bench))] };
    } finally {
      await endChromium();
    }
  },
};

async function ofFinishedRun({ rounds }: UiBench): Promise<readonly Figure[]> {
  await using stand = await finishedRun();
  const [first, list] = [await firstLoad(stand), await firstPage(stand, '/', 'Runs')];
  const times: number[] = [];
  for (let round = 0; round < Math.max(3, rounds); round += 1) times.push(await usableMs(stand));
  const spread = `median of ${times.length} with nothing kept, ${Math.min(...times).toFixed(0)} to ${Math.max(...times).toFixed(0)} ms`;
  return [
    figure('first load', first.bytes / 1_000, 'KB gz', { goal: atMost(130), detail: first.detail }),
    figure('first page', list.bytes / 1_000, 'KB gz', { detail: `${list.detail} until the runs are shown` }),
    figure('run page usable', percentile(times, 0.5), 'ms', { goal: atMost(1_000), detail: spread }),
  ];
}

interface Loaded {
  readonly bytes: number;
  readonly detail: string;
}

/** What every page begins with: the HTML with the JavaScript and CSS that it names, packed as every browser can read it. */
async function firstLoad({ url }: RunStand): Promise<Loaded> {
  const html = await (await fetch(url)).text();
  return await packed([`${url}/`, ...Array.from(html.matchAll(/"(\/assets\/[^"]+\.(?:js|css))"/g), ([, path]) => `${url}${path}`)]);
}

/** Everything of a page itself that comes before it shows something. */
async function firstPage(stand: RunStand, path: string, heading: string): Promise<Loaded> {
  const loaded = new Set<string>();
  await using opened = await openPage(stand, '/settings');
  await opened.page.waitForLoadState('networkidle');
  const page = await opened.context.newPage();
  page.on('response', (response) => {
    if (['document', 'script', 'stylesheet'].includes(response.request().resourceType())) loaded.add(response.url());
  });
  await page.goto(`${stand.url}${path}`);
  await page.getByRole('heading', { level: 1, name: heading }).waitFor();
  return await packed(Array.from(loaded));
}

async function packed(urls: readonly string[]): Promise<Loaded> {
  const sizes = await Promise.all(urls.map(async (url) => await packedBytes(url)));
  return { bytes: sizes.reduce((sum, size) => sum + size, 0), detail: `${urls.length} files: HTML, JavaScript and CSS` };
}

async function packedBytes(url: string): Promise<number> {
  return await new Promise((resolve, reject) => {
    request(url, { headers: { 'accept-encoding': 'gzip' } }, (answer) => {
      let bytes = 0;
      answer.on('data', (piece: Buffer) => (bytes += piece.length));
      answer.on('end', () => resolve(bytes));
    })
      .on('error', reject)
      .end();
  });
}

/** From the first byte that is asked for to the five worlds with their scores, in a browser that has kept nothing. */
async function usableMs(stand: RunStand): Promise<number> {
  await using opened = await openPage(stand, '/sign-in-nowhere', { expects: /404/ });
  const begun = performance.now();
  await opened.page.goto(`${stand.url}/runs/${stand.run}`);
  await opened.page.getByText('epsilon').filter({ visible: true }).first().waitFor();
  return performance.now() - begun;
}

async function ofRunningRun({ minutes }: UiBench): Promise<readonly Figure[]> {
  await using stand = await runningRun({ worlds, linesASecond });
  await using opened = await openPage(stand, `/runs/${stand.run}`);
  const { page } = opened;
  await page
    .getByText(/line \d+ of the work/)
    .nth(worlds - 1)
    .waitFor({ timeout: 120_000 });
  const session = await opened.context.newCDPSession(page);
  await session.send('Performance.enable');
  const gaps = await watchFrames(page, minutes * 60_000);
  const heap = await heapBytes(session);
  const own = await ownBytes(await opened.context.browser()!.newBrowserCDPSession());
  const lines = Math.max(
    ...(await page.getByText(/line \d+ of the work/).allInnerTexts()).map((text) => Number(/line (\d+)/.exec(text)?.[1])),
  );
  stand.letGo();
  const how = `${minutes} min, ${worlds} worlds with ${linesASecond} lines a second each, ${lines} lines of the first`;
  return [
    figure('frames later than 100 ms', gaps.filter((gap) => gap > 100).length, 'frames', {
      goal: atMost(0),
      detail: `${how}; ${gaps.length} frames`,
    }),
    figure('longest time between two frames', Math.max(...gaps), 'ms', { goal: atMost(100), detail: how }),
    figure('JavaScript heap of the tab', heap / 1e6, 'MB', { detail: how }),
    figure('memory of the tab', own / 1e6, 'MB', { goal: atMost(150), detail: `${how}; what the process of the tab shares with no other` }),
  ];
}

/** @returns the times between frames, in ms. */
async function watchFrames(page: Page, forMs: number): Promise<readonly number[]> {
  return await page.evaluate<number[]>(`(${watching})(${forMs})`);
}

/** What runs in the page, as text: the rest of this knows nothing of browsers. */
const watching = `(ms) => new Promise((resolve) => {
  const times = [];
  const begun = performance.now();
  let last = begun;
  const frame = (now) => {
    times.push(now - last);
    last = now;
    if (now - begun >= ms) resolve(times.slice(2));
    else requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
})`;

async function heapBytes(session: CDPSession): Promise<number> {
  await session.send('HeapProfiler.collectGarbage');
  const { metrics } = await session.send('Performance.getMetrics');
  return metrics.find(({ name }) => name === 'JSHeapUsedSize')?.value ?? Number.NaN;
}

/** Of the process that draws the page: what no other process has, too. */
async function ownBytes(session: CDPSession): Promise<number> {
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  const sizes = await Promise.all(processInfo.filter(({ type }) => type === 'renderer').map(async ({ id }) => await privateBytes(id)));
  return Math.max(...sizes);
}

async function privateBytes(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '');
  const kilobytes = Array.from(text.matchAll(/^Private_(?:Clean|Dirty):\s+(\d+) kB/gm), ([, size]) => Number(size));
  return kilobytes.reduce((sum, size) => sum + size, 0) * 1_024;
}
