import type { Choice, DecidedBy, FunnelStep, JudgeReport, PlainChoice, WorldEvidence, WorldVerdict } from '../domain/choice.ts';
import type { ScoreWeights } from '../domain/score.ts';
import type { WorldName } from '../domain/world.ts';
import { caveatsOf } from './caveats.ts';
import { examined, type Examined, type ExamRequest } from './choose-examined.ts';
import { examinationSteps, gateSteps, lastSteps, worldsOf } from './choose-funnel.ts';
import { better, isCandidate, isComplete, oneForEachChange, tie, verdictsOf, type Candidate } from './choose-verdicts.ts';
import { gateReasons } from './gates.ts';
import { noneReason, notRun } from './choose-none.ts';

/** The points between first and second from which on the score alone gives full confidence. */
const clearMargin = 10;

/** Worlds that a judge is asked about at most. */
const mostJudged = 3;

/** What a change keeps of its confidence where no test at all vouches for it. */
const unvouched = 0.5;

export interface ChoiceRequest extends ExamRequest {
  readonly worlds: readonly WorldEvidence[];
  readonly weights?: ScoreWeights;
  /** Worlds that must pass before one may win. Default 1. */
  readonly minSuccessful?: number;
  /** What a model said of {@link levelWorlds}. */
  readonly judge?: JudgeReport;
  /** Why there was no cross-examination, without a full stop; said where it could have told worlds apart. */
  readonly unexamined?: string;
}

/**
 * Chooses between worlds by what their code did, step by step: those that touched what judges or that a hard gate stops are out; of the
 * others those stay whose behaviour is believed most after a cross-examination, where there was one; then come what a judge prefers, the
 * score, the smaller change (lines, then files), and the order of the names. Without a cross-examination a judge is heard only among equal
 * scores. See `docs/scoring.md`.
 *
 * Worlds that made the very same change do not compete with each other.
 */
export function choose(request: ChoiceRequest): Choice {
  const stand = standOf(request);
  const { verdicts, candidates, left, exam } = stand;
  const gates = gateSteps(verdicts, suspiciousOf(request.worlds));
  const common = {
    plain: plainOf(request, verdicts),
    ...(exam === undefined ? {} : { examination: exam.examination }),
    verdicts,
  };
  const preferred = levelOf(stand).find(({ world }) => world === request.judge?.preferred);
  const winner = preferred ?? left[0];
  const needed = request.minSuccessful ?? 1;
  const caveats = [...caveatsOf(request.base, request.worlds, winner), ...unexaminedCaveat(request, candidates)];
  if (winner === undefined || candidates.length < needed) {
    const few = `${candidates.length} of ${verdicts.length} worlds passed, and ${needed} must before one may win.`;
    const reason = `${winner === undefined ? noneReason(verdicts) : few}${notRun(verdicts)}`;
    return { kind: 'none-passed', reason, funnel: gates, ...common, caveats };
  }
  const rivals = (among: readonly Candidate[]) => among.find((each) => each !== winner && !winner.sameChange.includes(each.world));
  const second = rivals(left) ?? rivals(candidates);
  const margin = second === undefined ? undefined : Math.max(0, round(winner.score.total - second.score.total));
  const middle = examinationSteps(candidates, exam);
  return {
    kind: 'chosen',
    winner: winner.world,
    commit: winner.commit,
    decidedBy: preferred === undefined ? decidedBy(winner, stand, rivals, middle) : 'judge',
    margin,
    confidence: confidenceOf(winner, margin, stand),
    ...(request.judge === undefined ? {} : { judge: request.judge }),
    funnel: [...gates, ...middle, ...lastSteps(left, winner, preferred?.world)],
    ...common,
    caveats,
  };
}

/**
 * The worlds between which a judge may decide, one for each change, at most three, the best first: those whose behaviours a cross-examination
 * leaves equally believed; without one, or where they all behave alike, those between which nothing but the size of their changes or their
 * order would decide. Empty where the evidence decides.
 */
export function levelWorlds(request: Omit<ChoiceRequest, 'judge'>): readonly WorldName[] {
  const stand = standOf(request);
  const level = stand.candidates.length < (request.minSuccessful ?? 1) ? [] : levelOf(stand);
  return level.length < 2 ? [] : level.map(({ world }) => world);
}

/**
 * The worlds, at most three, that a cross-examination could not tell apart and that another test might: one for each behaviour that is equally
 * believed, else, where no made-up input was tried on them, one for each change of those that nothing tells apart.
 */
export function undecided(request: Omit<ChoiceRequest, 'judge'>): readonly WorldName[] {
  const { behaviours, left, exam, candidates } = standOf(request);
  if (candidates.length < (request.minSuccessful ?? 1)) return [];
  if (behaviours.length > 1) return behaviours.map(({ world }) => world);
  const level = (exam?.examination.inputs ?? 0) > 0 ? [] : oneForEachChange(left);
  return level.length < 2 ? [] : level.slice(0, mostJudged).map(({ world }) => world);
}

/** How things stand before a judge is heard. */
interface Stand {
  readonly verdicts: readonly WorldVerdict[];
  /** All that could win, the best score first. */
  readonly candidates: readonly Candidate[];
  /** Those whose behaviour is believed, the best score first. */
  readonly left: readonly Candidate[];
  /** The best of `left` for each behaviour, where there are several. */
  readonly behaviours: readonly Candidate[];
  readonly exam: Examined | undefined;
}

function standOf(request: Omit<ChoiceRequest, 'judge'>): Stand {
  const verdicts = verdictsOf(request.base, request.worlds, request.weights);
  const candidates = verdicts.filter(isCandidate).toSorted(better);
  const exam = examined(request, candidates);
  if (exam === undefined || !exam.says) return { verdicts, candidates, left: candidates, behaviours: [], exam };
  const clusters = exam.distinguished ?? exam.finalists;
  const believed = new Set(worldsOf(clusters));
  const left = candidates.filter(({ world }) => believed.has(world));
  const best = clusters.flatMap(({ worlds }) => left.find(({ world }) => worlds.includes(world)) ?? []);
  return { verdicts, candidates, left, behaviours: best.toSorted(better).slice(0, mostJudged), exam };
}

/** Those between which a judge decides; the first is who wins without one. */
function levelOf({ left, behaviours }: Stand): readonly Candidate[] {
  if (behaviours.length > 1) return behaviours;
  const level = oneForEachChange(left.filter(({ score }) => (left[0]?.score.total ?? 0) - score.total < tie));
  return level.slice(0, mostJudged);
}

function unexaminedCaveat({ unexamined }: ChoiceRequest, candidates: readonly Candidate[]): readonly string[] {
  return unexamined === undefined || oneForEachChange(candidates).length < 2 ? [] : [`Nothing was examined: ${unexamined}.`];
}

function decidedBy(
  winner: Candidate,
  { left, candidates }: Stand,
  rivals: (among: readonly Candidate[]) => Candidate | undefined,
  steps: readonly FunnelStep[],
): DecidedBy {
  if (rivals(candidates) === undefined) return winner.sameChange.length > 0 ? 'agreement' : 'only-one-passed';
  const second = rivals(left);
  // Whoever the score would have taken is out for what the examination showed: among those that behave alike it only picks one.
  const isOut = candidates[0] !== undefined && !left.includes(candidates[0]);
  if (second === undefined || isOut) return steps.at(-1)?.step === 'distinguishing-test' ? 'distinguishing-test' : 'examination';
  if (winner.score.total - second.score.total >= tie) return 'score';
  return winner.size !== second.size || winner.files.length !== second.files.length ? 'smaller-change' : 'order';
}

/**
 * How sure a choice is. Where worlds were compared: how likely it is that the winner's behaviour is right, less up to half of it by the share of
 * the weights without evidence. Where not: the share with evidence, times 0.5 to 1 by the margin (1 from 10 points on, and for a change that no
 * other could have beaten). Half of it where no test vouches for the change.
 */
function confidenceOf(winner: Candidate, margin: number | undefined, { candidates, exam }: Stand): number {
  const known = winner.score.confidence;
  // That worlds were seen to differ counts also where nothing says who is right: nobody is surer of the winner than of its behaviour.
  const isOpen = exam !== undefined && (exam.says || exam.examination.clusters.length > 1);
  const compared = isOpen && candidates.length > 1 ? exam : undefined;
  const belief = compared?.examination.clusters.find(({ worlds }) => worlds.includes(winner.world))?.belief ?? 0;
  const byMargin = margin === undefined ? 1 : 0.5 + 0.5 * Math.min(1, margin / clearMargin);
  const vouched = winner.score.testsPassed > 0 || (compared !== undefined && hasPassed(winner, compared));
  const sure = compared === undefined ? known * byMargin : belief * (0.5 + 0.5 * known);
  return Math.round(sure * (vouched ? 1 : unvouched) * 100) / 100;
}

function hasPassed({ world }: Candidate, { examination }: Examined): boolean {
  return examination.tests.some(
    ({ weight, author, cells }) =>
      weight > 0 && author !== world && cells.some((cell) => cell.world === world && cell.outcome === 'passed'),
  );
}

function suspiciousOf(worlds: readonly WorldEvidence[]): ReadonlySet<WorldName> {
  return new Set(worlds.filter((world) => world.kind === 'checked' && world.integrity.length > 0).map(({ world }) => world));
}

/** By score and size, with the gates that there were before security was analysed. */
function plainOf({ base, worlds }: ChoiceRequest, verdicts: readonly WorldVerdict[]): PlainChoice {
  const stopped = new Set(
    worlds.filter((world) => world.kind === 'ended' || gateReasons(base, world).length > 0).map(({ world }) => world),
  );
  const passed = verdicts.filter(isComplete).filter(({ world }) => !stopped.has(world));
  const best = passed.toSorted(better)[0];
  return { winner: best?.world, scores: passed.map(({ world, score }) => ({ world, total: score.total })) };
}

function round(points: number): number {
  return Math.round(points * 10) / 10;
}
