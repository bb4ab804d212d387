import { z } from 'zod';
import { visibleText } from '../../domain/visible-text.ts';
import type { MicroUsd } from '../../domain/money.ts';
import type { ReviewReport } from '../../domain/review.ts';
import type { TaskContext } from '../../weaver/handler.ts';
import { issueText } from '../background.ts';
import { runOf } from '../tools.ts';
import { askConfigured } from './configured-role.ts';
import type { RoleTools } from './configured-role.ts';

const severities = ['critical', 'high', 'medium', 'low'] as const;

const opinion = z.object({
  findings: z
    .array(z.object({ severity: z.enum(severities), path: z.string(), line: z.number().nullable(), text: z.string() }))
    .refine((findings) => findings.length <= 20, 'at most 20 findings, the gravest ones'),
});
type Finding = z.infer<typeof opinion>['findings'][number];

const instructions = `You read the whole change of a branch once more before it is handed over. It builds, and its tests were run: look for what they do not see.
- critical: it loses data, lets somebody in, or gives secrets away. high: it is wrong in a case that will happen, or does not do what the issue asks.
- medium: it will make trouble later. low: it could be better.
- Tell only what you can show in the change, each in a sentence that says what happens and when, with the path and the line (of the new file) or null.
- No finding at all is a good answer.`;

/** Characters of a diff that are read. */
const mostOfPatch = 200_000;

/** A report, and what is to be said of how it came to be. */
export interface ReadReport {
  readonly report: ReviewReport;
  readonly warnings: readonly string[];
  readonly costMicroUsd: MicroUsd;
}

/**
 * The report of the checks with what a model finds in the change, where one is configured. A grave finding takes the approval away, so that a
 * person looks; nothing that a model says gives it.
 */
export async function reviewByModel(
  tools: RoleTools,
  context: TaskContext<unknown>,
  { report, patch }: { readonly report: ReviewReport; readonly patch: () => Promise<string> },
): Promise<ReadReport> {
  const { issue, config } = runOf(context);
  if (config.models.review === undefined) return { report, warnings: [], costMicroUsd: 0 };
  const change = await patch();
  const asked = await askConfigured(tools, context, 'review', {
    what: 'review',
    schema: opinion,
    instructions,
    prompt: [
      { name: 'issue', untrusted: issueText(issue), most: 65_536 },
      { name: 'change', untrusted: change, most: mostOfPatch },
    ],
  });
  if (asked === undefined) return { report, warnings: [], costMicroUsd: 0 };
  const { value, model, costMicroUsd } = asked;
  const cut =
    change.length > mostOfPatch ? [`${model} read only the first ${mostOfPatch.toLocaleString('en')} characters of the change.`] : [];
  if (value === undefined) return { report, warnings: asked.warnings, costMicroUsd };
  return { report: withFindings(report, value.findings, model), warnings: cut, costMicroUsd };
}

function withFindings(report: ReviewReport, findings: readonly Finding[], model: string): ReviewReport {
  const sorted = findings.toSorted((one, other) => severities.indexOf(one.severity) - severities.indexOf(other.severity));
  const gravest = (['critical', 'high'] as const).find(
    (level) => level === report.gravest || findings.some(({ severity }) => severity === level),
  );
  return {
    ...report,
    recommendation: gravest !== undefined && report.recommendation === 'APPROVE' ? 'REVIEW' : report.recommendation,
    ...(gravest === undefined ? {} : { gravest }),
    issues: [...report.issues, ...sorted.map((finding) => inWords(finding, model))],
  };
}

function inWords({ severity, path, line, text }: Finding, model: string): string {
  const plain = (untrusted: string, most: number): string => visibleText(untrusted).text.replaceAll(/\s+/g, ' ').trim().slice(0, most);
  const at = `${plain(path, 200)}${line === null ? '' : `:${line}`}`;
  return `${severity}: ${at === '' ? '' : `${at}: `}${plain(text, 500).replace(/\.?$/, '.')} (${model})`;
}
