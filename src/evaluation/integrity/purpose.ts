import type { Analysis } from '../../domain/analysis.ts';
import type { FileChange } from '../../domain/change.ts';
import type { IntegrityFinding } from '../../domain/choice.ts';
import type { BaseEvidence, CheckEvidence } from '../../domain/evidence.ts';
import { addedFailures } from '../score.ts';
import { casesOf } from '../test-outcomes.ts';
import { isTestFile } from './files.ts';

/**
 * What a change is for. One of `code` is judged by the tests of the base; one of `tests` is itself about the tests, which may then be
 * rewritten, on the code of the base, which may not change.
 */
export type Purpose = 'code' | 'tests';

/** The purpose of what is asked for, by the kind of its issue. */
export function purposeOf(type: Analysis['type']): Purpose {
  return type === 'test' ? 'tests' : 'code';
}

/** A change for tests that touches what is tested. Words to people may change with it. */
export function sourceFinding({ path, from }: FileChange): IntegrityFinding | undefined {
  const isFree = (one: string): boolean =>
    isTestFile(one) || /\.(?:mdx?|txt|rst)$|(?:^|\/)(?:package(?:-lock)?\.json|yarn\.lock|pnpm-lock\.yaml)$/i.test(one);
  const touched = [path, ...(from === undefined ? [] : [from])].find((one) => !isFree(one));
  return touched === undefined
    ? undefined
    : { rule: 'source-changed', path: touched, detail: `It is about tests, and changes what they test: ${touched}.` };
}

/**
 * Why a change for tests is not good enough by how its tests end on the code of the base, in sentences. A new test passes there, or fails
 * for the reason that the issue names: by an assertion, in a test that speaks of something the issue names.
 *
 * @param named symbols and files that the issue names; without any every new test has to pass.
 */
export function reasonsAgainstNewTests(base: BaseEvidence, check: CheckEvidence, named: readonly string[]): string[] {
  const failing = new Set(addedFailures(base, check));
  return casesOf(check.tests)
    .filter(({ id }) => failing.has(id))
    .filter(({ id, message = '' }) => !(isAssertionFailure(message) && named.some((name) => id.includes(name) || message.includes(name))))
    .map(
      ({ id, message }) =>
        `Its new test fails on the code as it is, and not for what the issue names: ${id}${message === undefined ? '' : ` (${firstLine(message)})`}.`,
    );
}

/** It came as far as comparing: not a module that is missing or code that cannot be read. */
function isAssertionFailure(message: string): boolean {
  const broken =
    /\b(?:SyntaxError|ReferenceError|ImportError|ModuleNotFoundError|ERR_MODULE_NOT_FOUND|Cannot find (?:module|package)|is not a function|NameError|IndentationError)\b/;
  return !broken.test(message) && /assert|expect|equal|!=|✗|left:|got/i.test(message);
}

function firstLine(text: string): string {
  return (text.split('\n')[0] ?? '').slice(0, 120);
}
