import type { Verdict } from './deployment.ts';

/** Which step of a deployment follows on which: pure, so that every path can be tried. */

/** The steps on the way to an environment, in the order in which most deployments go through them. */
export const deploySteps = [
  'open',
  'place',
  'expand',
  'start',
  /** Asked where it alone is reached, before it serves. */
  'verify-beside',
  /** How the old release does, before it goes. */
  'baseline',
  'serve',
  'verify-serving',
  'watch',
  'contract',
  /** The last good release is given all traffic again. */
  'serve-back',
  'verify-back',
  /** Neither is good, and the new one was the better of the two. */
  'serve-better',
  'finish',
] as const;
export type DeployStep = (typeof deploySteps)[number];

/** How an environment's part ends. */
export type DeploymentEnd = 'live' | 'refused' | 'rolled-back' | 'broken' | 'abandoned';

/** What a step came to. */
export type StepOutcome =
  /** `beside`: of `start` alone, whether the release can be asked before it serves. */
  | { readonly kind: 'done'; readonly beside?: boolean }
  /** The release was found bad. */
  | { readonly kind: 'bad'; readonly verdict: Verdict }
  /** The target will not do it, however often it is asked. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** Somebody else has taken the environment. */
  | { readonly kind: 'lost'; readonly reason: string }
  /** It could not be carried out, was tried again as often as it may, and a person did not want it tried any more. */
  | { readonly kind: 'given-up'; readonly reason: string };

/** What is known of a deployment from its beginning. */
export interface DeploymentTerms {
  /** A person puts back an earlier release: it has proven itself before, so it is not watched, and nothing is put in its place. */
  readonly rollback: boolean;
  /** Whether the release has such a hook. */
  readonly expand: boolean;
  readonly contract: boolean;
  /** Whether there is a good release to go back to. */
  readonly good: boolean;
}

/** What is remembered from step to step. */
export interface DeploymentProgress {
  /** It can be asked before it serves. */
  readonly beside: boolean;
  /** The first thing that was found against it. */
  readonly verdict: Verdict | null;
  /** Why it goes back, in a sentence; empty while it does not. */
  readonly because: string;
  /** How it ends, once that is clear; `reason`: in a sentence. */
  readonly end: { readonly state: DeploymentEnd; readonly reason: string | null } | null;
}

export const noProgress: DeploymentProgress = { beside: false, verdict: null, because: '', end: null };

/** What comes next. `end`: the environment was never taken, or has been given back. */
export interface NextStep {
  readonly step: DeployStep | 'end';
  readonly progress: DeploymentProgress;
}

/** @param step the one that has come to `outcome`. */
export function nextStep(step: DeployStep, outcome: StepOutcome, terms: DeploymentTerms, progress: DeploymentProgress): NextStep {
  if (step === 'finish') return { step: 'end', progress };
  if (outcome.kind === 'lost')
    return step === 'open' ? ended(progress, 'abandoned', outcome.reason) : finish(progress, 'abandoned', outcome.reason);
  return outcome.kind === 'done' ? afterDone(step, outcome, terms, progress) : afterTrouble(step, outcome, terms, progress);
}

function afterDone(
  step: Exclude<DeployStep, 'finish'>,
  { beside = false }: Extract<StepOutcome, { readonly kind: 'done' }>,
  { rollback, expand, contract }: DeploymentTerms,
  progress: DeploymentProgress,
): NextStep {
  switch (step) {
    case 'open':
      return { step: 'place', progress };
    case 'place':
      return { step: expand && !rollback ? 'expand' : 'start', progress };
    case 'expand':
      return { step: 'start', progress };
    case 'start':
      return { step: beside ? 'verify-beside' : whatServesIt(rollback), progress: { ...progress, beside } };
    case 'verify-beside':
      return { step: whatServesIt(rollback), progress };
    case 'baseline':
      return { step: 'serve', progress };
    case 'serve':
      return { step: 'verify-serving', progress };
    case 'verify-serving':
      return rollback ? finish(progress, 'live', null) : { step: 'watch', progress };
    case 'watch':
      return contract ? { step: 'contract', progress } : finish(progress, 'live', null);
    case 'contract':
      return finish(progress, 'live', null);
    case 'serve-back':
      return { step: 'verify-back', progress };
    case 'verify-back':
      return finish(progress, 'rolled-back', progress.because);
    case 'serve-better':
      return finish(progress, 'broken', progress.because);
  }
}

/** What is put back is not compared with what it replaces. */
function whatServesIt(rollback: boolean): DeployStep {
  return rollback ? 'serve' : 'baseline';
}

type Trouble = Extract<StepOutcome, { readonly kind: 'bad' | 'refused' | 'given-up' }>;

function afterTrouble(
  step: Exclude<DeployStep, 'finish'>,
  trouble: Trouble,
  terms: DeploymentTerms,
  progress: DeploymentProgress,
): NextStep {
  const reason = trouble.kind === 'bad' ? trouble.verdict.reason : trouble.reason;
  const known = trouble.kind === 'bad' && progress.verdict === null ? { ...progress, verdict: trouble.verdict } : progress;
  switch (step) {
    case 'open':
      return ended(known, trouble.kind === 'given-up' ? 'abandoned' : 'refused', reason);
    case 'place':
    case 'expand':
    case 'start':
    case 'verify-beside':
    case 'baseline':
      return finish(known, trouble.kind === 'given-up' ? 'abandoned' : 'refused', reason);
    case 'serve':
    case 'verify-serving':
    case 'watch':
      // What cannot be proven is not kept either.
      return back({ ...known, because: reason }, terms);
    case 'contract':
      // The release has proven itself, and what it has contracted in part the old one might not bear.
      return finish(known, 'live', reason);
    case 'serve-back':
    case 'serve-better':
      return finish(known, 'broken', `${progress.because}; and ${reason}`);
    case 'verify-back':
      return neither(progress, trouble, reason);
  }
}

function back(progress: DeploymentProgress, { rollback, good }: DeploymentTerms): NextStep {
  if (good && !rollback) return { step: 'serve-back', progress };
  const why = rollback ? 'it was itself put back by a person' : 'there is no good release to go back to';
  return finish(progress, 'broken', `${progress.because}; ${why}`);
}

/** Rules by which a release is found bad that still answers most of its users. */
const degraded: ReadonlySet<Verdict['rule']> = new Set(['errors', 'latency', 'no-data', 'smoke']);

/** Never a second way back: traffic stays where it is, or goes to the new release once more where that at least answers. */
function neither(progress: DeploymentProgress, trouble: Trouble, reason: string): NextStep {
  const isOldDead = trouble.kind === 'bad' && !degraded.has(trouble.verdict.rule);
  const wasNewBetter = progress.verdict !== null && degraded.has(progress.verdict.rule);
  const why = `${progress.because}; and the release that was put back is not good either: ${reason}`;
  if (isOldDead && wasNewBetter) return { step: 'serve-better', progress: { ...progress, because: why } };
  return finish(progress, 'broken', why);
}

function finish(progress: DeploymentProgress, state: DeploymentEnd, reason: string | null): NextStep {
  return { step: 'finish', progress: { ...progress, end: { state, reason } } };
}

function ended(progress: DeploymentProgress, state: DeploymentEnd, reason: string): NextStep {
  return { step: 'end', progress: { ...progress, end: { state, reason } } };
}
