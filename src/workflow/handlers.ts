import type { Registration } from '../weaver/handler.ts';
import { analyse } from './analyse.ts';
import { approve } from './approve.ts';
import { baseCheck } from './base-check.ts';
import { basePrepare } from './base-prepare.ts';
import { choose } from './choose.ts';
import { ci } from './ci.ts';
import { cleanup } from './cleanup.ts';
import { closeIssue } from './close-issue.ts';
import { baselineStep } from './deploy/baseline-step.ts';
import { deploy } from './deploy/begin.ts';
import { buildRelease } from './deploy/build.ts';
import type * as deployTaskTypes from './deploy/deploy-task-types.ts';
import { deployEnvironment } from './deploy/environment.ts';
import { finishDeployment } from './deploy/finish-deployment.ts';
import { openEnvironment } from './deploy/open-environment.ts';
import { placeRelease } from './deploy/place-release.ts';
import { runHook } from './deploy/run-hook.ts';
import { serveRelease } from './deploy/serve-release.ts';
import { startRelease } from './deploy/start-release.ts';
import { tagRelease } from './deploy/tag.ts';
import { tellDeployment } from './deploy/tell-deployment.ts';
import { verifyStep } from './deploy/verify-step.ts';
import { watchStep } from './deploy/watch-step.ts';
import { examWorld } from './exam-world.ts';
import type * as forgeTaskTypes from './forge-task-types.ts';
import { implement } from './implement.ts';
import { integrate } from './integrate.ts';
import { merge } from './merge.ts';
import { plan } from './plan.ts';
import { publish } from './publish.ts';
import { pullRequest } from './pull-request.ts';
import { review } from './review.ts';
import type * as taskTypes from './task-types.ts';
import { tell } from './tell.ts';
import { testsCollect } from './tests-collect.ts';
import { testsWrite } from './tests-write.ts';
import type { WorkflowTools } from './tools.ts';
import { worldCheck } from './world-check.ts';
import { worldRun } from './world-run.ts';

/** The code that executes each kind of task of a run. */
export function handlers(
  tools: WorkflowTools,
): Readonly<Record<keyof typeof taskTypes | keyof typeof forgeTaskTypes | keyof typeof deployTaskTypes | 'tellType', Registration>> {
  return {
    analyseType: analyse(tools),
    planType: plan(tools),
    approveType: approve(tools),
    tellType: tell(tools),
    implementType: implement(tools),
    basePrepareType: basePrepare(tools),
    baseCheckType: baseCheck(tools),
    worldRunType: worldRun(tools),
    worldCheckType: worldCheck(tools),
    testsWriteType: testsWrite(tools),
    testsCollectType: testsCollect(tools),
    examWorldType: examWorld(tools),
    chooseType: choose(tools),
    integrateType: integrate(tools),
    reviewType: review(tools),
    publishType: publish(tools),
    pullRequestType: pullRequest(tools),
    ciType: ci(tools),
    mergeType: merge(tools),
    closeType: closeIssue(tools),
    deployType: deploy(tools),
    deployBuildType: buildRelease(tools),
    deployEnvironmentType: deployEnvironment(tools),
    deployOpenType: openEnvironment(tools),
    deployPlaceType: placeRelease(tools),
    deployHookType: runHook(tools),
    deployStartType: startRelease(tools),
    deployVerifyType: verifyStep(tools),
    deployBaselineType: baselineStep(tools),
    deployServeType: serveRelease(tools),
    deployWatchType: watchStep(tools),
    deployFinishType: finishDeployment(tools),
    deployTagType: tagRelease(tools),
    deployTellType: tellDeployment(tools),
    cleanupType: cleanup(tools),
  };
}
