import type { TaskType } from '../domain/task-type.ts';
import type { Registration } from '../weaver/handler.ts';
import { analyse } from './analyse.ts';
import { approve } from './approve.ts';
import { baseCheck } from './base-check.ts';
import { basePrepare } from './base-prepare.ts';
import { choose } from './choose.ts';
import { cleanup } from './cleanup.ts';
import { examWorld } from './exam-world.ts';
import { withFinalFailures } from './final-failures.ts';
import { implement } from './implement.ts';
import { integrate } from './integrate.ts';
import { plan } from './plan.ts';
import { publish } from './publish.ts';
import { review } from './review.ts';
import * as taskTypes from './task-types.ts';
import { testsCollect } from './tests-collect.ts';
import { testsWrite } from './tests-write.ts';
import type { WorkflowTools } from './tools.ts';
import { worldCheck } from './world-check.ts';
import { worldRun } from './world-run.ts';

/** Every kind of task that a run can have: whoever executes runs must have code for each. */
export const expectedTypes: readonly TaskType<unknown, unknown>[] = Object.values(taskTypes);

/**
 * Every kind of task of a run with the code that executes it, in the order in which they happen. Only agents are stopped by the run's cost limit:
 * a model that is asked for a role costs money too, but where it may not be asked any more the rules take over, and what was paid for is finished.
 */
export function registrations(tools: WorkflowTools): readonly Registration[] {
  return [
    analyse(tools),
    plan(tools),
    approve(),
    implement(tools),
    basePrepare(tools),
    baseCheck(tools),
    { ...worldRun(tools), spends: true },
    worldCheck(tools),
    { ...testsWrite(tools), spends: true },
    testsCollect(tools),
    examWorld(tools),
    choose(tools),
    integrate(tools),
    review(tools),
    publish(tools),
    cleanup(tools),
  ].map(withFinalFailures);
}
