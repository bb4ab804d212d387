import type { TestCase, TestEvidence } from '../../domain/evidence.ts';
import type { ExamColumn, ExamEvidence, TestAuthor } from '../../domain/examination.ts';
import type { WorldName } from '../../domain/world.ts';
import { reported } from './evidence.ts';

/** How one test ended: at the base, and in each world; `+` passed, `-` failed, `?` skipped. */
export interface Written {
  readonly author: TestAuthor;
  /** At the base, where it is not `-`. */
  readonly base?: string;
  /** One character for each world, in their order. */
  readonly ends: string;
  readonly message?: string;
}

const statuses: Readonly<Record<string, TestCase['status']>> = { '+': 'passed', '-': 'failed', '?': 'skipped' };

/** An examination of worlds by tests, and by inputs that each world answers with one character of its text. */
export function examOf(
  worlds: readonly WorldName[],
  tests: readonly Written[],
  answers: Readonly<Partial<Record<WorldName, string>>> = {},
): ExamEvidence {
  const authors = [...new Set(tests.map(({ author }) => author))];
  const ran = (author: TestAuthor, endOf: (test: Written) => string | undefined): TestEvidence => {
    const own = tests.filter((test) => test.author === author);
    const evidence = reported(
      Object.fromEntries(own.map((test, index) => [`${author}.test.js > ${index}`, statuses[endOf(test) ?? '?'] ?? 'skipped'])),
    );
    if (evidence.kind !== 'reported') return evidence;
    const cases = evidence.cases.map((each, index) => {
      const message = own[index]?.message;
      return each.status === 'failed' && message !== undefined ? { ...each, message } : each;
    });
    return { ...evidence, cases };
  };
  const inputs = Array.from({ length: Math.max(0, ...Object.values(answers).map((text) => text.length)) }, (_, index) => `[${index}]`);
  return {
    pool: authors.map((author) => ({
      author,
      first: ran(author, ({ base = '-' }) => base),
      second: ran(author, ({ base = '-' }) => base),
    })),
    columns: worlds.map((world, place): ExamColumn => ({
      world,
      tests: authors.map((author) => ({ author, evidence: ran(author, ({ ends }) => ends[place]) })),
      probes: answers[world] === undefined ? [] : [{ path: 'src/f.js', name: 'f', answers: Array.from(answers[world]) }],
      durationMs: 1,
    })),
    probes: inputs.length === 0 ? [] : [{ path: 'src/f.js', name: 'f', inputs }],
    notes: [],
  };
}
