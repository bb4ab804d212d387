import type { ReviewReport } from '../../domain/review.ts';
import { showUsd } from '../../domain/money.ts';
import { code, folded, inline, sections } from './markdown.ts';
import { scoreTable } from './review-comment.ts';
import type { CardWorld } from './score-card.ts';
import { scoreCard } from './score-card.ts';

/** What the text of a pull request says. */
export interface PullRequestText {
  /** As people see it: `run_...`. */
  readonly run: string;
  /** Of the whole run, for traces and logs. */
  readonly traceId: string;
  readonly issue: { readonly number: number; readonly title: string };
  readonly tasks: readonly { readonly id: string; readonly title: string }[];
  /** First lines of the commits on the branch, the oldest first. */
  readonly commits: readonly string[];
  readonly files: readonly { readonly path: string; readonly addedLines: number; readonly removedLines: number }[];
  readonly worlds: readonly CardWorld[];
  /** Undefined where none was needed; `why` then. */
  readonly report: ReviewReport | undefined;
  readonly why: string | undefined;
  readonly approvedBy: string | null;
  readonly costMicroUsd: number;
}

const mostListed = 60;
const longestFinding = 400;

/**
 * The text of a run's pull request: what was done, the score card of all worlds, the review, a checklist, the cost, and the line that closes the
 * issue. That line comes first: what is left out of a text that is too long is never it.
 */
export function pullRequestText(text: PullRequestText): string {
  const { run, traceId, issue, tasks, commits, report, approvedBy, costMicroUsd } = text;
  return sections([
    `Closes #${issue.number}`,
    `## ${inline(issue.title, 200)}`,
    tasks.length === 0 ? '' : listed(tasks.map(({ id, title }) => `${code(id)} ${inline(title, 200)}`)),
    checklist(text),
    report === undefined
      ? `### Review\n\n${inline(text.why ?? 'It was not needed.', 500)}`
      : `### Review: ${report.score} of 100 points${approvedBy === null ? '' : `, approved by ${inline(approvedBy, 100)}`}\n\n${scoreTable(report)}${findingsOf(report)}`,
    text.worlds.length === 0 ? '' : `### Worlds\n\n${scoreCard(text.worlds)}`,
    `### Commits\n\n${listed(commits.map((title) => code(title, 100)))}`,
    folded(
      `${text.files.length} ${text.files.length === 1 ? 'file' : 'files'}`,
      listed(text.files.map(({ path, addedLines, removedLines }) => `${code(path)} +${addedLines} -${removedLines}`)),
    ),
    `Models cost ${showUsd(costMicroUsd)} USD. Run ${code(run)}, trace ${code(traceId)}.`,
  ]);
}

function findingsOf({ issues }: ReviewReport): string {
  return issues.length === 0 ? '' : `\n\n${listed(issues.map((issue) => inline(issue, longestFinding)))}`;
}

type Score = NonNullable<CardWorld['score']>;

/** What was looked at, checked only where that is known; what is left to the forge is not. Without a review it is what the winners were judged by. */
function checklist({ report, worlds }: PullRequestText): string {
  const winners = worlds.filter(({ chosen }) => chosen);
  const all = (holds: (score: Score) => boolean): boolean =>
    winners.length > 0 && winners.every(({ score }) => score !== undefined && holds(score));
  return [
    '### Checklist',
    '',
    item(
      all(({ build }) => build !== 0),
      'It builds, and what passed before still passes',
    ),
    ...(report === undefined ? judged(all) : reviewed(report)),
    item(true, 'No secret stands in any commit'),
  ].join('\n');
}

function judged(all: (holds: (score: Score) => boolean) => boolean): readonly string[] {
  return [
    item(
      all(({ testsPassed, testsTotal }) => testsTotal > 0 && testsPassed === testsTotal),
      'All tests pass',
    ),
    item(
      all(({ lint }) => lint === 20),
      'No new warnings',
    ),
    item(
      all(({ security }) => security === 10),
      'No finding of the security analyses',
    ),
  ];
}

function reviewed({ breakdown: { tests, lint, security, docs } }: ReviewReport): readonly string[] {
  return [
    item(tests === 35, 'All tests pass, and they run what was changed'),
    item(lint === 25, 'No new warnings'),
    item(security === 20, 'No finding of the security analyses'),
    item(docs === 20, 'What is public is documented'),
  ];
}

function item(isDone: boolean, words: string): string {
  return `- [${isDone ? 'x' : ' '}] ${words}`;
}

function listed(items: readonly string[]): string {
  const shown = items.slice(0, mostListed).map((entry) => `- ${entry}`);
  return [...shown, ...(items.length > mostListed ? [`- and ${items.length - mostListed} more`] : [])].join('\n');
}
