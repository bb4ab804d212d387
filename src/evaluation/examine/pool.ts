import type { BaseEvidence, TestCase, TestEvidence } from '../../domain/evidence.ts';
import type { ExamColumn, PoolAtBase, TestAuthor } from '../../domain/examination.ts';
import { wholeFile } from '../checks/reports/case-ids.ts';
import { casesOf, statusById, wholeCommand } from '../test-outcomes.ts';
import { wrongReason } from './wrong-reason.ts';

/** One test of one author, as it was seen at the base. */
export interface PoolTest {
  readonly author: TestAuthor;
  /** As the runner calls it. */
  readonly case: string;
  /** The row that stands for its file where that could not be loaded. */
  readonly file: string | undefined;
  /** `behaviour`: it fails at the base and asks for what is not there yet; `regression`: it passes there. */
  readonly kind: 'behaviour' | 'regression';
  /** Why it says nothing, whatever the worlds do, in a sentence. */
  readonly dropped: string | undefined;
}

/** Of one author. */
const mostDropped = 50;

/**
 * The tests of all authors with what the base says of each. A test is kept where it ended alike twice, and failed for what the product does
 * or lacks; those that pass are kept as tests of what worked before. Of one author `most` count at most, the first by name, and of those that do
 * not count a few are told.
 */
export function poolOf(pool: readonly PoolAtBase[], columns: readonly ExamColumn[], base: BaseEvidence, most: number): readonly PoolTest[] {
  const projects = new Set([...base.passing, ...base.failing, ...base.flaky, ...statusById(base.check.tests).keys()]);
  return pool.flatMap((atBase) => {
    const seen = columns.flatMap(({ tests }) => tests.filter(({ author }) => author === atBase.author).map(({ evidence }) => evidence));
    const cases = [atBase.first, atBase.second, ...seen].flatMap(casesOf);
    const files = new Map(cases.map(({ id, file }) => [id, file ?? fileOf(id)]));
    let kept = 0;
    const rows: PoolTest[] = [];
    let left = mostDropped;
    for (const name of namesOf(cases)) {
      const file = name === wholeCommand ? undefined : files.get(name);
      const common = { author: atBase.author, case: name, file: file === undefined ? undefined : `${file} > ${wholeFile}` };
      const judged = projects.has(name) && name !== wholeCommand ? dropped("It is one of the project's own tests.") : judge(atBase, common);
      if (judged.dropped === undefined) kept += 1;
      const told = kept > most ? dropped(`Its author wrote more than ${most} tests.`) : judged;
      if (told.dropped !== undefined) left -= 1;
      if (told.dropped === undefined || left >= 0) rows.push({ ...common, ...told });
    }
    return rows;
  });
}

type Judged = Pick<PoolTest, 'kind' | 'dropped'>;

function dropped(why: string): Judged {
  return { kind: 'behaviour', dropped: why };
}

/** All names under which tests of an author were seen; a file that could be loaded somewhere is told by its tests. */
function namesOf(cases: readonly TestCase[]): readonly string[] {
  const names = new Set(cases.map(({ id }) => id));
  const loaded = new Set([...names].filter((name) => !isWholeFile(name)).map(fileOf));
  return [...names].filter((name) => !isWholeFile(name) || !loaded.has(fileOf(name))).toSorted();
}

function judge({ first, second }: PoolAtBase, test: Pick<PoolTest, 'case' | 'file'>): Judged {
  const [one, two] = [seenAs(first, test), seenAs(second, test)];
  if (one === undefined || two === undefined) return dropped('It was not seen to run twice at the base.');
  if (one.status !== two.status) return dropped('It did not end alike twice at the base.');
  if (one.status === 'skipped') return dropped('It is skipped.');
  if (one.status === 'passed') return { kind: 'regression', dropped: undefined };
  const wrong = wrongReason(one) ?? wrongReason(two);
  return wrong === undefined ? { kind: 'behaviour', dropped: undefined } : dropped(wrong);
}

/** The test itself, or the file that holds it where that could not be loaded. */
export function seenAs(evidence: TestEvidence, test: Pick<PoolTest, 'case' | 'file'>): TestCase | undefined {
  const cases = byId(evidence);
  return cases.get(test.case) ?? (test.file === undefined ? undefined : cases.get(test.file));
}

const indexes = new WeakMap<TestEvidence, ReadonlyMap<string, TestCase>>();

function byId(evidence: TestEvidence): ReadonlyMap<string, TestCase> {
  const known = indexes.get(evidence);
  if (known !== undefined) return known;
  const index = new Map(casesOf(evidence).map((each) => [each.id, each]));
  indexes.set(evidence, index);
  return index;
}

/** Whether it stands for a file of tests that could not be loaded. */
export function isWholeFile(name: string): boolean {
  return name.endsWith(` > ${wholeFile}`);
}

function fileOf(name: string): string | undefined {
  const end = name.indexOf(' > ');
  return end === -1 ? undefined : name.slice(0, end);
}
