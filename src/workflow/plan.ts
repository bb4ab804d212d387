import type { Analysis } from '../domain/analysis.ts';
import type { TaskSpec } from '../domain/job.ts';
import type { Plan } from '../domain/plan.ts';
import type { RunAttributes } from '../domain/run.ts';
import { purposeOf } from '../evaluation/integrity/purpose.ts';
import { handle } from '../weaver/handler.ts';
import { asksAPerson } from './gates.ts';
import { makePlan } from './roles/plan-by-model.ts';
import { resultOf } from './settled.ts';
import type { ApprovePayload, ImplementPayload } from './task-types.ts';
import { analyseType, approveType, cleanupType, implementType, planType, publishType, reviewType } from './task-types.ts';
import type { WorkflowTools } from './tools.ts';
import { runOf } from './tools.ts';

/** Phase 2: splits the issue into tasks. Its children are the rest of the run. */
export function plan(tools: WorkflowTools) {
  return handle(planType, async (context) => {
    const run = runOf(context);
    const analysis = resultOf(analyseType, context.dependencies[0]);
    const { plan: planned, notes, warnings, costMicroUsd } = await makePlan(tools, context, analysis);
    return {
      kind: 'success',
      observations: [...analysis.reasons, ...notes, `${planned.tasks.length} task(s), critical path ${planned.criticalPath.join(' -> ')}`],
      costMicroUsd,
      decomposition: { join: 'none', children: restOfRun(run, analysis, planned, warnings) },
    };
  });
}

/** The tasks of a run after its plan, with their dependencies. */
export function restOfRun(run: RunAttributes, analysis: Analysis, planned: Plan, warnings: readonly string[] = []): readonly TaskSpec[] {
  const asks = asksAPerson(run, analysis.complexity);
  const approval: ApprovePayload = {
    reason: `complexity ${analysis.complexity} of 10`,
    question: question(analysis, planned),
    details: planned,
  };
  const purpose = purposeOf(analysis.type);
  const implement = planned.tasks.map((planTask): TaskSpec => {
    const payload: ImplementPayload = { planTask: { ...planTask, purpose }, step: { kind: 'start' }, round: 1 };
    const after = [...(asks ? ['approve'] : []), ...planTask.after];
    return { type: implementType.name, key: planTask.id, payload, dependencies: after.map((on) => ({ on, until: 'succeeded' })) };
  });
  return [
    ...(asks ? [{ type: approveType.name, key: 'approve', payload: approval }] : []),
    ...implement,
    {
      type: reviewType.name,
      key: 'review',
      payload: { complexity: analysis.complexity, tasks: planned.tasks.length, sentBack: 0, asked: null, purpose, warnings },
      dependencies: planned.tasks.map((task) => ({ on: task.id, until: 'succeeded' })),
    },
    { type: publishType.name, key: 'publish', payload: {}, dependencies: [{ on: 'review', until: 'succeeded' }] },
    {
      type: cleanupType.name,
      key: 'cleanup',
      payload: {},
      // All that it tells later runs of, and nobody who could still need what it removes.
      dependencies: ['publish', ...planned.tasks.map(({ id }) => id)].map((on) => ({ on, until: 'settled' })),
    },
  ];
}

function question(analysis: Analysis, planned: Plan): string {
  const tasks = planned.tasks.map((task) => `${task.id}: ${task.title}${task.after.length > 0 ? ` (after ${task.after.join(', ')})` : ''}`);
  return `Complexity ${analysis.complexity} of 10. Go on with ${planned.tasks.length === 1 ? 'one task' : `${planned.tasks.length} tasks`}: ${tasks.join('; ')}?`;
}
