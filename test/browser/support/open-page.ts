import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import type { ApiScope } from '../../../src/domain/api/scope.ts';
import { sharedChromium } from './chromium.ts';
import type { DashboardStand } from './stand.ts';

export type Theme = 'light' | 'dark';

export interface PageOptions {
  readonly theme?: Theme;
  readonly size?: keyof typeof sizes;
  /** Whom it is signed in as; `none`: nobody. */
  readonly scope?: ApiScope | 'none';
  /** What may go wrong: sentences of the console that are expected. */
  readonly expects?: RegExp;
}

const sizes = { desk: { width: 1_440, height: 900 }, phone: { width: 390, height: 844 } } as const;

/** A browser window of its own, with its tabs. Disposing it tells of whatever went wrong in them: errors, refused contents, what was not found. */
export interface OpenedPage extends AsyncDisposable {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Another tab of the same window. */
  tab(path: string): Promise<Page>;
}

/** Opens a page of the dashboard, such as `/runs/run_7f3k`. */
export async function openPage(
  { url, tokens }: Pick<DashboardStand, 'url' | 'tokens'>,
  path: string,
  { theme = 'light', size = 'desk', scope = 'admin', expects }: PageOptions = {},
): Promise<OpenedPage> {
  const browser = await sharedChromium();
  const context = await browser.newContext({
    viewport: sizes[size],
    colorScheme: theme,
    reducedMotion: 'reduce',
    locale: 'en-GB',
    timezoneId: 'UTC',
    ...(size === 'phone' ? { isMobile: true, hasTouch: true } : {}),
  });
  if (scope !== 'none')
    await context.addCookies([{ name: 'miyabi_session', value: tokens[scope], url, httpOnly: true, sameSite: 'Strict' }]);
  const wrong: string[] = [];
  context.on('weberror', (error) => wrong.push(String(error.error())));
  context.on('console', (message) => {
    if (message.type() !== 'error' && !message.text().includes('Content Security Policy')) return;
    if (expects?.test(message.text()) !== true) wrong.push(`${message.text()} (${message.location().url})`);
  });
  const tab = async (to: string): Promise<Page> => {
    const page = await context.newPage();
    page.setDefaultTimeout(30_000);
    await page.goto(`${url}${to}`);
    return page;
  };
  return {
    page: await tab(path),
    context,
    tab,
    [Symbol.asyncDispose]: async () => {
      await context.close();
      if (wrong.length > 0) throw new Error(`In the browser:\n${wrong.join('\n')}`);
    },
  };
}

/** Keeps a picture of what is to be seen in the folder that `MIYABI_SCREENSHOTS` names, where it names one. */
export async function keepPicture(page: Page, name: string): Promise<void> {
  const folder = process.env['MIYABI_SCREENSHOTS'];
  if (folder === undefined) return;
  await mkdir(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`) });
}
