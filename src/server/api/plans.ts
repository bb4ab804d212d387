import { changePlan, readPlan } from '../../domain/api/plans.ts';
import { displayId } from '../../domain/ids.ts';
import { answerWithPlan, planOfRun } from '../../operations/edit-plan.ts';
import { findRun } from '../../operations/find-run.ts';
import { idOfQuestion } from '../../operations/answer-question.ts';
import type { OperationTools } from '../../operations/tools.ts';
import { orMissing } from './refusal.ts';
import type { ApiRoute } from './route.ts';
import { route } from './route.ts';

/** Plans of runs, and plans that people have changed. */
export function planRoutes(tools: OperationTools): readonly ApiRoute[] {
  const find = async ({ run }: { readonly run: string }) => await orMissing(findRun(tools.engine, run));
  return [
    route(readPlan, async ({ params }) => {
      const job = await find(params);
      const { plan, written, question } = await orMissing(planOfRun(tools, job));
      const { criticalPath, criticalMinutes } = plan;
      const escalation = question === undefined ? null : idOfQuestion(job.id, question);
      return { run: displayId('run', job.id), plan: written, criticalPath, criticalMinutes, escalation };
    }),
    route(changePlan, async ({ params, body, caller }) => {
      const job = await find(params);
      const warnings = await answerWithPlan(tools, job, body, { by: caller.name, how: 'api' });
      return { run: displayId('run', job.id), by: caller.name, warnings };
    }),
  ];
}
