import { readChoices } from './choices.ts';
import { readBurn, readCost } from './cost.ts';
import { listDecisions } from './decisions.ts';
import { liftRelease, listDeployments, listReleases, readDeployment, startDeployment, startRollback } from './deployments.ts';
import { listDiffFiles, readDiff, readDiffFile } from './diff.ts';
import { readDocument } from './document-operation.ts';
import { abandonFix, answerEscalation, finishFix, listAnswered, listEscalations, readEscalation, startFix } from './escalations.ts';
import { followEvents } from './events.ts';
import { requestFix } from './fixes.ts';
import { addNote, forgetKnowledge, searchKnowledge } from './knowledge.ts';
import { listLogs, readLog } from './logs.ts';
import type { ApiOperation } from './operation.ts';
import { pickWorld } from './picks.ts';
import { changePlan, readPlan } from './plans.ts';
import { listAttempts, listTasks, listWorlds, readTask, readTimeline } from './run-details.ts';
import { cancelRun, listRuns, pauseRun, readRun, resumeRun, retryRun, startRun } from './runs.ts';
import { collectGarbage, listWorkers, readService, readSettings, runDoctor } from './service.ts';
import { endSession, readSession } from './session.ts';
import { listStandingAnswers, revokeStandingAnswer } from './standing-answers.ts';
import { readStatistics, readThresholds } from './statistics.ts';
import { listTokens, revokeToken } from './tokens.ts';

const byGroup: ReadonlyArray<readonly ApiOperation[]> = [
  [listRuns, readRun, startRun, cancelRun, pauseRun, resumeRun, retryRun, pickWorld, requestFix],
  [readPlan, changePlan],
  [
    listWorlds,
    readChoices,
    listDecisions,
    readDiff,
    listDiffFiles,
    readDiffFile,
    readTimeline,
    listTasks,
    readTask,
    listAttempts,
    listLogs,
    readLog,
    followEvents,
  ],
  [
    listEscalations,
    listAnswered,
    readEscalation,
    answerEscalation,
    startFix,
    finishFix,
    abandonFix,
    listStandingAnswers,
    revokeStandingAnswer,
  ],
  [listDeployments, readDeployment, listReleases, startDeployment, startRollback, liftRelease],
  [readCost, readBurn],
  [readStatistics, readThresholds],
  [searchKnowledge, addNote, forgetKnowledge],
  [readService, listWorkers, readSettings, collectGarbage, runDoctor],
  [readSession, endSession, listTokens, revokeToken, readDocument],
];

/** Everything that can be asked of the API, in the order in which it is documented. */
export const apiOperations: readonly ApiOperation[] = byGroup.flat();
