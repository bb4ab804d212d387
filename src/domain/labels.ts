import type { Analysis } from './analysis.ts';
import type { ForgeLabel } from './forge.ts';

/** Where the run of an issue is, in the order in which it comes there; an issue has one of them at a time. */
export const stateLabels = [
  'state:analyzing',
  'state:pending',
  'state:implementing',
  'state:reviewing',
  'state:deploying',
  'state:done',
  'state:failed',
  'state:blocked',
] as const;

/** Says that a pull request may be merged by whoever merges here. */
export const readyToMerge = 'ready-to-merge';

export type ComplexityLabel = 'complexity:low' | 'complexity:medium' | 'complexity:high';

/** Below 3 a run takes the short way, above 7 a person approves its plan, see `gates` in the configuration. */
export function complexityLabel(complexity: number): ComplexityLabel {
  if (complexity < 3) return 'complexity:low';
  return complexity > 7 ? 'complexity:high' : 'complexity:medium';
}

/** Every label that we put on something, but for `estimated:<n>h`: its name, its colour and what it says. */
const table: readonly ForgeLabel[] = [
  ...rows('c5def5', {
    'state:analyzing': 'Miyabi is reading it',
    'state:pending': 'Miyabi has planned it and will begin',
    'state:implementing': 'Miyabi is working on it in parallel worlds',
    'state:reviewing': 'Miyabi is reviewing the branch',
    'state:deploying': 'Miyabi waits for checks, merges or deploys',
  }),
  ...rows('0e8a16', { 'state:done': 'Miyabi has finished it' }),
  ...rows('b60205', { 'state:failed': 'Miyabi could not finish it' }),
  ...rows('fbca04', { 'state:blocked': 'Miyabi waits for an answer of a person' }),
  ...rows('1d76db', {
    'type:bug': 'Something does not work as it should',
    'type:feature': 'Something new',
    'type:refactor': 'The same behaviour in better code',
    'type:docs': 'Words for people',
    'type:test': 'Tests alone',
    'type:chore': 'Upkeep',
  }),
  ...rows('b60205', { 'priority:P0-Critical': 'Now: one task, and nothing is waited for' }),
  ...rows('d93f0b', { 'priority:P1-High': 'Soon' }),
  ...rows('fbca04', { 'priority:P2-Medium': 'In its turn' }),
  ...rows('c2e0c6', { 'priority:P3-Low': 'Some day' }),
  ...rows('d4c5f9', {
    'complexity:low': 'Below 3 of 10',
    'complexity:medium': '3 to 7 of 10',
    'complexity:high': 'Above 7 of 10: a person approves the plan',
  }),
  ...rows('bfdadc', { 'agent:codegen': 'Done by the coding agent' }),
  ...rows('b60205', { 'security:high': 'A mistake here could let somebody in, or something out' }),
  ...rows('0e8a16', { 'quality:excellent': 'Review score of 90 and more', 'quality:good': 'Review score from 80 to 90' }),
  ...rows('fbca04', { 'quality:fair': 'Review score from 60 to 80' }),
  ...rows('b60205', { 'quality:poor': 'Review score below 60' }),
  ...rows('0e8a16', { [readyToMerge]: 'Reviewed, and its checks have passed' }),
];

const estimated = /^estimated:\d{1,6}h$/;

/** A label of ours with its colour and description; undefined for one that is somebody else's. */
export function labelNamed(name: string): ForgeLabel | undefined {
  if (estimated.test(name)) return { name, color: 'ededed', description: 'Hours that an experienced developer would need' };
  return table.find((label) => label.name === name);
}

/**
 * What changes where these labels are put on something: of the groups that know one label at a time (all that have a colon in their name)
 * the others of ours go. What people named themselves stays, and so does what is there already.
 *
 * @param wanted labels of ours. @param present all that it carries now.
 */
export function labelChange(
  wanted: readonly string[],
  present: readonly string[],
): { readonly add: readonly string[]; readonly remove: readonly string[] } {
  const groups = new Set(wanted.flatMap((name) => groupOf(name) ?? []));
  const isReplaced = (name: string): boolean => {
    const group = groupOf(name);
    return group !== undefined && groups.has(group) && !wanted.includes(name) && labelNamed(name) !== undefined;
  };
  return { add: wanted.filter((name) => !present.includes(name)), remove: present.filter(isReplaced) };
}

/**
 * Whether a state says less than one that is there: of what is told late, since a forge could not be reached, a state that the run has left
 * behind is not put on again. From `state:blocked` and `state:failed` every way is open, and into them.
 */
export function isBehind(state: string, present: readonly string[]): boolean {
  const order: readonly string[] = stateLabels.filter((label) => label !== 'state:blocked' && label !== 'state:failed');
  const furthest = Math.max(-1, ...present.map((label) => order.indexOf(label)));
  return order.includes(state) && order.indexOf(state) < furthest;
}

function groupOf(name: string): string | undefined {
  const at = name.indexOf(':');
  return at === -1 ? undefined : name.slice(0, at);
}

/** The labels that an issue judged like this is given. */
export function labelsOf(
  judged: Pick<Analysis, 'type' | 'priority' | 'complexity' | 'effortHours' | 'securitySensitive'>,
): readonly string[] {
  return [
    `type:${judged.type}`,
    `priority:${judged.priority}`,
    complexityLabel(judged.complexity),
    `estimated:${judged.effortHours}h`,
    'agent:codegen',
    ...(judged.securitySensitive ? ['security:high'] : []),
  ];
}

function rows(color: string, described: Readonly<Record<string, string>>): readonly ForgeLabel[] {
  return Object.entries(described).map(([name, description]) => ({ name, color, description }));
}
