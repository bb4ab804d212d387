import { displayId } from '../domain/ids.ts';
import { groupsBesideRuns } from '../domain/job-groups.ts';
import { findRun } from '../operations/find-run.ts';
import type { Question } from '../operations/answer.ts';
import { openQuestions } from '../operations/answer.ts';
import type { BudgetReport } from '../operations/cost.ts';
import { reportCost } from '../operations/cost.ts';
import { readReport } from '../operations/read-report.ts';
import type { JobView } from '../weaver/engine.ts';
import { usedOf } from './cost.ts';
import { oneLine } from './one-line.ts';
import { lineOf, listOfRuns, mostRuns } from './runs-in-brief.ts';
import type { GlobalOptions, Shell } from './shell.ts';
import { commandPrefix } from './shell.ts';

/** `miyabi status [run]`: the newest runs, or one with its counts and what it waits for. */
export async function status(
  shell: Shell,
  wanted: string | undefined,
  options: GlobalOptions & { readonly json?: boolean },
): Promise<number> {
  await using app = await shell.open(options);
  if (wanted !== undefined) {
    const job = await findRun(app.tools.engine, wanted);
    const { report, exit, reason } = await readReport(app.tools, job);
    const questions = job.endedAt === undefined ? await openQuestions(app.tools, job.id) : [];
    if (options.json === true)
      shell.out(
        `${JSON.stringify({ ...report, type: 'run.status', state: job.state, counts: job.counts, bottleneck: job.bottleneck, questions: questions.map(({ text }) => text) })}\n`,
      );
    else {
      const { runBudget } = await reportCost(app.tools, { by: 'run', run: job });
      const because = exit === 'done' ? job.bottleneck : reason;
      printOne(shell, job, { program: commandPrefix(shell, options), because, questions, budget: runBudget });
    }
    return 0;
  }
  const jobs = await app.tools.engine.jobs({ exceptGroups: groupsBesideRuns, limit: mostRuns });
  const program = commandPrefix(shell, options);
  if (jobs.length === 0 && options.json !== true)
    shell.out(`No runs yet. \`${program} demo\` shows one, \`${program} run "<issue>"\` starts one.\n`);
  else shell.out(listOfRuns(jobs, options.json === true));
  return 0;
}

interface Standing {
  /** What commands that go on begin with. */
  readonly program: string;
  /** Why it is where it is. */
  readonly because: string;
  readonly questions: readonly Question[];
  /** What its models have cost so far. */
  readonly budget: BudgetReport | null;
}

function printOne(shell: Shell, job: JobView, { program, because, questions, budget }: Standing): void {
  shell.out(`${lineOf(job)}\n`);
  const counts = Object.entries(job.counts).map(([state, count]) => `${state}=${count}`);
  shell.out(`  ${counts.join(', ')}\n`);
  if (budget !== null && budget.spentUsd + budget.reservedUsd > 0) shell.out(`  models: ${usedOf(budget)}\n`);
  for (const { text } of questions) shell.out(`  asks: ${oneLine(text)}\n`);
  if (questions.length > 0) shell.out(`  \`${program} approve ${displayId('run', job.id)}\` says yes, \`reject\` says no.\n`);
  else if (job.endedAt === undefined && job.bottleneck !== '') shell.out(`  waits for: ${oneLine(job.bottleneck)}\n`);
  else if (job.endedAt !== undefined && because !== '') shell.out(`  because: ${oneLine(because)}\n`);
  if (job.cancelReason !== undefined) shell.out(`  cancelled: ${oneLine(job.cancelReason)}\n`);
}
