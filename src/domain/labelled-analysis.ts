import type { Analysis } from './analysis.ts';
import { analysisSchema } from './analysis.ts';
import { labelsOf } from './labels.ts';

const { type: types, priority: priorities } = analysisSchema.shape;

/** What a label says that the complexity is at least, of 10. */
const leastBy: ReadonlyMap<string, number> = new Map([
  ['complexity:medium', 3],
  ['complexity:high', 8],
]);

/**
 * What was judged by words, as people have judged it by labels: type and priority are theirs. A label can make a run more careful and never less,
 * for it may be one of ours that was put on the issue when it was another one.
 *
 * @param labels all that the issue carries; those that say nothing of this kind are passed over.
 */
export function withLabels(analysis: Analysis, labels: readonly string[]): Analysis {
  const type = lastOf(labels, 'type:', (name) => types.safeParse(name).data) ?? analysis.type;
  const priority = lastOf(labels, 'priority:', (name) => priorities.safeParse(name).data) ?? analysis.priority;
  const complexity = Math.max(analysis.complexity, ...labels.map((label) => leastBy.get(label) ?? 0));
  const securitySensitive = analysis.securitySensitive || labels.some((label) => label.startsWith('security:'));
  const effortHours = Math.max(1, Math.round(analysis.effortHours + 2 * (complexity - analysis.complexity)));
  const judged = { ...analysis, type, priority, complexity, securitySensitive, effortHours };
  const said = [
    ...(type === analysis.type ? [] : [`it is labelled type:${type}`]),
    ...(priority === analysis.priority ? [] : [`it is labelled priority:${priority}`]),
    ...(complexity === analysis.complexity ? [] : [`a label says that its complexity is at least ${complexity}`]),
    ...(securitySensitive === analysis.securitySensitive ? [] : ['it is labelled as a matter of security']),
  ];
  return { ...judged, labels: [...labelsOf(judged)], reasons: [...analysis.reasons, ...said] };
}

function lastOf<Value>(labels: readonly string[], group: string, read: (name: string) => Value | undefined): Value | undefined {
  return labels.flatMap((label) => (label.startsWith(group) ? (read(label.slice(group.length)) ?? []) : [])).at(-1);
}
