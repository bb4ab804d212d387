/** @module-tag campaign */
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { miyabi } from '../support/miyabi.ts';
import { inBrowser } from './support/in-browser.ts';
import { expectNoViolations } from './support/no-violations.ts';
import { keepPicture, openPage } from './support/open-page.ts';
import type { ProjectStand } from './support/stands.ts';
import { emptyStand } from './support/stands.ts';

const lines = (count: number, what: string): string =>
  Array.from({ length: count }, (_, index) => `export const ${what}${index} = ${index};\n`).join('');

/** Files of every kind, and what two worlds make of them; only their notes differ. */
const files = {
  'README.md': 'small\n',
  'src/app.ts': lines(60, 'value'),
  'src/gone.ts': lines(3, 'gone'),
  'src/old name.ts': lines(20, 'moved'),
  'docs/ü "quoted" note.md': '# Note\r\n\r\nText\r\n',
  'flake.lock': lines(40, 'pinned'),
  'logo.png': 'a\0b',
  'tool.sh': 'true\n',
};
const change = [
  // One of the lines is longer than any column.
  `sed -i 's/value3 = 3;/value3 = 33;/; s/value50 = 50;/value50 = 55; \\/\\/ ${'a long remark '.repeat(20)}/' src/app.ts`,
  'rm src/gone.ts',
  `mv 'src/old name.ts' 'src/new name.ts'`,
  `printf 'export const more = 1;' >> 'src/new name.ts'`,
  `printf '# Note\\r\\n\\r\\nText of %s\\r\\n' "$MIYABI_VARIANT" > 'docs/ü "quoted" note.md'`,
  `sed -i 's/pinned/locked/' flake.lock`,
  `printf '\\211PNG\\000c' > logo.png`,
  'chmod +x tool.sh',
  // Larger than anybody reads.
  `seq 1 12000 | sed 's/.*/large line &/' > docs/large.txt`,
].join('; ');

interface ChangedStand extends ProjectStand {
  readonly run: string;
}

/** A run of two worlds that has ended. */
async function changedRun(): Promise<ChangedStand> {
  const stand = await emptyStand({
    files,
    env: { MIYABI_AGENT_NAME: 'command', MIYABI_AGENT_COMMAND: change },
    before: async (options) => {
      const ended = await miyabi(['run', 'Change everything', '--worlds', '2', '--yes', '--json'], options);
      if (ended.code !== 0) throw new Error(ended.stderr);
    },
  });
  return { ...stand, run: String((await stand.ask('/runs/last'))['run']) };
}

const header = (page: Page, path: string) => page.getByRole('button', { name: `Lines of ${path}`, exact: true });
const listed = (page: Page) => page.getByRole('navigation', { name: 'Files of this diff' });
const code = (page: Page) => page.getByRole('region', { name: 'Changed lines' });
const fileInAddress = (page: Page): string | null => new URL(page.url()).searchParams.get('file');

inBrowser('a diff is read, marked and spoken of without a mouse, and what is said becomes a run that mends it', async () => {
  await using stand = await changedRun();
  await using opened = await openPage(stand, `/runs/${stand.run}/diff`);
  const { page } = opened;
  await code(page).getByText('value3 = 33;').waitFor();
  expect(await listed(page).getByRole('button').allInnerTexts()).toHaveLength(8);
  await expectNoViolations(page);
  await keepPicture(page, 'diff-light');
  // Long lines are scrolled by keys, in browsers too that let nobody into what scrolls by themselves.
  await expect.poll(async () => await code(page).getByRole('group', { name: 'Long lines' }).first().getAttribute('tabindex')).toBe('0');

  // What nobody reads is closed until it is asked for, however large it is.
  expect(await code(page).getByText('locked39').count()).toBe(0);
  await page.getByText('Lock file.').locator('xpath=..').getByRole('button', { name: 'Show anyway' }).click();
  await code(page).getByText('locked3 ').first().waitFor();
  await listed(page).getByTitle('docs/large.txt').click();
  await page.getByText('Large change.').locator('xpath=..').getByRole('button', { name: 'Show anyway' }).click();
  await code(page).getByText('large line 7', { exact: true }).waitFor();
  expect(await code(page).getByText('large line ').count()).toBeLessThan(400);

  // Files, hunks and lines by keys; each file is an address.
  await page.goto(`${stand.url}/runs/${stand.run}/diff?file=${encodeURIComponent('logo.png')}`);
  await code(page).getByText('value3 = 33;').waitFor();
  await page.keyboard.press('j');
  await expect.poll(() => fileInAddress(page)).toBe('src/app.ts');
  await page.keyboard.press('n');
  await page.keyboard.press('n');
  await page.keyboard.press('.');
  await page.keyboard.press('c');
  const editor = page.getByRole('form', { name: 'Comment on src/app.ts, line 51' });
  await editor.getByRole('textbox').fill('Use 56.\nIt is rounder.');
  await page.keyboard.press('Control+Enter');
  const comments = page.getByRole('region', { name: 'Comments' });
  await comments.getByText('app.ts:51').waitFor();
  await expectNoViolations(page);

  // Marks and comments are kept, and a mark takes its file out of the way.
  await page.keyboard.press('v');
  await page.getByText('1 of 8 viewed').waitFor();
  await expect.poll(() => header(page, 'src/app.ts').getAttribute('aria-expanded')).toBe('false');
  await page.reload();
  await page.getByText('1 of 8 viewed').waitFor();
  await comments.getByText('app.ts:51').waitFor();
  await page.getByRole('button', { name: 'Hide viewed' }).click();
  await expect.poll(() => listed(page).getByTitle('src/app.ts').count()).toBe(0);
  await page.getByRole('button', { name: 'Show viewed' }).click();

  // The change of a world, and the difference of two.
  await page.getByRole('button', { name: 'Unified' }).click();
  await expect.poll(() => new URL(page.url()).searchParams.get('view')).toBe('unified');
  await page.getByLabel('To', { exact: true }).selectOption('beta');
  await comments.getByText('Say what should change').waitFor();
  await page.getByLabel('From', { exact: true }).selectOption('alpha');
  await expect.poll(() => listed(page).getByRole('button').count()).toBe(1);
  await code(page).getByText('Text of').first().waitFor();
  await page.goBack();
  await page.goBack();
  await comments.getByText('app.ts:51').waitFor();

  await page.getByRole('button', { name: 'Ask for a fix' }).click();
  await page.getByLabel('Anything else?').fill('Keep the rest.');
  await expectNoViolations(page);
  await page.getByRole('dialog').getByRole('button', { name: 'Ask for a fix' }).click();
  const link = page.getByRole('dialog').getByRole('link', { name: /^run_/ });
  await link.waitFor();
  const fix = await stand.ask(`/runs/${await link.innerText()}`);
  expect(fix).toMatchObject({ startedFrom: { run: stand.run, world: 'alpha' } });
  await page.keyboard.press('Escape');
  await comments.getByText('Say what should change').waitFor();

  await using dark = await openPage(stand, `/runs/${stand.run}/diff?view=unified`, { theme: 'dark', scope: 'read' });
  await code(dark.page).getByText('value3 = 33;').waitFor();
  await expect.poll(() => dark.page.getByRole('button', { name: 'Ask for a fix' }).isDisabled()).toBe(true);
  await expectNoViolations(dark.page);
  await keepPicture(dark.page, 'diff-dark');

  await using phone = await openPage(stand, `/runs/${stand.run}/diff`, { size: 'phone' });
  await code(phone.page).getByText('value3 = 33;').first().waitFor();
  expect(await phone.page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
  await phone.page.getByRole('region', { name: 'Comments' }).getByRole('button', { name: 'Ask for a fix' }).waitFor();
  await expectNoViolations(phone.page);
  await keepPicture(phone.page, 'diff-phone');
});
