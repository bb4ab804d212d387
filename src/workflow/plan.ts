import { forgeOrigin } from '../domain/issue.ts';
import type { TaskSpec } from '../domain/job.ts';
import type { RunAttributes } from '../domain/run.ts';
import { purposeOf } from '../evaluation/integrity/purpose.ts';
import { handle } from '../weaver/handler.ts';
import { endOfRun } from './end-of-run.ts';
import { afterGate, gateTask } from './gated-plan.ts';
import { planGate } from './gates.ts';
import { keptValue } from './kept.ts';
import { makePlan } from './roles/plan-by-model.ts';
import { byKey, resultOf } from './settled.ts';
import type { ImplementPayload, ToldPlan } from './task-types.ts';
import { analyseType, cleanupType, implementType, planType, reviewType } from './task-types.ts';
import { tellTask } from './tell-type.ts';
import type { WorkflowTools } from './tools.ts';
import { runOf } from './tools.ts';

/**
 * Phase 2: splits the issue into tasks. Its children are the rest of the run; where a person has a say first, they are the gate, and once more this
 * task, which goes on from what became of it. Whoever rejects a plan ends the run.
 */
export function plan(tools: WorkflowTools) {
  return handle(planType, async (context) => {
    const run = runOf(context);
    const { asked } = context.payload;
    if (asked !== undefined) {
      const told = await keptValue(tools, asked);
      return {
        kind: 'success',
        decomposition: { join: 'none', children: await goOn(tools, run, told, byKey(context.dependencies, 'approve')) },
      };
    }
    const analysis = resultOf(analyseType, context.dependencies[0]);
    const { plan: planned, notes, warnings, costMicroUsd } = await makePlan(tools, context, analysis);
    const told = { analysis, plan: planned, gate: planGate(run, analysis), warnings: [...(analysis.warnings ?? []), ...warnings] };
    return {
      kind: 'success',
      observations: [...analysis.reasons, ...notes, `${planned.tasks.length} task(s), critical path ${planned.criticalPath.join(' -> ')}`],
      costMicroUsd,
      decomposition: { join: 'none', children: await begin(tools, run, told) },
    };
  });
}

async function begin(tools: WorkflowTools, run: RunAttributes, told: ToldPlan): Promise<readonly TaskSpec[]> {
  const isTold = forgeOrigin(run.issue) !== undefined;
  const kept = await tools.ledger.keep(told);
  const { gate } = told;
  const tell = (state: string): readonly TaskSpec[] =>
    isTold ? [tellTask(run, 'tell-plan', { what: { kind: 'plan', plan: kept }, labels: [...told.analysis.labels, state], after: [] })] : [];
  switch (gate.kind) {
    case 'open':
      return [...tell('state:implementing'), ...restOfRun(run, told, isTold ? 'tell-plan' : undefined)];
    case 'told':
      // The time for a no begins when people could have read of it.
      return [...tell('state:pending'), ...gated(run, { told: { ...told, gate }, kept, after: isTold ? ['tell-plan'] : [] })];
    case 'asked':
      return [
        ...tell('state:blocked'),
        ...gated(run, { told: { ...told, gate }, kept, after: [], tellAfter: isTold ? ['tell-plan'] : [] }),
      ];
  }
}

interface Gated {
  readonly told: ToldPlan & { readonly gate: Parameters<typeof gateTask>[1]['gate'] };
  /** The same, as it is handed on. */
  readonly kept: string;
  readonly after: readonly string[];
  readonly tellAfter?: readonly string[];
  readonly again?: string;
}

/** The question, who tells of its answer, and this task once more, which goes on with it. */
function gated(run: RunAttributes, { told, kept, after, tellAfter = after, again }: Gated): readonly TaskSpec[] {
  const { analysis, plan: planned, gate } = told;
  const isTold = forgeOrigin(run.issue) !== undefined;
  return [
    gateTask(run, { analysis, plan: planned, gate, after, ...(again === undefined ? {} : { again }) }),
    ...(isTold
      ? [tellTask(run, 'tell-answer', { what: { kind: 'answer', plan: kept }, labels: [], after: ['approve', ...tellAfter] })]
      : []),
    { type: planType.name, key: 'plan', payload: { asked: kept }, dependencies: [{ on: 'approve', until: 'settled' }] },
  ];
}

async function goOn(
  tools: WorkflowTools,
  run: RunAttributes,
  told: ToldPlan,
  answer: Parameters<typeof afterGate>[1],
): Promise<readonly TaskSpec[]> {
  const after = afterGate(run, answer, told.plan);
  switch (after.kind) {
    case 'approved':
      return restOfRun(run, { ...told, plan: after.plan, warnings: [...told.warnings, ...after.warnings] }, undefined);
    case 'refused':
      // The gate itself has died, and the run with it: what is left to do is to tidy up.
      return [
        {
          type: cleanupType.name,
          key: 'cleanup',
          payload: {},
          dependencies: answer === undefined ? [] : [{ on: answer.taskId, until: 'settled' }],
        },
      ];
    case 'no-plan': {
      const again = `The plan of ${after.by} is none (${after.reasons.slice(0, 3).join(' ')})`;
      const gate = told.gate.kind === 'open' ? { kind: 'asked' as const, because: again } : told.gate;
      return gated(run, { told: { ...told, gate }, kept: await tools.ledger.keep(told), after: [], again });
    }
  }
}

/**
 * The tasks of a run after its plan, with their dependencies.
 * @param lastTold whoever tells something at the forge before: labels change in order.
 */
export function restOfRun(
  run: RunAttributes,
  { analysis, plan: planned, warnings }: ToldPlan,
  lastTold: string | undefined,
): readonly TaskSpec[] {
  const purpose = purposeOf(analysis.type);
  const tasks = planned.tasks.map(({ id }) => id);
  const told = forgeOrigin(run.issue) === undefined ? [] : toldOfReview(run, tasks, lastTold);
  const implement = planned.tasks.map((planTask): TaskSpec => {
    const payload: ImplementPayload = { planTask: { ...planTask, purpose, changeType: analysis.type }, step: { kind: 'start' }, round: 1 };
    return {
      type: implementType.name,
      key: planTask.id,
      payload,
      dependencies: planTask.after.map((on) => ({ on, until: 'succeeded' })),
    };
  });
  return [
    ...implement,
    {
      type: reviewType.name,
      key: 'review',
      payload: { complexity: analysis.complexity, tasks: planned.tasks.length, sentBack: 0, asked: null, purpose, warnings },
      dependencies: tasks.map((on) => ({ on, until: 'succeeded' })),
    },
    ...told,
    ...endOfRun(run, { analysis, plan: planned, told: [...(lastTold === undefined ? [] : [lastTold]), ...told.map(({ key }) => key)] }),
  ];
}

/** That the review begins, and what it came to. */
function toldOfReview(run: RunAttributes, tasks: readonly string[], lastTold: string | undefined): readonly TaskSpec[] {
  const before = lastTold === undefined ? [] : [lastTold];
  const reviewing = tellTask(run, 'tell-reviewing', { what: { kind: 'nothing' }, labels: ['state:reviewing'], after: before });
  return [
    { ...reviewing, dependencies: [...(reviewing.dependencies ?? []), ...tasks.map((on) => ({ on, until: 'succeeded' as const }))] },
    tellTask(run, 'tell-review', { what: { kind: 'review' }, labels: [], after: ['review', 'tell-reviewing'] }),
  ];
}
