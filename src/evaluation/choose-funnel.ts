import type { FunnelStep, WorldVerdict } from '../domain/choice.ts';
import type { Cluster, Examination } from '../domain/examination.ts';
import type { WorldName } from '../domain/world.ts';
import type { Examined } from './choose-examined.ts';
import { isCandidate, isComplete, type Candidate } from './choose-verdicts.ts';
import { tests } from './gates.ts';
import { percent } from './text-table.ts';

/** The first two steps: who did not touch what judges, and who passed. */
export function gateSteps(verdicts: readonly WorldVerdict[], suspicious: ReadonlySet<WorldName>): FunnelStep[] {
  const changed = verdicts.filter(isComplete);
  const honest = changed.filter(({ world }) => !suspicious.has(world));
  const passed = verdicts.filter(isCandidate);
  return [
    {
      step: 'integrity',
      left: names(honest),
      because:
        honest.length === changed.length
          ? `None of ${changed.length} changes touches what judges it.`
          : `${listed(names(changed.filter(({ world }) => suspicious.has(world))))} touched what judges.`,
    },
    {
      step: 'gates',
      left: names(passed),
      because: gatesPassed(passed.length, honest.length),
    },
  ];
}

function gatesPassed(passed: number, of: number): string {
  if (of === 0) return 'Nobody was left to pass them.';
  return passed === of ? 'All of these passed the hard gates.' : `${passed} of ${of} passed the hard gates.`;
}

/** Who behaves alike, and whose behaviour is believed; nothing where nothing was examined. */
export function examinationSteps(candidates: readonly Candidate[], examined: Examined | undefined): FunnelStep[] {
  if (examined === undefined || !examined.says || candidates.length < 2) return [];
  const { examination, finalists, distinguished } = examined;
  const clusters: FunnelStep = { step: 'clusters', left: names(candidates), because: alikeSentence(examination) };
  if (examination.clusters.length < 2) return [clusters];
  return [
    clusters,
    { step: 'examination', left: worldsOf(finalists), because: believedSentence(examination, finalists) },
    ...(distinguished === undefined
      ? []
      : [
          {
            step: 'distinguishing-test' as const,
            left: worldsOf(distinguished),
            because:
              distinguished.length < finalists.length
                ? `A test that was written to tell them apart left ${listed(worldsOf(distinguished))}.`
                : 'A test that was written to tell them apart did not.',
          },
        ]),
  ];
}

function alikeSentence({ clusters }: Examination): string {
  const groups = clusters.filter(({ worlds }) => worlds.length > 1).map(({ worlds }) => listed(worlds));
  if (clusters.length === 1) return 'No test and no input tells them apart.';
  return groups.length === 0 ? 'All behave differently.' : `${groups.join('; ')} behave alike.`;
}

function believedSentence({ tests: all, inputs, clusters }: Examination, finalists: readonly Cluster[]): string {
  const counted = all.filter(({ weight }) => weight > 0).length;
  const basis = [...(counted > 0 ? [`${tests(counted)} of others`] : []), ...(inputs > 0 ? [`${inputs} inputs`] : [])].join(' and ');
  const best = finalists[0];
  const believed =
    best === undefined ? '' : ` ${listed(best.worlds)} ${best.worlds.length === 1 ? 'is' : 'are'} believed most (${percent(best.belief)})`;
  const next = clusters[1] === undefined ? '' : `, ${listed(clusters[1].worlds)} next (${percent(clusters[1].belief)})`;
  return `By ${basis === '' ? 'their number' : basis}${believed}${next}.`;
}

/** The last steps, from those that are left to the winner. */
export function lastSteps(left: readonly Candidate[], winner: Candidate, judged: WorldName | undefined): FunnelStep[] {
  if (judged !== undefined) return [{ step: 'judge', left: [judged], because: `The judge preferred ${judged}.` }];
  const same = left.filter(({ score }) => score.total === winner.score.total);
  const steps: FunnelStep[] = [];
  const add = (step: FunnelStep['step'], now: readonly Candidate[], before: readonly Candidate[], because: string): void => {
    if (before.length > 1)
      steps.push({ step, left: names(now), because: now.length === before.length ? `No difference: ${because}` : capital(because) });
  };
  add('score', same, left, `the highest score is ${winner.score.total.toFixed(1)}.`);
  const small = same.filter(({ size, files }) => size === winner.size && files.length === winner.files.length);
  add('smaller-change', small, same, `the smallest change has ${winner.size} lines.`);
  if (small.length > 1) steps.push({ step: 'order', left: [winner.world], because: `${winner.world} comes first.` });
  return steps;
}

/** The worlds of these clusters, in their order. */
export function worldsOf(clusters: readonly Cluster[]): readonly WorldName[] {
  return clusters.flatMap(({ worlds }) => worlds);
}

function names(verdicts: readonly WorldVerdict[]): readonly WorldName[] {
  return verdicts.map(({ world }) => world);
}

function listed(worlds: readonly WorldName[]): string {
  return worlds.length < 2 ? worlds.join('') : `${worlds.slice(0, -1).join(', ')} and ${worlds.at(-1)}`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
