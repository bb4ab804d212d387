import type { DeployStep } from '../../domain/deployment-flow.ts';
import type { TaskSpec } from '../../domain/job.ts';
import type { RunAttributes } from '../../domain/run.ts';
import type { Need } from '../../domain/needs.ts';
import { needOfDeploying } from './deploy-needs.ts';
import * as types from './deploy-task-types.ts';
import type { DeployEnvironmentPayload, OpenedDeployment } from './deploy-task-types.ts';

/** The kind of task that each step is. */
export const stepTypes = {
  open: types.deployOpenType,
  place: types.deployPlaceType,
  expand: types.deployHookType,
  start: types.deployStartType,
  'verify-beside': types.deployVerifyType,
  baseline: types.deployBaselineType,
  serve: types.deployServeType,
  'verify-serving': types.deployVerifyType,
  watch: types.deployWatchType,
  contract: types.deployHookType,
  'serve-back': types.deployServeType,
  'verify-back': types.deployVerifyType,
  'serve-better': types.deployServeType,
  finish: types.deployFinishType,
} as const satisfies Readonly<Record<DeployStep, unknown>>;

/** A step is tried once, and three times more. */
const attempts = 4;

/** A step as the one child of its environment. @param openedBy names the environment's part of the run, whoever takes the environment for it. */
export function stepTask(
  run: Pick<RunAttributes, 'config' | 'repository' | 'issue'> & { readonly needsOfSmoke: readonly Need[] },
  step: DeployStep,
  payload: DeployEnvironmentPayload,
  openedBy: string,
): TaskSpec {
  // The smoke test runs programs of the project.
  const programs = step === 'verify-beside' || step === 'verify-serving' ? run.needsOfSmoke : [];
  const needs = [needOfDeploying(run), ...programs];
  return { type: stepTypes[step].name, key: step, payload: payloadOf(step, payload, openedBy), budget: { attempts }, needs };
}

function payloadOf(step: DeployStep, payload: DeployEnvironmentPayload, openedBy: string): unknown {
  const { environment, release, commit, rollback, progress } = payload;
  if (step === 'open') return { environment, release, commit, openedBy };
  const at = { opened: taken(payload) };
  switch (step) {
    case 'place':
    case 'start':
      return { ...at, rollback };
    case 'baseline':
    case 'watch':
      return at;
    case 'expand':
    case 'contract':
      return { ...at, hook: step };
    case 'verify-beside':
      return { ...at, where: 'beside', smoke: true };
    case 'verify-serving':
      return { ...at, where: 'serving', smoke: !progress.beside };
    case 'verify-back':
      return { ...at, where: 'back', smoke: false };
    case 'serve':
      return { ...at, way: 'forward', verdict: null };
    case 'serve-back':
      return { ...at, way: 'back', verdict: progress.verdict };
    case 'serve-better':
      return { ...at, way: 'better', verdict: progress.verdict };
    case 'finish': {
      const { state: end, reason } = progress.end ?? { state: 'abandoned', reason: null };
      // What a person put back had proven itself: it is for them to say whether it may not go out again.
      const block = !rollback && (end === 'refused' || end === 'rolled-back' || end === 'broken');
      return { ...at, end, verdict: progress.verdict, reason, block };
    }
  }
}

function taken({ opened }: DeployEnvironmentPayload): OpenedDeployment {
  if (opened === null) throw new Error('the environment was never taken');
  return opened;
}
