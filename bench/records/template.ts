import { execFileSync } from 'node:child_process';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { systemClock } from '../../src/adapters/clock.ts';
import { systemIds } from '../../src/adapters/ids.ts';
import { openDatabase } from '../../src/adapters/store/open-database.ts';
import type { BaseEvidence } from '../../src/domain/evidence.ts';
import type { RunAttributes } from '../../src/domain/run.ts';
import { runAttributesSchema } from '../../src/domain/run.ts';
import type { Ledger } from '../../src/ports/ledger.ts';
import type { BaseCheckResult } from '../../src/workflow/task-types.ts';

/** What a real run left in the records, to be stored again and again. */
export interface RunTemplate {
  readonly attributes: RunAttributes;
  readonly evidence: BaseEvidence;
  /** By key of the task: its result as JSON, and what its attempts noticed. */
  readonly tasks: ReadonlyMap<string, { readonly result: string; readonly observations: readonly string[] }>;
}

/** Runs the product on one of its examples, in five worlds. @throws when that run does not succeed. */
export async function recordRun(folder: string): Promise<RunTemplate> {
  const project = join(folder, 'project');
  const state = join(folder, 'state');
  cpSync(fileURLToPath(new URL('../../examples/parcel-rates', import.meta.url)), project, { recursive: true });
  const git = (...args: readonly string[]): void =>
    void execFileSync('git', ['-C', project, '-c', 'user.name=B', '-c', 'user.email=b@localhost', ...args]);
  git('init', '--quiet', '--initial-branch=main');
  git('add', '--all');
  git('commit', '--quiet', '--message', 'first');
  const launcher = fileURLToPath(new URL('../../bin/miyabi.js', import.meta.url));
  const run = ['--state', state, 'run', 'ISSUE.md', '--worlds', '5', '--yes', '--json'];
  execFileSync(process.execPath, [launcher, ...run], { cwd: project, stdio: ['ignore', 'ignore', 'inherit'] });
  return await readRun(join(state, 'miyabi.db'));
}

async function readRun(path: string): Promise<RunTemplate> {
  const database = await openDatabase(path, { clock: systemClock, ids: systemIds });
  try {
    const { store, ledger } = database;
    const [job] = await store.read(async (records) => await records.jobs({ limit: 1 }));
    if (job === undefined) throw new Error('the run left no record');
    const tasks = await store.read(async (records) => await records.tasks(job.id));
    const attempts = await store.read(async (records) => await records.attempts({ jobId: job.id }));
    const results = new Map<string, { readonly result: string; readonly observations: readonly string[] }>();
    for (const task of tasks) {
      if (task.state !== 'succeeded') continue;
      const observations = attempts.findLast(({ taskId }) => taskId === task.id)?.end?.observations ?? [];
      results.set(task.key, { result: JSON.stringify(await withKept(ledger, task.result.value)), observations });
    }
    const base = tasks.find(({ key }) => key === 'base.check');
    if (base?.state !== 'succeeded') throw new Error('the base of the run was not checked');
    const { commit, checks } = base.result.value as BaseCheckResult;
    const evidence = await ledger.runEvidence(job.id, commit, checks.digest);
    if (evidence === undefined) throw new Error('the run has no evidence of its base');
    return { attributes: runAttributesSchema.parse(job.attributes), evidence, tasks: results };
  } finally {
    await database.close();
  }
}

/** What the check of a world and the examination saw, in the place of the digests under which that run kept it. */
async function withKept(ledger: Ledger, value: unknown): Promise<unknown> {
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(async ([name, each]: [string, unknown]) => {
    const isKept = (name === 'check' || name === 'evidence') && typeof each === 'string';
    return [name, isKept ? await ledger.kept(each) : each] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}
