import type { RunPhase } from '../domain/run-phase.ts';
import { ciType, mergeType, pullRequestType } from './forge-task-types.ts';
import {
  analyseType,
  approveType,
  baseCheckType,
  basePrepareType,
  chooseType,
  cleanupType,
  examWorldType,
  implementType,
  integrateType,
  planType,
  publishType,
  reviewType,
  testsCollectType,
  testsWriteType,
  worldCheckType,
  worldRunType,
} from './task-types.ts';

const phases: ReadonlyMap<string, RunPhase> = new Map<string, RunPhase>([
  [analyseType.name, 'analysis'],
  [planType.name, 'plan'],
  [approveType.name, 'approval'],
  [basePrepareType.name, 'base'],
  [baseCheckType.name, 'base'],
  [implementType.name, 'worlds'],
  [worldRunType.name, 'worlds'],
  [worldCheckType.name, 'worlds'],
  [testsWriteType.name, 'worlds'],
  [testsCollectType.name, 'examination'],
  [examWorldType.name, 'examination'],
  [chooseType.name, 'choice'],
  [integrateType.name, 'integration'],
  [reviewType.name, 'review'],
  [publishType.name, 'hand-over'],
  [pullRequestType.name, 'hand-over'],
  [ciType.name, 'checks'],
  [mergeType.name, 'merge'],
  [cleanupType.name, 'clean-up'],
]);

/** Of which phase of a run tasks of a type are a part; undefined for what only tells people something. */
export function phaseOfType(type: string): RunPhase | undefined {
  return phases.get(type) ?? (type.startsWith('miyabi.deploy.') ? 'deployment' : undefined);
}
