import { posix } from 'node:path';
import type { Change, FileChange } from '../../domain/change.ts';
import type { ChecksPlan } from '../../domain/checks.ts';
import type { IntegrityFinding } from '../../domain/choice.ts';
import type { BaseEvidence, CheckEvidence } from '../../domain/evidence.ts';
import { some, tests } from '../gates.ts';
import { isTestFile, pathFinding } from './files.ts';
import { judgesAmong } from './judges.ts';
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
  /** How the base is checked, and so the world. */
  readonly plan: ChecksPlan;
}

/**
 * Everything in a change that takes its world out of the choice unless a person asks for it: tests that are deleted, weakened, left
 * out or gone, and changes to what runs the checks, continuous integration or git itself. What is judged does not choose its judge.
 */
export async function findIntegrity(request: IntegrityRequest): Promise<IntegrityFinding[]> {
  const { change, plan, before } = request;
  const known = change.files.filter(({ status }) => status !== 'added').map((file) => file.from ?? file.path);
  const judges = await judgesAmong(known, plan, before);
  const ofTests = new Set(casesOf(request.base.check.tests).flatMap((entry) => entry.file ?? []));
  const found = await Promise.all(change.files.map((file) => fileFindings(request, file, { judges, ofTests })));
  return [...found.flat(), ...linkFindings(request.patch), ...vanished(request.base, request.check)];
}

interface Roles {
  readonly judges: ReadonlySet<string>;
  readonly ofTests: ReadonlySet<string>;
}

async function fileFindings(request: IntegrityRequest, file: FileChange, { judges, ofTests }: Roles): Promise<IntegrityFinding[]> {
  const { before, after, plan } = request;
  const old = file.from ?? file.path;
  const paths = file.from === undefined ? [file.path] : [file.from, file.path];
  const isTest = paths.some((path) => isTestFile(path) || ofTests.has(path));
  const findings = paths.flatMap((path) => pathFinding(path, file.status, plan) ?? []);
  if (file.kind === 'submodule' && file.status !== 'deleted') {
    findings.push({ rule: 'submodule-added', path: file.path, detail: `It adds or moves the submodule ${file.path}.` });
  }
  if (paths.some((path) => posix.basename(path) === 'package.json')) {
    findings.push(...manifestFindings(file.path, plan, { before: await before(old), after: await after(file.path) }));
  }
  if (judges.has(old) && !isTest && file.status !== 'mode' && findings.length === 0) {
    findings.push({ rule: 'check-program-changed', path: file.path, detail: `It changes ${old}, which the checks run or read.` });
  }
  // What has been named by its path need not be named by what stands in it.
  if (isTest && file.status !== 'mode' && findings.length === 0) findings.push(...(await contentFindings(request, file)));
  // A project without tests may be given some, with all that belongs to them.
  return plan.test === undefined ? findings.filter(({ rule }) => rule !== 'test-configuration-changed') : findings;
}

async function contentFindings({ before, after }: IntegrityRequest, file: FileChange): Promise<IntegrityFinding[]> {
  // Parsing JavaScript takes a large library: loaded only for a change that touches tests.
  const { testFileFindings } = await import('./test-files.ts');
  return testFileFindings({
    file,
    before: file.status === 'added' ? undefined : await before(file.from ?? file.path),
    after: file.status === 'deleted' ? undefined : await after(file.path),
  });
}

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
