import type { ReviewReport } from '../../domain/review.ts';
import { qualityLabel } from '../../domain/review.ts';
import { code, folded, inline, sections, table } from './markdown.ts';

export interface ReviewComment {
  /** As people see it: `run_...`. */
  readonly run: string;
  readonly report: ReviewReport;
  /** Reports on the branch as it was before it was sent back, oldest first. */
  readonly earlier: readonly ReviewReport[];
  /** Who let it pass where its points did not. */
  readonly approvedBy: string | null;
}

/** The most findings that are shown one by one. */
const mostFindings = 100;

/** What stands at the issue, or at the pull request, about the review of the branch. */
export function reviewComment({ run, report, earlier, approvedBy }: ReviewComment): string {
  return sections([
    `## Review of ${code(run)}: ${report.score} of 100 points`,
    `${code(qualityLabel(report.score))} ${verdict(report, approvedBy)}`,
    scoreTable(report),
    findings(report),
    ...earlier.map((before, index) =>
      folded(
        `Sent back ${index === 0 ? 'at first' : 'again'} with ${before.score} points`,
        findings(before) || 'Without a finding that could be named.',
      ),
    ),
  ]);
}

/** The four components with their points; `n/a` where nothing could be measured. */
export function scoreTable({ breakdown }: Pick<ReviewReport, 'breakdown'>): string {
  const weights = { tests: 35, lint: 25, security: 20, docs: 20 } as const;
  const names = Object.keys(weights) as (keyof typeof weights)[];
  return table(
    ['Component', 'Points', 'Of'],
    names.map((name) => [name, breakdown[name] === null ? 'n/a' : String(breakdown[name]), String(weights[name])]),
  );
}

function verdict({ recommendation }: ReviewReport, approvedBy: string | null): string {
  if (approvedBy !== null) return `Approved by ${inline(approvedBy, 100)}.`;
  switch (recommendation) {
    case 'APPROVE':
      return 'It goes on.';
    case 'REVIEW':
      return 'A person decides.';
    case 'REJECT':
      return 'It is not good enough.';
  }
}

function findings({ issues }: ReviewReport): string {
  const shown = issues.slice(0, mostFindings).map((issue) => `- ${inline(issue, 600)}`);
  const more = issues.length - mostFindings;
  return [...shown, ...(more > 0 ? [`- and ${more} more`] : [])].join('\n');
}
