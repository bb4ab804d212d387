import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';

interface Found {
  readonly id: string;
  readonly help: string;
  readonly nodes: ReadonlyArray<{ readonly html: string; readonly failureSummary?: string }>;
}

/** Looks at all that is shown as people do who do not see it, or see it badly: axe finds nothing, by the rules of WCAG 2.2 up to AA and its best practices. */
export async function expectNoViolations(page: Page): Promise<void> {
  // What moves is looked at where it has come to.
  await page.evaluate('Promise.allSettled(document.getAnimations().map(({ finished }) => finished)).then(() => undefined)');
  await page.evaluate(axe.source);
  const found = (await page.evaluate(
    'axe.run(document, { resultTypes: ["violations"] }).then(({ violations }) => violations)',
  )) as readonly Found[];
  const told = found.flatMap(({ id, help, nodes }) =>
    nodes.map(({ html, failureSummary = '' }) => `${id}: ${help}\n${html}\n${failureSummary}`),
  );
  expect(told, `${new URL(page.url()).pathname}: ${told.join('\n\n')}`).toEqual([]);
}
