import type { ExitReason } from '../domain/failure.ts';
import { deploymentInWords } from '../operations/deployment-report.ts';
import type { RunReport, TaskReport, WorldReport } from '../operations/report.ts';
import { oneLine } from './one-line.ts';
import type { Shell } from './shell.ts';

/** How a run ended, for people; `program` is what the commands that go on begin with. */
export interface SummaryEnd {
  readonly reason: string;
  readonly exit: ExitReason;
  readonly program: string;
}

/** What came out of a run, and the commands that go on from here. */
export function printSummary(shell: Shell, report: RunReport, end: SummaryEnd): void {
  for (const warning of report.warnings) shell.out(`${shell.colours.yellow('!')} ${oneLine(warning)}\n`);
  for (const line of summaryLines(report, end)) shell.out(`${line}\n`);
}

export function summaryLines(report: RunReport, end: SummaryEnd): readonly string[] {
  const { program } = end;
  const seconds = `${(report.durationMs / 1000).toFixed(1)} s`;
  const reason = oneLine(end.reason).replace(/\.$/, '');
  switch (report.status) {
    case 'succeeded':
      return [
        `${report.run} succeeded in ${seconds}${costOf(report)}.`,
        ...report.tasks.map((task) => `  ${task.id}: ${task.winner ?? 'no world'} won (${oneLine(task.title)})`),
        ...whereItIs(report),
        ...report.deployments.map((deployment) => `  ${oneLine(deploymentInWords(deployment))}`),
        report.tasks.length === 0 && report.deployments.length > 0
          ? `  ${program} releases show ${report.deployments[0]?.release}`
          : `  ${program} explain ${report.run}`,
      ];
    case 'waiting':
      return end.exit === 'waits'
        ? [
            `${report.run} waits: ${reason}${reason.endsWith('?') ? '' : '.'}`,
            `  ${program} approve ${report.run}     say yes and go on`,
            `  ${program} reject ${report.run}      say no and end it`,
          ]
        : report.remote === null
          ? [`${report.run} is not finished.`, `  ${program} resume ${report.run}`]
          : [`${report.run} goes on; workers carry it.`, `  ${program} resume ${report.run}     watch it again`];
    case 'cancelled':
      return [`${report.run} was cancelled: ${reason}. ${touched(report)}`];
    case 'failed':
      return [
        `${report.run} failed after ${seconds}${costOf(report)}: ${reason}.`,
        ...report.tasks.flatMap((task) => task.worlds.flatMap((world) => whyNot(task, world))),
        ...(report.deployments.length === 0 ? [touched(report)] : afterDeploying(report)),
        `  ${program} show ${report.run}        what happened`,
        ...(report.deployments.length > 0 ? [`  ${program} explain ${report.run}     why the release was not kept`] : []),
        ...report.deployments.flatMap(({ repair }) => (repair === null ? [] : [`  ${program} resume ${repair}      ${mends}`])),
        ...(report.deployments.length === 0 && report.tasks.some((task) => task.worlds.some((world) => world.score !== null))
          ? [`  ${program} explain ${report.run}     ${explains(report)}`]
          : []),
      ];
  }
}

const mends = 'was begun to mend it: a service carries it, without one this does';

/** What was merged stays merged. */
function afterDeploying(report: RunReport): readonly string[] {
  return [...whereItIs(report), ...report.deployments.map((deployment) => `  ${oneLine(deploymentInWords(deployment))}`)];
}

function whereItIs({ branch, commit, remote, pullRequest }: RunReport): readonly string[] {
  if (pullRequest?.isMerged === true)
    return [`The change is merged, with pull request #${pullRequest.number}: ${oneLine(pullRequest.url)}`];
  if (branch === null) return [];
  return [
    ...(pullRequest === null ? [] : [`Pull request #${pullRequest.number} waits for you: ${oneLine(pullRequest.url)}`]),
    `The change is on branch ${branch} (${commit?.slice(0, 8)}). Read it:`,
    remote === null ? `  git diff HEAD...${branch}` : `  git fetch ${remote} ${branch} && git diff HEAD...FETCH_HEAD`,
  ];
}

function explains(report: RunReport): string {
  return report.tasks.every((task) => task.winner !== null) ? 'how the worlds were judged' : 'why no world passed';
}

function whyNot(task: TaskReport, world: WorldReport): readonly string[] {
  if (task.winner !== null || world.reason === null) return [];
  const reason = oneLine(world.reason);
  return [`  ${task.id} ${world.world}: ${reason.length > longestReason ? `${reason.slice(0, longestReason)} ...` : reason}`];
}

/** In characters; `explain` has all of it. */
const longestReason = 300;

/** Of what others did meanwhile, the warnings tell. */
function touched({ branch }: RunReport): string {
  return branch === null
    ? 'Miyabi did not touch your repository.'
    : `The change had been handed over before that: it is on branch ${branch}.`;
}

/** What models have cost, where they have; nothing paid is shown as nothing. */
function costOf({ costUsd }: RunReport): string {
  if (costUsd === 0) return '';
  return costUsd < 0.01 ? ', under 0.01 USD' : `, ${costUsd.toFixed(2)} USD`;
}
