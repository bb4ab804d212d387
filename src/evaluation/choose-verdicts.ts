import { changeSize } from '../domain/change.ts';
import type { WorldEvidence, WorldVerdict } from '../domain/choice.ts';
import type { BaseEvidence } from '../domain/evidence.ts';
import type { CommitId } from '../domain/ids.ts';
import type { ScoreWeights, WorldScore } from '../domain/score.ts';
import { worldNames } from '../domain/world.ts';
import { reachableFailures } from './base.ts';
import { brokenTests, fixedTests, reasonsAgainst } from './gates.ts';
import { scoreWorld } from './score.ts';
import { scoreEvidence } from './score-evidence.ts';
import { isStopped } from './security/share.ts';

/** Scores nearer to each other than this, in points, are a tie. */
export const tie = 0.05;

/** Tests of one world that a verdict names. */
const most = { fixed: 1_000, broken: 200 } as const;

/** A world that could win. */
export type Candidate = WorldVerdict & { readonly score: WorldScore; readonly size: number; readonly commit: CommitId };

/** What is known of each world, in the order of their names. */
export function verdictsOf(base: BaseEvidence, worlds: readonly WorldEvidence[], weights?: ScoreWeights): WorldVerdict[] {
  const checks = worlds.flatMap((world) => (world.kind === 'checked' ? [world.check] : []));
  const reachable = reachableFailures(base, checks);
  return worlds.toSorted(byName).map((world): WorldVerdict => {
    const { stance, costMicroUsd, durationMs } = world;
    const common = { world: world.world, stance, costMicroUsd, durationMs };
    if (world.kind === 'ended') return { ...common, ...nothing, status: world.status, against: [world.reason] };
    const against = reasonsAgainst(base, world);
    const { check, quality, security } = world;
    return {
      ...common,
      status: against.length === 0 ? 'success' : 'failed',
      score: scoreWorld({ base, check, reachable, quality, security, ...(weights === undefined ? {} : { weights }) }),
      size: changeSize(world.change),
      files: world.change.files.map((file) => file.path),
      fixed: fixedTests(base, check).slice(0, most.fixed),
      broken: brokenTests(base, check).slice(0, most.broken),
      against,
      ...(security !== undefined && isStopped(security) ? { isStopped: true } : {}),
      evidence: scoreEvidence(base, world, reachable),
      summary: world.summary,
      commit: world.commit,
      sameChange: worlds.filter((other) => other !== world && madeTheSame(world, other)).map((other) => other.world),
    };
  });
}

const nothing = {
  score: undefined,
  size: undefined,
  files: [],
  fixed: [],
  broken: [],
  summary: '',
  commit: undefined,
  sameChange: [],
} as const;

function madeTheSame(world: WorldEvidence, other: WorldEvidence): boolean {
  return world.kind === 'checked' && other.kind === 'checked' && world.patchDigest !== undefined && world.patchDigest === other.patchDigest;
}

/** Whether a world could win. */
export function isCandidate(verdict: WorldVerdict): verdict is Candidate {
  return verdict.against.length === 0 && isComplete(verdict);
}

/** Whether there is a change that could be judged at all. */
export function isComplete(verdict: WorldVerdict): verdict is Candidate {
  return verdict.score !== undefined && verdict.size !== undefined && verdict.commit !== undefined;
}

/**
 * The higher score first, then the smaller change, then the order of the names. Totals have one decimal, so that two of them either are the
 * same or lie further apart than a tie: the order is transitive.
 */
export function better(a: Candidate, b: Candidate): number {
  if (Math.abs(a.score.total - b.score.total) >= tie) return b.score.total - a.score.total;
  return a.size - b.size || a.files.length - b.files.length || byName(a, b);
}

/** By the order of the worlds' names. */
export function byName(a: Pick<WorldVerdict, 'world'>, b: Pick<WorldVerdict, 'world'>): number {
  return worldNames.indexOf(a.world) - worldNames.indexOf(b.world);
}

/** One world for each change, the first of those that made it. */
export function oneForEachChange(candidates: readonly Candidate[]): readonly Candidate[] {
  return candidates.filter(({ sameChange }, index) => candidates.slice(0, index).every(({ world }) => !sameChange.includes(world)));
}
