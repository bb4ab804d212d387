import type { Analysis } from '../../domain/analysis.ts';
import { complexityLabel } from '../../domain/labels.ts';
import type { Plan } from '../../domain/plan.ts';
import type { PlanGate } from '../gates.ts';
import { howToAnswer } from './how-to-answer.ts';
import { code, folded, inline, sections, table } from './markdown.ts';
import { planGraph } from './mermaid.ts';

/** A past run that was about something alike, as people are told of it. */
export interface SimilarIssue {
  /** As people see it: `run_...`, or what a note is called by. */
  readonly run: string;
  readonly title: string;
  readonly outcome: string;
}

export interface PlanComment {
  /** As people see it: `run_...`. */
  readonly run: string;
  readonly analysis: Analysis;
  readonly plan: Plan;
  readonly gate: PlanGate | { readonly kind: 'refused'; readonly because: string };
  readonly similar: readonly SimilarIssue[];
  /** What a person should know of how it was made, a sentence each. */
  readonly warnings: readonly string[];
}

/** What stands at the issue about its plan. */
export function planComment({ run, analysis, plan, gate, similar, warnings }: PlanComment): string {
  return sections([
    `## Plan of ${code(run)}`,
    gateInWords(gate),
    factsOf(analysis),
    tasksOf(plan),
    planGraph(plan),
    warnings.map((warning) => `- ${inline(warning, 1_000)}`).join('\n'),
    similarOf(similar),
    analysis.reasons.length === 0
      ? ''
      : folded('Why it was judged like this', analysis.reasons.map((reason) => `- ${inline(reason, 1_000)}`).join('\n')),
    wayOn(gate, run),
  ]);
}

function wayOn({ kind }: PlanComment['gate'], run: string): string {
  switch (kind) {
    case 'open':
      return `${code('/miyabi stop')} ends it.`;
    case 'told':
    case 'asked':
      return howToAnswer(run, [`${code(`miyabi plan ${run} --edit`)} opens the plan, and goes on with what was changed.`]);
    case 'refused':
      return '';
  }
}

function gateInWords(gate: PlanComment['gate']): string {
  switch (gate.kind) {
    case 'open':
      return gate.because === undefined ? 'It goes on by itself.' : `It goes on by itself: ${inline(gate.because)}.`;
    case 'told':
      return `**It goes on in ${gate.minutes} minutes unless somebody says no**: ${inline(gate.because)}.`;
    case 'asked':
      return `**It waits for an answer**: ${inline(gate.because)}.`;
    case 'refused':
      return `**It does not go on**: ${inline(gate.because, 1_000)}.`;
  }
}

function factsOf(analysis: Analysis): string {
  const { type, priority, complexity, effortHours, securitySensitive, scope } = analysis;
  const level = complexityLabel(complexity).slice('complexity:'.length);
  return table(
    ['Type', 'Priority', 'Complexity', 'Effort', 'Security', 'Files it is about'],
    [
      [
        type,
        priority,
        `${round(complexity)} of 10 (${level})`,
        `${effortHours} h`,
        securitySensitive ? 'sensitive' : '-',
        scope.files.length === 0
          ? '-'
          : some(
              scope.files.map((path) => code(path, 120)),
              10,
            ),
      ],
    ],
  );
}

function tasksOf({ tasks, criticalPath, criticalMinutes }: Plan): string {
  const critical = new Set(criticalPath);
  const rows = tasks.map(({ id, title, after, estimatedMinutes, agentType }) => [
    critical.has(id) ? `**${inline(id)}**` : inline(id),
    inline(title),
    after.length === 0 ? '-' : after.map((one) => inline(one)).join(', '),
    `${round(estimatedMinutes)} min`,
    agentType,
  ]);
  const together = tasks.reduce((sum, { estimatedMinutes }) => sum + estimatedMinutes, 0);
  return [
    table(['Task', 'What', 'After', 'Estimate', 'Agent'], rows),
    '',
    `Critical path: ${criticalPath.map((id) => inline(id)).join(' → ')} (${round(criticalMinutes)} min of ${round(together)} min in all).`,
  ].join('\n');
}

function similarOf(similar: readonly SimilarIssue[]): string {
  if (similar.length === 0) return '';
  const lines = similar.slice(0, 5).map(({ run, title, outcome }) => `- ${inline(title)} (${code(run, 80)}, ${inline(outcome, 40)})`);
  return `Similar issues before:\n${lines.join('\n')}`;
}

function some(names: readonly string[], most: number): string {
  return names.length <= most ? names.join(', ') : `${names.slice(0, most).join(', ')} and ${names.length - most} more`;
}

function round(value: number): string {
  return String(Math.round(value * 10) / 10);
}
