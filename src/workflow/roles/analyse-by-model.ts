import { z } from 'zod';
import type { Analysis } from '../../domain/analysis.ts';
import { isHotfix } from '../../domain/analysis.ts';
import { labelsOf } from '../../domain/labels.ts';
import { visibleText } from '../../domain/visible-text.ts';
import { repositoryMap } from '../../domain/repository-map.ts';
import type { MicroUsd } from '../../domain/money.ts';
import type { TaskContext } from '../../weaver/handler.ts';
import { issueText } from '../background.ts';
import { isLooser } from '../gates.ts';
import { runOf } from '../tools.ts';
import { askConfigured } from './configured-role.ts';
import type { RoleTools } from './configured-role.ts';

const proposal = z.object({
  type: z.enum(['bug', 'feature', 'refactor', 'docs', 'test', 'chore']),
  complexity: z.number().refine((points) => points >= 0 && points <= 10, 'must lie between 0 and 10'),
  priority: z.enum(['P0-Critical', 'P1-High', 'P2-Medium', 'P3-Low']),
  securitySensitive: z.boolean(),
  effortHours: z.number().refine((hours) => hours > 0 && hours <= 1_000, 'must lie between 0 and 1000'),
  files: z.array(z.string()).refine((files) => files.length <= 50, 'at most 50 files'),
  reason: z.string(),
});

const instructions = `You judge an issue of a software project before anybody works on it.
- type: what kind of change it asks for.
- complexity: 0 (a typo) to 10 (a new architecture). 3: one place, clear what to do. 5: several files that depend on each other. 7: a change of design.
- priority: P0-Critical only where production is down or data is lost.
- securitySensitive: whether a mistake in the change could let somebody in, or something out.
- effortHours: of an experienced developer who knows the project.
- files: existing files that will have to change, by their full paths; none rather than guessed ones.
- reason: why, in a sentence or two.`;

/** An analysis, and what is to be said of how it came to be. */
export interface JudgedAnalysis {
  readonly analysis: Analysis;
  readonly warnings: readonly string[];
  readonly costMicroUsd: MicroUsd;
}

/** The furthest that a model's complexity may lie from that of the rules. */
const furthest = 4;

/**
 * What the rules found, refined by a model where one is configured. It reads what strangers wrote, so it may make a run more careful and never
 * less: what the rules take for sensitive stays so, and no gate opens that they had closed.
 */
export async function analyseByModel(
  tools: RoleTools,
  context: TaskContext<unknown>,
  { rules, files }: { readonly rules: Analysis; readonly files: readonly string[] },
): Promise<JudgedAnalysis> {
  const { issue } = runOf(context);
  const asked = await askConfigured(tools, context, 'analyse', {
    what: 'analysis',
    schema: proposal,
    instructions,
    prompt: [
      { name: 'issue', untrusted: issueText(issue), most: 65_536 },
      { name: 'files', untrusted: repositoryMap({ files, near: rules.scope.files, exports: new Map(), most: 12_000 }), most: 12_000 },
    ],
  });
  if (asked === undefined) return { analysis: rules, warnings: [], costMicroUsd: 0 };
  const { value, model, warnings, costMicroUsd } = asked;
  if (value === undefined) return { analysis: rules, warnings, costMicroUsd };
  return { analysis: refined(context, { rules, files }, { ...value, model }), warnings, costMicroUsd };
}

function refined(
  context: TaskContext<unknown>,
  { rules, files }: { readonly rules: Analysis; readonly files: readonly string[] },
  told: z.infer<typeof proposal> & { readonly model: string },
): Analysis {
  const { type, effortHours } = told;
  const complexity = bounded(context, rules.complexity, told.complexity);
  const securitySensitive = rules.securitySensitive || told.securitySensitive;
  const priority = boundedPriority(rules, told.priority);
  const there = new Set(files);
  const scope = { ...rules.scope, files: [...new Set([...rules.scope.files, ...told.files.filter((path) => there.has(path))])].toSorted() };
  const judged = { type, complexity, priority, securitySensitive, effortHours: Math.max(1, Math.round(effortHours)), scope };
  const because = visibleText(told.reason).text.replaceAll(/\s+/g, ' ').trim().slice(0, 500);
  const kept = complexity === told.complexity ? '' : `, taken as ${complexity} beside ${rules.complexity} by the rules`;
  return {
    ...judged,
    labels: [...labelsOf(judged)],
    reasons: [...rules.reasons, `${told.model}: ${type}, complexity ${told.complexity}${kept}. ${because}`],
  };
}

/** Near the rules, and where it is lower not past a point from which a run is treated with less care. */
function bounded(context: TaskContext<unknown>, rules: number, told: number): number {
  const near = Math.min(rules + furthest, Math.max(rules - furthest, told), 10);
  if (near >= rules) return near;
  const run = runOf(context);
  const isCareful = (complexity: number): boolean => complexity >= 3;
  const lost = (complexity: number): boolean => (isCareful(rules) && !isCareful(complexity)) || isLooser(run, rules, complexity);
  let lower = near;
  while (lost(lower) && lower < rules) lower = Math.min(rules, Math.floor(lower) + 1);
  return lower;
}

/** A hotfix waits for nobody, so no model makes one; and what is sensitive is not put off. */
function boundedPriority(rules: Analysis, told: Analysis['priority']): Analysis['priority'] {
  const worded = isHotfix({ priority: told }) && !isHotfix(rules) ? 'P1-High' : told;
  return rules.securitySensitive && worded > rules.priority ? rules.priority : worded;
}
