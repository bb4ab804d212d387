import { posix } from 'node:path';
import { z } from 'zod';
import type { Change, FileChange } from '../domain/change.ts';
import type { IntegrityFinding } from '../domain/choice.ts';
import type { BaseEvidence, CheckEvidence } from '../domain/evidence.ts';
import { expandScript } from './checks/runner.ts';
import { some, tests } from './gates.ts';
import { isTestFile, pathFinding } from './integrity-files.ts';
import { casesOf, greenIn, statusById } from './test-outcomes.ts';

export interface IntegrityRequest {
  readonly change: Change;
  /** The unified diff of the change: where links lead is read from it. */
  readonly patch: string;
  /** The text of a file at the base and at the world's commit; undefined when there is no regular file. */
  readonly before: (path: string) => Promise<string | undefined>;
  readonly after: (path: string) => Promise<string | undefined>;
  readonly base: BaseEvidence;
  readonly check: CheckEvidence;
}

/**
 * Everything in a change that takes its world out of the choice unless a person asks for it: tests that are deleted, weakened, left
 * out or gone, and changes to what runs tests, continuous integration or git itself.
 */
export async function findIntegrity(request: IntegrityRequest): Promise<IntegrityFinding[]> {
  const ofTests = new Set(casesOf(request.base.check.tests).flatMap((entry) => entry.file ?? []));
  const hadTests = request.base.check.tests.kind !== 'none';
  const found = await Promise.all(request.change.files.map((file) => fileFindings(request, file, ofTests, hadTests)));
  return [...found.flat(), ...linkFindings(request.patch), ...vanished(request.base, request.check)];
}

async function fileFindings(
  { before, after }: IntegrityRequest,
  file: FileChange,
  ofTests: ReadonlySet<string>,
  hadTests: boolean,
): Promise<IntegrityFinding[]> {
  const paths = file.from === undefined ? [file.path] : [file.from, file.path];
  const findings = paths.flatMap((path) => pathFinding(path) ?? []);
  if (file.kind === 'submodule' && file.status !== 'deleted') {
    findings.push({ rule: 'submodule-added', path: file.path, detail: `It adds or moves the submodule ${file.path}.` });
  }
  const old = file.from ?? file.path;
  if (posix.basename(old) === 'package.json' || posix.basename(file.path) === 'package.json') {
    findings.push(...manifestFindings(file.path, await before(old), await after(file.path)));
  }
  if (paths.some((path) => isTestFile(path) || ofTests.has(path)) && file.status !== 'mode') {
    // Parsing JavaScript takes a large library: loaded only for a change that touches tests.
    const { testFileFindings } = await import('./integrity-tests.ts');
    const existed = file.status !== 'added';
    findings.push(
      ...testFileFindings({
        file,
        before: existed ? await before(old) : undefined,
        after: file.status === 'deleted' ? undefined : await after(file.path),
      }),
    );
  }
  // A project without tests may be given some, with all that belongs to them.
  return hadTests ? findings : findings.filter((finding) => finding.rule !== 'test-configuration-changed');
}

const manifest = z.looseObject({ scripts: z.record(z.string(), z.unknown()).catch({}).default({}) });
const configurationKeys = ['jest', 'mocha', 'vitest', 'nyc', 'c8', 'ava', 'tap'] as const;
const hookKeys = ['husky', 'simple-git-hooks', 'lint-staged', 'gitHooks', 'pre-commit'] as const;

function manifestFindings(path: string, before: string | undefined, after: string | undefined): IntegrityFinding[] {
  const then = manifestOf(before);
  const now = manifestOf(after);
  const findings: IntegrityFinding[] = [];
  if (then !== undefined && hasTests(then.scripts) && testScript(then.scripts) !== testScript(now?.scripts ?? {})) {
    findings.push({ rule: 'test-command-changed', path, detail: `It changes the command that runs the tests in ${path}.` });
  }
  const changed = (key: string): boolean => JSON.stringify(then?.[key]) !== JSON.stringify(now?.[key]);
  const configuration = configurationKeys.find(changed);
  if (configuration !== undefined) {
    findings.push({ rule: 'test-configuration-changed', path, detail: `It changes how tests are run: "${configuration}" in ${path}.` });
  }
  const hook = hookKeys.find(changed);
  if (hook !== undefined) findings.push({ rule: 'git-hooks-changed', path, detail: `It changes git hooks: "${hook}" in ${path}.` });
  return findings;
}

function manifestOf(text: string | undefined): z.infer<typeof manifest> | undefined {
  if (text === undefined) return undefined;
  try {
    return manifest.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

function testScript(scripts: Readonly<Record<string, unknown>>): string {
  const texts = Object.entries(scripts).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  return expandScript(Object.fromEntries(texts), 'test');
}

function hasTests(scripts: Readonly<Record<string, unknown>>): boolean {
  const script = testScript(scripts);
  return script !== '' && !/no test specified/i.test(script);
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
