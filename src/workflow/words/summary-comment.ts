import { showUsd } from '../../domain/money.ts';
import { moment } from './how-to-answer.ts';
import { code, folded, inline, sections, table } from './markdown.ts';
import type { CardWorld } from './score-card.ts';
import { scoreCard, shownDuration } from './score-card.ts';

/** What a run came to. */
export type SummaryEnd =
  | { readonly kind: 'merged'; readonly approvedBy: string | null }
  /** Ready, and left to people. */
  | { readonly kind: 'left'; readonly reason: string }
  | { readonly kind: 'failed'; readonly reasons: readonly string[] };

export interface SummaryComment {
  /** As people see it: `run_...`. */
  readonly run: string;
  readonly end: SummaryEnd;
  readonly pullRequest: { readonly number: number; readonly url: string } | undefined;
  /** Points of the review, where there was one. */
  readonly points: number | undefined;
  readonly phases: readonly { readonly name: string; readonly from: number; readonly to: number }[];
  readonly worlds: readonly CardWorld[];
  readonly costMicroUsd: number;
  readonly calls: number;
  /** Who was asked something, and said yes. */
  readonly approvals: readonly { readonly of: string; readonly by: string; readonly at: number }[];
  /** Times that failing checks were mended. */
  readonly repairs: number;
}

const mostRows = 60;

/** What stands at the issue when its run is over: what became of it, its timeline, and what it took. */
export function summaryComment(summary: SummaryComment): string {
  const { run, end, phases, worlds, approvals } = summary;
  return sections([
    `## ${code(run)} ${headline(end)}`,
    summary.pullRequest === undefined ? '' : `Pull request #${summary.pullRequest.number}.`,
    wordsOf(end),
    table(['What', 'How much'], measures(summary)),
    phases.length === 0
      ? ''
      : `### Timeline\n\n${table(
          ['Phase', 'Began', 'Took'],
          phases.slice(0, mostRows).map(({ name, from, to }) => [inline(name), moment(from), shownDuration(to - from)]),
        )}`,
    approvals.length === 0
      ? ''
      : approvals
          .slice(0, mostRows)
          .map(({ of, by, at }) => `- ${inline(by, 100)} approved ${code(of)} at ${moment(at)}`)
          .join('\n'),
    worlds.length === 0 ? '' : folded('Worlds', scoreCard(worlds)),
  ]);
}

function headline({ kind }: SummaryEnd): string {
  switch (kind) {
    case 'merged':
      return 'is done';
    case 'left':
      return 'is done, and its pull request waits for you';
    case 'failed':
      return 'has failed';
  }
}

function wordsOf(end: SummaryEnd): string {
  switch (end.kind) {
    case 'merged':
      return end.approvedBy === null ? 'It is merged.' : `It is merged; ${inline(end.approvedBy, 100)} approved it.`;
    case 'left':
      return `${inline(end.reason, 500)}.`;
    case 'failed':
      return end.reasons.length === 0
        ? 'Why is not known.'
        : end.reasons
            .slice(0, mostRows)
            .map((reason) => `- ${inline(reason, 1_000)}`)
            .join('\n');
  }
}

function measures({ phases, worlds, points, costMicroUsd, calls, repairs }: SummaryComment): readonly (readonly string[])[] {
  const [from, to] = [Math.min(...phases.map((phase) => phase.from)), Math.max(...phases.map((phase) => phase.to))];
  const passed = worlds.filter(({ status }) => status === 'success').length;
  return [
    ...(phases.length === 0 ? [] : [['From beginning to end', shownDuration(to - from)]]),
    ['Review', points === undefined ? 'n/a' : `${points} of 100`],
    ['Worlds', `${worlds.length}, of which ${passed} passed`],
    ['Models', `${showUsd(costMicroUsd)} USD for ${calls} ${calls === 1 ? 'call' : 'calls'}`],
    ['Failing checks mended', String(repairs)],
  ];
}
