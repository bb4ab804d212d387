import { posix } from 'node:path';
import type { Change, FileChange } from '../../domain/change.ts';
import type { ChecksPlan } from '../../domain/checks.ts';
import type { IntegrityFinding } from '../../domain/choice.ts';
import type { BaseEvidence, CheckEvidence } from '../../domain/evidence.ts';
import { some, tests } from '../gates.ts';
import { pathFinding } from './configuration.ts';
import { buildFileFindings, hasParts } from './build-files.ts';
import { isTestFile } from './files.ts';
import { movesOf } from './imports.ts';
import { sourceFinding, type Purpose } from './purpose.ts';
import { languageOf } from '../source/languages.ts';
import { judgingOf, type Judging } from './judges.ts';
import { manifestFindings } from './manifest.ts';
import { casesOf, greenIn, statusById } from '../test-outcomes.ts';

export interface IntegrityRequest {
  readonly change: Change;
  /** The unified diff of the change: where links lead is read from it. */
  readonly patch: string;
  /** The text of a file at the base and at the world's commit; undefined when there is no regular file. */
  readonly before: (path: string) => Promise<string | undefined>;
  readonly after: (path: string) => Promise<string | undefined>;
  readonly base: BaseEvidence;
  readonly check: CheckEvidence;
  /** Paths of all files of the base. */
  readonly paths: () => Promise<readonly string[]>;
  /** How the base is checked, and so the world. */
  readonly plan: ChecksPlan;
  /** What the change is for; `code` unless said. */
  readonly purpose?: Purpose;
}

/**
 * Everything in a change that takes its world out of the choice unless a person asks for it: tests that are deleted, weakened, left
 * out or gone, recorded values that are rewritten, checks that are kept quiet, answers that tests are given without working them out, and
 * changes to what runs the checks, continuous integration or git itself. What is judged does not choose its judge.
 */
export async function findIntegrity(request: IntegrityRequest): Promise<IntegrityFinding[]> {
  const { change, before, after } = request;
  const judging = await judgingOf(request);
  const ofTests = new Set(casesOf(request.base.check.tests).flatMap((entry) => entry.file ?? []));
  const roles: Roles = { ...judging, ofTests, moves: movesOf(change) };
  const files = await Promise.all(
    change.files.map(async (file): Promise<ReadFile> => ({
      file,
      before: file.status === 'added' ? undefined : await before(file.from ?? file.path),
      after: file.status === 'deleted' ? undefined : await after(file.path),
    })),
  );
  const found = await Promise.all(files.map((file) => fileFindings(request, file, roles)));
  const inCode = await codeFindings(request, files, roles);
  return [...found.flat(), ...inCode, ...linkFindings(request.patch), ...vanished(request.base, request.check)];
}

interface Roles extends Judging {
  readonly ofTests: ReadonlySet<string>;
  readonly moves: ReadonlyMap<string, string>;
}

interface ReadFile {
  readonly file: FileChange;
  readonly before: string | undefined;
  readonly after: string | undefined;
}

function pathsOf(file: FileChange): string[] {
  return file.from === undefined ? [file.path] : [file.from, file.path];
}

async function fileFindings(request: IntegrityRequest, read: ReadFile, roles: Roles): Promise<IntegrityFinding[]> {
  const { plan, purpose = 'code' } = request;
  const { file, before, after } = read;
  const paths = pathsOf(file);
  const isTest = paths.some((path) => isTestFile(path) || roles.ofTests.has(path));
  const hasTests = file.path.endsWith('.rs') && /#\[cfg\(test\)\]/.test(before ?? '');
  const findings = paths.flatMap((path) => pathFinding(path, file.status, plan) ?? []);
  if (file.kind === 'submodule' && file.status !== 'deleted') {
    findings.push({ rule: 'submodule-added', path: file.path, detail: `It adds or moves the submodule ${file.path}.` });
  }
  if (paths.some((path) => posix.basename(path) === 'package.json')) findings.push(...manifestFindings(file.path, plan, { before, after }));
  if (hasParts(file.path)) findings.push(...buildFileFindings(file.path, plan, { before, after }));
  else if (!isTest && file.status !== 'mode' && findings.length === 0) findings.push(...(await judgeFindings(read, roles)));
  // What has been named by its path need not be named by what stands in it.
  if ((isTest || hasTests) && file.status !== 'mode' && findings.length === 0)
    findings.push(...(await contentFindings(request, read, roles)));
  const source = purpose === 'tests' && !isTest && findings.length === 0 ? sourceFinding(file) : undefined;
  if (source !== undefined) findings.push(source);
  // A project without tests may be given some, with all that belongs to them.
  return plan.test === undefined ? findings.filter(({ rule }) => rule !== 'test-configuration-changed') : findings;
}

/** Of a program that judges that it was changed; of one of the product that the checks run what it did to its own tests. */
async function judgeFindings({ file, before, after }: ReadFile, { judges, programs }: Roles): Promise<IntegrityFinding[]> {
  const { path, status } = file;
  const old = file.from ?? path;
  const program = programs.get(old);
  if (program !== undefined && before !== undefined && after !== undefined && status === 'modified') {
    const { ownTestFindings } = await import('./own/compare.ts');
    return ownTestFindings({ path, before, after, options: program.options });
  }
  if (program === undefined && !judges.has(old)) return [];
  return [{ rule: 'check-program-changed', path, detail: `It changes ${old}, which the checks run or read.` }];
}

async function contentFindings(request: IntegrityRequest, read: ReadFile, { moves }: Roles): Promise<IntegrityFinding[]> {
  // Parsing JavaScript takes a large library: loaded only for a change that touches tests.
  const [{ testFileFindings, reachesAllTests }, { rewrittenTestFindings }] = await Promise.all([
    import('./test-files.ts'),
    import('./rewritten-tests.ts'),
  ]);
  const { file, before, after } = read;
  const isAboutTests = request.purpose === 'tests';
  const findings = isAboutTests ? rewrittenTestFindings(read) : testFileFindings(read);
  const { path } = file;
  const reach = path.endsWith('conftest.py') && after !== undefined ? reachesAllTests(after) : undefined;
  if (reach !== undefined && reach !== reachesAllTests(before ?? '')) {
    findings.push({ rule: 'test-configuration-changed', path, detail: `It adds "${reach}" to ${path}, which reaches all tests.` });
  }
  if (before === undefined || after === undefined || isAboutTests || findings.length > 0) return findings;
  const { replacedImport } = await import('./imports.ts');
  const old = { path: file.from ?? path, text: before };
  const name = await replacedImport({ before: old, after: { path, text: after }, moves, read: request.after });
  if (name !== undefined)
    findings.push({ rule: 'test-weakened', path, detail: `It takes "${name}" from somewhere else in the tests of ${path}.` });
  return findings;
}

/** What code does that only tests would notice, and what is kept quiet in it. */
async function codeFindings(
  request: IntegrityRequest,
  files: readonly ReadFile[],
  { ofTests, programs: called }: Roles,
): Promise<IntegrityFinding[]> {
  const programs = files.filter(({ file }) => file.kind !== 'submodule' && file.kind !== 'symlink' && languageOf(file.path) !== undefined);
  if (programs.length === 0) return [];
  const [{ suppressionFindings }, { tamperingFindings }, { hardCodedFindings }, { testedPairs }] = await Promise.all([
    import('./suppressions.ts'),
    import('./tampering.ts'),
    import('./hard-coded.ts'),
    import('./tested-pairs.ts'),
  ]);
  const quiet = suppressionFindings(programs.map(({ file, before, after }) => ({ path: file.path, from: file.from, before, after })));
  const sources = programs.filter(({ file }) => !isTestFile(file.path) && !ofTests.has(file.path));
  if (sources.length === 0) return quiet;
  const changedTests = files.filter(({ file }) => isTestFile(file.path)).map(({ file }) => file.path);
  const known = [...ofTests, ...changedTests].slice(0, mostTestFiles);
  const texts = await Promise.all(known.map(async (path) => [path, (await request.before(path)) ?? ''] as const));
  const added = files.flatMap(({ file, after }) => (isTestFile(file.path) ? [[file.path, after ?? ''] as const] : []));
  const own = await ownTestsAtBase(request, called);
  const pairs = [...texts, ...added, ...own].flatMap(([path, text]) => testedPairs(text, path));
  const inSources = sources.flatMap(({ file: { path, from }, before, after }) =>
    after === undefined
      ? []
      : [...tamperingFindings(path, { from, before, after }), ...hardCodedFindings(path, { from, before, after }, pairs)],
  );
  const options = [...new Set([...called.values()].flatMap((program) => program.options))];
  if (options.length === 0 && ![...called.values()].some(({ isBelieved }) => isBelieved)) return [...quiet, ...inSources];
  const { evasionFindings } = await import('./own/evasions.ts');
  const seen = new Set(inSources.map(({ path }) => path));
  const evading = evasionFindings(
    sources.map(({ file: { path, from }, before, after }) => ({ path, from, before, after })),
    options,
  );
  return [...quiet, ...inSources, ...evading.filter(({ path }) => !seen.has(path))];
}

/** What programs of the product test themselves with. */
async function ownTestsAtBase({ before }: IntegrityRequest, called: Judging['programs']): Promise<readonly (readonly [string, string])[]> {
  const { ownTestsOf } = await import('./own/compare.ts');
  const texts = await Promise.all(
    [...called.values()].map(async ({ path, options }) => {
      const text = (await before(path)) ?? '';
      return ownTestsOf(text, path, options).map(({ start, end }) => [path, text.slice(start, end)] as const);
    }),
  );
  return texts.flat();
}

/** More are not read for what they expect. */
const mostTestFiles = 200;

/** Links that are new or lead elsewhere than before, and out of the tree or into git's own folder. */
function linkFindings(patch: string): IntegrityFinding[] {
  return patch.split(/^(?=diff --git )/m).flatMap((section) => {
    if (!/^(?:new file mode|new mode) 120000$|^index \S+ 120000$/m.test(section)) return [];
    const path = /^\+\+\+ (?:"?b\/)(.*?)"?\t?$/m.exec(section)?.[1];
    const target = /^\+(?!\+\+ )(.*)$/m.exec(section)?.[1];
    if (path === undefined || target === undefined) return [];
    const inside = posix.normalize(posix.join(posix.dirname(path), target));
    const leaves = posix.isAbsolute(target) || inside === '..' || inside.startsWith('../') || inside.split('/')[0] === '.git';
    return leaves ? [{ rule: 'link-leaves-the-tree', path, detail: `It adds the link ${path}, which leads to ${target}.` } as const] : [];
  });
}

/** Tests that passed at the base and of which the report no longer knows. */
function vanished(base: BaseEvidence, check: CheckEvidence): IntegrityFinding[] {
  if (check.tests.kind !== 'reported') return [];
  const status = statusById(check.tests);
  const green = greenIn(check.tests);
  const gone = base.passing.filter((id) => !status.has(id) && !green(id));
  if (gone.length === 0) return [];
  const were = gone.length === 1 ? 'is' : 'are';
  const detail = `${tests(gone.length)} that passed before ${were} gone from the report: ${some(gone)}.`;
  return [{ rule: 'test-vanished', path: gone[0]?.split(' > ')[0] ?? '', detail: detail.charAt(0).toUpperCase() + detail.slice(1) }];
}
