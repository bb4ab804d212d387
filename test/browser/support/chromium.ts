import { existsSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { chromium } from 'playwright-core';

const places = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

/** The browser of this system that tests look with; undefined where there is none. */
export const chromiumPath = places.find((path) => existsSync(path));

let started: Promise<Browser> | undefined;

/** One Chromium for all files of a run; it ends with the process that started it. */
export async function sharedChromium(): Promise<Browser> {
  return await (started ??= startChromium());
}

/** Ends it where its process goes on. */
export async function endChromium(): Promise<void> {
  await (await started)?.close();
  started = undefined;
}

async function startChromium(): Promise<Browser> {
  if (chromiumPath === undefined) throw new Error('There is no Chromium here.');
  // As root, as in a container, it does not start with its sandbox; what it is shown is ours.
  return await chromium.launch({
    executablePath: chromiumPath,
    args: ['--no-sandbox', '--disable-dev-shm-usage', '--force-color-profile=srgb'],
  });
}
