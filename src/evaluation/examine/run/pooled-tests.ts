import { basename, dirname } from 'node:path/posix';
import type { Change, FileChange } from '../../../domain/change.ts';
import type { ChecksPlan } from '../../../domain/checks.ts';
import type { PooledFile, PooledTests, TestAuthor } from '../../../domain/examination.ts';
import { isStartedByRunners } from '../../../domain/test-paths.ts';
import { pathFinding } from '../../integrity/configuration.ts';
import { isCode, isTestFile } from '../../integrity/files.ts';

/** Of one author. */
const mostFiles = 60;
const mostRun = 20;
const mostLines = 20_000;

/** Of all files of one author together; see `runPooled`. */
export const mostPooledBytes = 4 * 1024 * 1024;

/** What tests share, or what is loaded before them. */
const shared =
  /(?:^|\/)(?:(?:global[-_.]?)?(?:setup|teardown)|setup[-_.]?\w*|bootstrap|register|init|env|environment|globals?|helpers?|utils?|support|common|fixtures?|mocks?|index|conftest|__init__)\.[^/]*$/i;
const loadedGlobally =
  /(?:^|\/)(?:(?:global[-_.]?)?(?:setup|teardown)|setup[-_.]?\w*|bootstrap|register|init|env|environment|globals?|conftest)\.[^/]*$/i;

/**
 * What of a change are tests that can be laid over another checkout: test files that were added or changed, with helpers and data beside
 * them. Nothing that takes part in judging is among them: no configuration, nothing that is loaded before all tests, no snapshot but those
 * of added tests, no manifest; no link, no submodule, and nothing that was deleted. Bounded; what is above the bounds is left out.
 *
 * @param objects every file of the author's commit, as the mirror tells (`100644:<id>`).
 * @returns undefined when nothing can be run.
 */
export function pooledTests(request: {
  readonly author: TestAuthor;
  readonly change: Change;
  readonly objects: ReadonlyMap<string, string>;
  readonly plan: ChecksPlan;
}): PooledTests | undefined {
  const { author, change, objects, plan } = request;
  const script = plan.test?.script ?? plan.test?.command.join(' ') ?? '';
  const fit = change.files.filter((file) => isFit(file, plan, script));
  const run = fit.filter(({ path }) => isRun(path)).slice(0, mostRun);
  if (run.length === 0) return undefined;
  const added = new Set(run.filter(({ status }) => status === 'added').map(({ path }) => path));
  const others = fit.filter((file) => !run.includes(file) && !isRun(file.path) && (!isSnapshot(file.path) || isOwnSnapshot(file, added)));
  const files: PooledFile[] = [];
  let lines = 0;
  for (const file of [...run, ...others]) {
    lines += file.addedLines;
    const pooled = pooledFile(file, objects);
    if (pooled !== undefined && files.length < mostFiles && lines <= mostLines) files.push(pooled);
  }
  const kept = new Set(files.map(({ path }) => path));
  const started = run.map(({ path }) => path).filter((path) => kept.has(path));
  return started.length === 0 ? undefined : { author, run: started.toSorted(), files };
}

function isFit({ path, status, kind }: FileChange, plan: ChecksPlan, script: string): boolean {
  if (status === 'deleted' || status === 'mode' || (kind !== 'file' && kind !== 'executable')) return false;
  if (!isTestFile(path) || pathFinding(path, status, plan) !== undefined || isManifest(path)) return false;
  if (path.split('/').some((part) => part === '.git' || part === '..' || part === 'node_modules')) return false;
  const isNew = status === 'added';
  if (!isNew && (loadedGlobally.test(path) || isSnapshot(path))) return false;
  return !isLoadedByCommand(path, script);
}

/** `-r ./test/hooks.js`, `--import=./test/hooks.js`: what an option of the command names is loaded for all tests. */
function isLoadedByCommand(path: string, script: string): boolean {
  const words = script.split(/[\s="']+/);
  return words.some(
    (word, index) => word.endsWith(basename(path)) && words[index - 1]?.startsWith('-') === true && words[index - 1] !== '--test',
  );
}

function isManifest(path: string): boolean {
  return /(?:^|\/)(?:package(?:-lock)?\.json|[^/]*\.lock|go\.(?:mod|sum)|Cargo\.toml|pom\.xml|build\.gradle(?:\.kts)?|pyproject\.toml|setup\.cfg|tox\.ini|pytest\.ini|Makefile)$/.test(
    path,
  );
}

function isRun(path: string): boolean {
  if (!isCode(path) || shared.test(path) || /(?:^|\/)(?:__)?(?:fixtures|mocks|snapshots|support|helpers)(?:__)?\//.test(path)) {
    return false;
  }
  return isStartedByRunners(path);
}

function isSnapshot(path: string): boolean {
  return /\.snap(?:\.|$)|(?:^|\/)__snapshots__\//.test(path);
}

/** `__snapshots__/a.test.js.snap` of `a.test.js`; one that stands beside it is meant as well. */
function isOwnSnapshot({ path, status }: FileChange, added: ReadonlySet<string>): boolean {
  const folder = dirname(path);
  const test = basename(path).replace(/\.snap$/, '');
  const beside = basename(folder) === '__snapshots__' ? dirname(folder) : folder;
  return status === 'added' && added.has(beside === '.' ? test : `${beside}/${test}`);
}

function pooledFile({ path, kind }: FileChange, objects: ReadonlyMap<string, string>): PooledFile | undefined {
  const [mode, blob] = objects.get(path)?.split(':') ?? [];
  const isFile = mode === '100644' || mode === '100755';
  return isFile && blob !== undefined ? { path, blob, executable: kind === 'executable' } : undefined;
}
