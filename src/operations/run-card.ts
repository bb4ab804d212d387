import { Failure } from '../domain/failure.ts';
import { fromUsd, showUsd } from '../domain/money.ts';
import type { JobView } from '../weaver/engine.ts';
import { code, fenced, folded, inline, link, sections, table } from '../workflow/words/markdown.ts';
import { scoreCard, shownDuration } from '../workflow/words/score-card.ts';
import { explainRun } from './explain.ts';
import { readReport } from './read-report.ts';
import type { RunReport } from './report.ts';
import type { OperationTools } from './tools.ts';

/** What a run came to, as Markdown for a forge: the summary of a step, or a comment. Nothing that strangers wrote calls anybody or leads anywhere. */
export async function runCard(tools: OperationTools, job: JobView): Promise<string> {
  const { report, reason } = await readReport(tools, job);
  const worlds = await tools.ledger.worlds.ofRun(job.id);
  const explanation = await whyOf(tools, job);
  return `${sections([
    `## ${code(report.run)} ${headlines[report.status]}`,
    inline(job.title, 300),
    reason === '' ? '' : inline(reason, 1_000),
    table(['What', 'Where and how much'], factsOf(report)),
    worlds.length === 0 ? '' : `### Worlds\n\n${scoreCard(worlds)}`,
    explanation === '' ? '' : folded('Why the winner won', fenced(explanation, { most: 20_000 })),
    report.warnings.map((warning) => `- ${inline(warning, 500)}`).join('\n'),
  ])}\n`;
}

const headlines = {
  succeeded: 'is done',
  failed: 'has failed',
  waiting: 'waits for an answer',
  cancelled: 'was cancelled',
} as const satisfies Readonly<Record<RunReport['status'], string>>;

function factsOf({ branch, commit, pullRequest, tasks, deployments, costUsd, durationMs }: RunReport): readonly (readonly string[])[] {
  const winners = tasks.flatMap(({ id, winner }) => (winner === null ? [] : [`${code(id)}: **${inline(winner)}**`]));
  return [
    ...(branch === null ? [] : [['Branch', `${code(branch)}${commit === null ? '' : ` at ${code(commit.slice(0, 12))}`}`]]),
    ...(pullRequest === null
      ? []
      : [['Pull request', `${link(`#${pullRequest.number}`, pullRequest.url)}${pullRequest.isMerged ? ', merged' : ''}`]]),
    ...(winners.length === 0 ? [] : [['Winner', winners.join(', ')]]),
    ...deployments.map(({ environment, release, end }) => [`Deployed to ${inline(environment)}`, `${code(release)}: ${end}`]),
    ['Models', `${showUsd(fromUsd(costUsd))} USD`],
    ['Took', shownDuration(durationMs)],
  ];
}

/** A run may have ended before there was anything to choose. */
async function whyOf(tools: OperationTools, job: JobView): Promise<string> {
  try {
    return await explainRun(tools, job);
  } catch (error) {
    if (error instanceof Failure && error.reason === 'notFoundOrLocked') return '';
    throw error;
  }
}
