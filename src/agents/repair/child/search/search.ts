import { hash } from 'node:crypto';
import type { RepairSettings } from '../../../../domain/world.ts';
import { applyWithInsertions, hitInsertions, tickInsertions } from '../edits/instrument.ts';
import { parseSource } from '../edits/parse.ts';
import { proposeCandidates, type Candidate } from '../edits/propose.ts';
import { survey } from '../edits/survey.ts';
import { applyEdits, type TextEdit } from '../edits/text.ts';
import { type Draft, inBatches } from './batches.ts';
import { firstFuel, fuelFor } from './fuel.ts';
import { isPlausible, judge, type Baseline, type Effect } from './judge.ts';
import type { Oracle } from './oracle.ts';
import { pairUp, type Tried } from './pairs.ts';
import { isOwn, singlesFirst, whole } from './share.ts';
import { suspiciousSites, type NumberedSurvey } from './suspicion.ts';

/** A change that makes failing tests pass and none fail, as far as the oracle saw. */
export interface PlausiblePatch {
  readonly edits: readonly Candidate[];
  /** Whole new texts of the files it changes. */
  readonly texts: ReadonlyMap<string, string>;
  readonly fixed: readonly string[];
  /** Every target passes. */
  readonly complete: boolean;
  /** How many candidates had been tried when it was found, itself included. */
  readonly rank: number;
}

export interface SearchRequest {
  /** Files that may be changed, with their texts. */
  readonly sources: ReadonlyMap<string, string>;
  readonly oracle: Oracle;
  readonly settings: RepairSettings;
  /** Ids of the failures to mend; absent: every one that fails. */
  readonly targets?: ReadonlySet<string>;
  /** Whether time is left; asked before each batch of candidates. */
  readonly goOn: () => boolean;
  readonly onProgress: (tried: number, plausible: number) => void;
  /** @returns false when the search should end with this one. */
  readonly onPlausible: (patch: PlausiblePatch) => boolean;
}

export type SearchEnd =
  | { readonly kind: 'searched'; readonly tried: number; readonly proposed: number; readonly plausible: number }
  | { readonly kind: 'nothing-fails' }
  | { readonly kind: 'not-run'; readonly reason: string };

/** Share of the budget for single edits when two may be combined. */
const singleShare = 0.65;

/** Tries candidates in order until the budget or the time is used up. Decides only; what runs is behind the oracle. */
export async function search(request: SearchRequest): Promise<SearchEnd> {
  const surveys = surveyAll(request.sources);
  const base = await request.oracle.run(instrumentedForHits(request.sources, surveys), 'all', firstFuel);
  if (base.kind === 'died') return { kind: 'not-run', reason: base.reason };
  const targets = new Set(base.cases.filter(({ id, passed }) => !passed && (request.targets?.has(id) ?? true)).map(({ id }) => id));
  if (targets.size === 0) return { kind: 'nothing-fails' };
  const baseline: Baseline = { cases: new Map(base.cases.map((each) => [each.id, each])), targets };
  const places = suspiciousSites(surveys, base.cases, targets, request.settings.statements);
  const candidates = proposeCandidates(places, request.settings.families);
  const tryEach = createAttempt(request, surveys, baseline, fuelFor(base, request.settings.patience));

  let tried = 0;
  let plausible = 0;
  const done: Tried[] = [];
  const fresh = createDrafting(request.sources);
  const { depth, candidates: budget, share = whole } = request.settings;
  const singles = candidates.filter((_, place) => isOwn(share, place)).map((candidate) => [candidate]);
  const firstPart = depth === 2 ? singlesFirst(share, budget, singleShare) : budget;
  const phases = [
    () => singles.slice(0, firstPart),
    ...(depth === 2 ? [() => pairUp(done, candidates, share), () => singles.slice(firstPart)] : []),
  ];
  for (const phase of phases) {
    const batches = inBatches({ drafts: fresh(phase()), from: tried, budget, goOn: request.goOn, tryEach });
    for (let next = await batches.next(); ; next = await batches.next()) {
      if (next.done === true && next.value) break;
      if (next.done === true) return { kind: 'searched', tried, proposed: candidates.length, plausible };
      const [draft, effect] = next.value;
      tried += 1;
      done.push({ edits: draft.edits, effect });
      request.onProgress(tried, plausible);
      if (!isPlausible(effect)) continue;
      plausible += 1;
      const patch = { ...draft, fixed: effect.fixed, complete: effect.fixed.length === targets.size, rank: tried };
      if (!request.onPlausible(patch)) return { kind: 'searched', tried, proposed: candidates.length, plausible };
    }
  }
  return { kind: 'searched', tried, proposed: candidates.length, plausible };
}

/** Makes texts of edits, each only once in a search: different edits can come to the same text. */
function createDrafting(sources: ReadonlyMap<string, string>) {
  const seen = new Set<string>();
  return function* drafted(changes: Iterable<readonly Candidate[]>): Iterable<Draft> {
    for (const edits of changes) {
      const texts = changedTexts(sources, edits);
      const key = hash('sha1', JSON.stringify([...texts]), 'base64');
      if (seen.has(key)) continue;
      seen.add(key);
      yield { edits, texts };
    }
  };
}

function surveyAll(sources: ReadonlyMap<string, string>): NumberedSurvey[] {
  let offset = 0;
  return [...sources].flatMap(([path, text]) => {
    const parsed = parseSource(path, text);
    if (parsed === undefined) return [];
    const numbered = { survey: survey(parsed), offset };
    offset += numbered.survey.sites.length;
    return [numbered];
  });
}

function instrumentedForHits(sources: ReadonlyMap<string, string>, surveys: readonly NumberedSurvey[]): Map<string, string> {
  const texts = new Map(sources);
  for (const { survey: read, offset } of surveys) {
    texts.set(read.source.path, applyEdits(read.source.text, [...tickInsertions(read), ...hitInsertions(read, offset)]));
  }
  return texts;
}

/** Tries candidates: the failing tests, then, where one of them passes, everything, then everything in a fresh process. */
function createAttempt(request: SearchRequest, surveys: readonly NumberedSurvey[], baseline: Baseline, fuel: number) {
  const insertions = new Map(surveys.map(({ survey: read }) => [read.source.path, tickInsertions(read)]));
  const { oracle, sources } = request;
  const counted = ({ edits }: Draft) =>
    new Map(
      [...editsByFile(edits)].map(([path, own]) => [path, applyWithInsertions(sources.get(path) ?? '', own, insertions.get(path) ?? [])]),
    );
  return async (drafts: readonly Draft[]): Promise<Effect[]> => {
    const seen = await oracle.runEach(drafts.map(counted), 'failing', fuel);
    const effects = seen.map((observation) => judge(baseline, observation, oracle.failingIsAll));
    const hopeful = () => drafts.flatMap((draft, index) => (effects[index] && isPlausible(effects[index]) ? [{ draft, index }] : []));
    if (!oracle.failingIsAll) {
      for (const { draft, index } of hopeful()) effects[index] = judge(baseline, await oracle.run(counted(draft), 'all', fuel), true);
    }
    for (let left = hopeful(); left.length > 0;) {
      const texts = left.map(({ draft }) => draft.texts);
      const observations = await oracle.runEach(texts, 'fresh', fuel);
      for (const [place, observation] of observations.entries()) {
        const at = left[place]?.index;
        if (at !== undefined) effects[at] = judge(baseline, observation, true);
      }
      left = left.slice(observations.length);
    }
    return effects;
  };
}

function changedTexts(sources: ReadonlyMap<string, string>, edits: readonly Candidate[]): Map<string, string> {
  return new Map([...editsByFile(edits)].map(([path, own]) => [path, applyEdits(sources.get(path) ?? '', own)]));
}

function editsByFile(candidates: readonly Candidate[]): Map<string, TextEdit[]> {
  const byFile = new Map<string, TextEdit[]>();
  for (const { file, edits } of candidates) byFile.set(file, [...(byFile.get(file) ?? []), ...edits]);
  return byFile;
}
