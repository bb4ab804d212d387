import { it } from 'vitest';
import { chromiumPath } from './chromium.ts';

/** A test that looks with a real browser, with these tags; skipped with the reason where there is none. */
export function inBrowser(name: string, test: () => Promise<void>, tags: string[] = []): void {
  it(name, { tags, timeout: 480_000 }, async (context) => {
    if (chromiumPath === undefined) context.skip('there is no Chromium on this system (apt-get install chromium)');
    await test();
  });
}
