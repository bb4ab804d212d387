import type { TestCase } from '../../domain/evidence.ts';
import { wholeFile } from '../checks/reports/case-ids.ts';

/** Of a message, which is foreign text, no more is read than this. */
const mostRead = 2_000;

/** What a test file is given by its runner: where that is missing the test was written for another one. */
const givenByRunners = /\b(?:describe|it|test|expect|assert|vi|jest|require|module|beforeEach|afterEach|suite|t) is not defined\b/;

const missingSymbol = [
  /does not provide an export named/,
  /is not a function\b/,
  /is not a constructor\b/,
  /cannot import name/,
  /has no attribute/,
  /Cannot find module '(?:\.|\/|file:)/,
  /undefined: \w/,
];

/** Whether a failure says that something which the test asks for does not exist under this name. */
export function asksForWhatIsMissing({ message }: TestCase): boolean {
  const text = (message ?? '').slice(0, mostRead);
  return missingSymbol.some((pattern) => pattern.test(text));
}

/**
 * Why a failure says nothing of the product, in a sentence; undefined where it does, or where the runner did not say enough to tell.
 * A missing symbol or file of the product is what a test of something new has to fail with.
 */
export function wrongReason(test: TestCase): string | undefined {
  const text = (test.message ?? '').slice(0, mostRead);
  if (/\btimed? ?out\b|time limit|exceeded timeout/i.test(text)) return 'At the base it ran into a time limit.';
  if (/Cannot find package|No module named|Cannot find module '(?!\.|\/|file:)/.test(text))
    return 'It needs a package that the project does not have.';
  if (givenByRunners.test(text)) return 'It is written for another test runner.';
  if (asksForWhatIsMissing(test)) return undefined;
  const unloaded = test.id.endsWith(` > ${wholeFile}`);
  if (unloaded && /SyntaxError|Unexpected token|Parse(?:r )?error|IndentationError|Transform failed/i.test(text))
    return 'Its file can not be read as code.';
  return unloaded && text === '' ? 'Its file could not be loaded, and nothing says why.' : undefined;
}
