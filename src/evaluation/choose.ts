import { changeSize } from '../domain/change.ts';
import type { Choice, DecidedBy, JudgeReport, WorldEvidence, WorldVerdict } from '../domain/choice.ts';
import type { BaseEvidence } from '../domain/evidence.ts';
import type { CommitId } from '../domain/ids.ts';
import type { ScoreWeights, WorldScore } from '../domain/score.ts';
import type { WorldName } from '../domain/world.ts';
import { worldNames } from '../domain/world.ts';
import { reachableFailures } from './base.ts';
import { caveatsOf } from './caveats.ts';
import { brokenTests, fixedTests, reasonsAgainst } from './gates.ts';
import { scoreWorld } from './score.ts';

/** Scores nearer to each other than this, in points, are a tie. */
export const tie = 0.05;

/** The points between first and second from which on the score alone gives full confidence. */
const clearMargin = 10;

export interface ChoiceRequest {
  readonly base: BaseEvidence;
  readonly worlds: readonly WorldEvidence[];
  readonly weights?: ScoreWeights;
  /** Worlds that must pass before one may win. Default 1. */
  readonly minSuccessful?: number;
  /** What a model said of {@link levelWorlds}. */
  readonly judge?: JudgeReport;
}

type Candidate = WorldVerdict & { readonly score: WorldScore; readonly size: number; readonly commit: CommitId };

/**
 * Chooses between worlds by what their code did: those that a hard gate stops are out, the highest score wins, of equal scores the one that
 * a judge preferred, where there was one, then the smaller change (lines, then files), then the order of the worlds' names.
 *
 * Worlds that made the very same change do not compete with each other.
 *
 * Confidence is the share of the weights that had evidence, times 0.5 to 1 by the margin: 1 from 10 points on, and for a change that
 * no other could have beaten. What a judge says is no evidence, and adds none.
 */
export function choose(request: ChoiceRequest): Choice {
  const verdicts = verdictsOf(request);
  const caveats = caveatsOf(request.base, request.worlds);
  const candidates = verdicts.filter(isCandidate).toSorted(better);
  const preferred = levelOf(candidates).find(({ world }) => world === request.judge?.preferred);
  const winner = preferred ?? candidates[0];
  if (winner === undefined) return { kind: 'none-passed', reason: `${noneReason(verdicts)}${notRun(verdicts)}`, verdicts, caveats };
  const needed = request.minSuccessful ?? 1;
  if (candidates.length < needed) {
    const reason = `${candidates.length} of ${verdicts.length} worlds passed, and ${needed} must before one may win.${notRun(verdicts)}`;
    return { kind: 'none-passed', reason, verdicts, caveats };
  }
  const second = candidates.find((candidate) => candidate !== winner && !winner.sameChange.includes(candidate.world));
  const margin = second === undefined ? undefined : Math.max(0, round(winner.score.total - second.score.total));
  const certainty = margin === undefined ? 1 : 0.5 + 0.5 * Math.min(1, margin / clearMargin);
  return {
    kind: 'chosen',
    winner: winner.world,
    commit: winner.commit,
    decidedBy: preferred === undefined ? decidedBy(winner, second) : 'judge',
    margin,
    confidence: Math.round(winner.score.confidence * certainty * 100) / 100,
    ...(request.judge === undefined ? {} : { judge: request.judge }),
    verdicts,
    caveats,
  };
}

/**
 * The worlds between which nothing but the size of their changes or their order would decide, one for each change, at most three, the first by
 * that rule first; empty where the evidence decides.
 */
export function levelWorlds(request: Omit<ChoiceRequest, 'judge'>): readonly WorldName[] {
  const choice = choose(request);
  if (choice.kind === 'none-passed' || (choice.decidedBy !== 'smaller-change' && choice.decidedBy !== 'order')) return [];
  return levelOf(choice.verdicts.filter(isCandidate).toSorted(better)).map(({ world }) => world);
}

/** Worlds that a judge is asked about at most. */
const mostJudged = 3;

/** The best of a sorted list with those that have the same score and another change. */
function levelOf([best, ...others]: readonly Candidate[]): readonly Candidate[] {
  if (best === undefined) return [];
  const level = [best, ...others.filter(({ score }) => best.score.total - score.total < tie)];
  return level
    .filter(({ sameChange }, index) => level.slice(0, index).every(({ world }) => !sameChange.includes(world)))
    .slice(0, mostJudged);
}

function verdictsOf({ base, worlds, weights }: ChoiceRequest): WorldVerdict[] {
  const checks = worlds.flatMap((world) => (world.kind === 'checked' ? [world.check] : []));
  const reachable = reachableFailures(base, checks);
  return worlds.toSorted(byName).map((world): WorldVerdict => {
    const { stance, costMicroUsd, durationMs } = world;
    const common = { world: world.world, stance, costMicroUsd, durationMs };
    if (world.kind === 'ended') {
      const nothing = {
        score: undefined,
        size: undefined,
        files: [],
        fixed: [],
        broken: [],
        summary: '',
        commit: undefined,
        sameChange: [],
      };
      return { ...common, ...nothing, status: world.status, against: [world.reason] };
    }
    const against = reasonsAgainst(base, world);
    return {
      ...common,
      status: against.length === 0 ? 'success' : 'failed',
      score: scoreWorld({ base, check: world.check, reachable, quality: world.quality, ...(weights === undefined ? {} : { weights }) }),
      size: changeSize(world.change),
      files: world.change.files.map((file) => file.path),
      fixed: fixedTests(base, world.check),
      broken: brokenTests(base, world.check),
      against,
      summary: world.summary,
      commit: world.commit,
      sameChange: worlds.filter((other) => other !== world && madeTheSame(world, other)).map((other) => other.world),
    };
  });
}

function madeTheSame(world: WorldEvidence, other: WorldEvidence): boolean {
  return world.kind === 'checked' && other.kind === 'checked' && world.patchDigest !== undefined && world.patchDigest === other.patchDigest;
}

function isCandidate(verdict: WorldVerdict): verdict is Candidate {
  return verdict.against.length === 0 && verdict.score !== undefined && verdict.size !== undefined && verdict.commit !== undefined;
}

// Totals have one decimal, so that two of them either are the same or lie further apart than a tie: the order is transitive.
function better(a: Candidate, b: Candidate): number {
  if (Math.abs(a.score.total - b.score.total) >= tie) return b.score.total - a.score.total;
  return a.size - b.size || a.files.length - b.files.length || byName(a, b);
}

function decidedBy(winner: Candidate, second: Candidate | undefined): DecidedBy {
  if (second === undefined) return winner.sameChange.length > 0 ? 'agreement' : 'only-one-passed';
  if (winner.score.total - second.score.total >= tie) return 'score';
  return winner.size !== second.size || winner.files.length !== second.files.length ? 'smaller-change' : 'order';
}

function byName(a: Pick<WorldVerdict, 'world'>, b: Pick<WorldVerdict, 'world'>): number {
  return worldNames.indexOf(a.world) - worldNames.indexOf(b.world);
}

function noneReason(verdicts: readonly WorldVerdict[]): string {
  if (verdicts.length === 0) return 'There was no world to choose from.';
  if (verdicts.every(isSkipped))
    return verdicts.length === 1 ? 'The only world was not run.' : `None of ${verdicts.length} worlds was run.`;
  const checked = verdicts.filter((verdict) => verdict.score !== undefined).length;
  if (verdicts.length === 1)
    return checked === 0 ? 'The only world produced no change that could be checked.' : 'The only world did not pass the gates.';
  if (checked === 0) return `None of ${verdicts.length} worlds produced a change that could be checked.`;
  return `${checked} of ${verdicts.length} worlds produced a change, and none of these passed the gates.`;
}

/** Which worlds were left out and why, to be added to a sentence: whoever tries again wants to know when. */
function notRun(verdicts: readonly WorldVerdict[]): string {
  const skipped = verdicts.filter(isSkipped).map(({ world, against }) => `${world} (${against.join('; ')})`);
  return skipped.length === 0 ? '' : ` Left out: ${skipped.join(', ')}.`;
}

function isSkipped({ status }: WorldVerdict): boolean {
  return status === 'skipped';
}

function round(points: number): number {
  return Math.round(points * 10) / 10;
}
