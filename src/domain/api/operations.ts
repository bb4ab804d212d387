import { abandonFix, answerEscalation, finishFix, listEscalations, readEscalation, startFix } from './escalations.ts';
import { readDocument } from './document-operation.ts';
import type { ApiOperation } from './operation.ts';
import { changePlan, readPlan } from './plans.ts';
import { cancelRun, listRuns, pauseRun, readRun, resumeRun, retryRun, startRun } from './runs.ts';
import { endSession, readSession } from './session.ts';

/** Everything that can be asked of the API, in the order in which it is documented. */
export const apiOperations: readonly ApiOperation[] = [
  listRuns,
  readRun,
  startRun,
  cancelRun,
  pauseRun,
  resumeRun,
  retryRun,
  listEscalations,
  readEscalation,
  answerEscalation,
  startFix,
  finishFix,
  abandonFix,
  readPlan,
  changePlan,
  readSession,
  endSession,
  readDocument,
];
