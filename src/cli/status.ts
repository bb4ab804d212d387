import { displayId } from '../domain/ids.ts';
import { findRun } from '../operations/find-run.ts';
import { reportRun } from '../operations/report.ts';
import type { JobView } from '../weaver/engine.ts';
import { oneLine } from './one-line.ts';
import type { GlobalOptions, Shell } from './shell.ts';

/** `miyabi status [run]`: the newest runs, or one with its counts and what it waits for. */
export async function status(
  shell: Shell,
  wanted: string | undefined,
  options: GlobalOptions & { readonly json?: boolean },
): Promise<number> {
  await using app = await shell.open(options);
  if (wanted !== undefined) {
    const job = await findRun(app.tools.engine, wanted);
    const { report } = reportRun(job, await app.tools.engine.tasks(job.id), app.tools.clock.now());
    if (options.json === true)
      shell.out(`${JSON.stringify({ ...report, type: 'run.status', state: job.state, counts: job.counts, bottleneck: job.bottleneck })}\n`);
    else printOne(shell, job);
    return 0;
  }
  const jobs = await app.tools.engine.jobs({ limit: 20 });
  if (options.json === true) shell.out(`${JSON.stringify({ type: 'runs', schemaVersion: 1, runs: jobs.map(brief) })}\n`);
  else if (jobs.length === 0)
    shell.out(`No runs yet. \`${shell.program} demo\` shows one, \`${shell.program} run "<issue>"\` starts one.\n`);
  else for (const job of jobs) shell.out(`${line(job)}\n`);
  return 0;
}

function brief(job: JobView): object {
  return { run: displayId('run', job.id), title: job.title, state: job.state, createdAt: job.createdAt, endedAt: job.endedAt ?? null };
}

function line(job: JobView): string {
  const when = new Date(job.createdAt).toISOString().slice(0, 16).replace('T', ' ');
  return `${displayId('run', job.id)}  ${when}  ${job.state.padEnd(9)}  ${oneLine(job.title)}`;
}

function printOne(shell: Shell, job: JobView): void {
  shell.out(`${line(job)}\n`);
  const counts = Object.entries(job.counts).map(([state, count]) => `${state}=${count}`);
  shell.out(`  ${counts.join(', ')}\n`);
  if (job.bottleneck !== '') shell.out(`  ${job.endedAt === undefined ? 'waits for' : 'because'}: ${oneLine(job.bottleneck)}\n`);
  if (job.cancelReason !== undefined) shell.out(`  cancelled: ${oneLine(job.cancelReason)}\n`);
}
