import type { TestCase, TestEvidence } from '../../../domain/evidence.ts';
import type { TestRunner } from '../../../domain/checks.ts';
import { wholeFile } from '../../checks/reports/case-ids.ts';
import { classOf } from './narrowed.ts';

/** The files of which cases are kept, and how they were run. */
export interface RanFiles {
  readonly run: readonly string[];
  /** Their texts, for a runner that does not tell in which file a test stands. */
  readonly texts: ReadonlyMap<string, string>;
  readonly runner: TestRunner;
  readonly isWhole: boolean;
}

/** What evidence says of the tests in these files, and nothing of others. */
export function casesOfFiles(evidence: TestEvidence, ran: RanFiles): TestEvidence {
  switch (evidence.kind) {
    case 'none':
      return evidence;
    case 'exit-code':
      return ran.isWhole ? { kind: 'none', reason: 'Only how all tests ended together is known, and not how these did.' } : evidence;
    case 'timeout':
    case 'reported': {
      const belongs = belongsTo(ran);
      return { ...evidence, cases: evidence.cases.filter(belongs) };
    }
  }
}

function belongsTo({ run, texts, runner, isWhole }: RanFiles): (entry: TestCase) => boolean {
  const paths = new Set(run);
  const goTests = runner === 'go' ? goTestsIn([...texts.values()]) : undefined;
  const names = new Set(run.flatMap(namesOf));
  return ({ id, file }) => {
    if (file !== undefined) return paths.has(file.replace(/^\.\//, ''));
    const parts = id.split(' > ');
    // A package of Go holds the tests of other files as well.
    if (goTests !== undefined) return goTests.has(parts[1] ?? '') || parts[1] === wholeFile;
    return !isWhole || parts.some((part) => names.has(part));
  };
}

/** What a file is called in the ids of tests: a path, a module of Python, a class, a target of cargo. */
function namesOf(path: string): readonly string[] {
  return [path, path.replace(/\.py$/, '').replaceAll('/', '.'), classOf(path)];
}

function goTestsIn(texts: readonly string[]): ReadonlySet<string> {
  return new Set(
    texts.flatMap((text) => [...text.matchAll(/^func ((?:Test|Fuzz|Example|Benchmark)\w*)\(/gm)].map(([, name = '']) => name)),
  );
}
