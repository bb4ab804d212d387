import { checkPlan } from '../domain/check-plan.ts';
import type { Escalation } from '../domain/escalation.ts';
import type { SettledTask, TaskSpec } from '../domain/job.ts';
import type { Plan } from '../domain/plan.ts';
import type { RunAttributes } from '../domain/run.ts';
import type { Patience } from './escalate.ts';
import { escalationOf, patienceOf } from './escalate.ts';
import type { PlanGate } from './gates.ts';
import { resultIfAny, whyNot } from './settled.ts';
import type { ApprovePayload, JudgedIssue } from './task-types.ts';
import { approveType } from './task-types.ts';

/** What a person's answer to a plan came to. */
export type AfterGate =
  | { readonly kind: 'approved'; readonly plan: Plan; readonly by: string; readonly warnings: readonly string[] }
  | { readonly kind: 'refused'; readonly why: string }
  /** They approved a plan of their own that is none. */
  | { readonly kind: 'no-plan'; readonly by: string; readonly reasons: readonly string[] };

/** @param answer the settled gate. @param plan that was asked about. */
export function afterGate(run: RunAttributes, answer: SettledTask | undefined, plan: Plan): AfterGate {
  const given = resultIfAny(approveType, answer);
  if (given === undefined) return { kind: 'refused', why: answer === undefined ? 'nobody answered' : whyNot(answer) };
  const by = given.approvedBy;
  if (given.plan === undefined) return { kind: 'approved', plan, by, warnings: [] };
  const checked = checkPlan(given.plan, run.issue);
  return checked.kind === 'plan'
    ? { kind: 'approved', plan: checked.plan, by, warnings: [`The plan was changed by ${by}.`, ...checked.warnings] }
    : { kind: 'no-plan', by, reasons: checked.reasons };
}

/** The question about a plan. @param again why it is asked once more. @param after keys of tasks that have to be over before the wait begins. */
export function gateTask(run: RunAttributes, { analysis, plan, gate, again, after }: GateRequest): TaskSpec {
  const reason = again ?? gate.because;
  const patience = patienceFor(run, gate);
  const payload: ApprovePayload = {
    reason,
    question: `${again === undefined ? '' : `${again}. `}${question(analysis, plan)}`,
    details: escalation(run, { analysis, plan, gate, ...(again === undefined ? {} : { again }) }),
    ...(patience === undefined ? {} : { patience }),
  };
  return { type: approveType.name, key: 'approve', payload, dependencies: after.map((on) => ({ on, until: 'settled' })) };
}

interface GateRequest {
  readonly analysis: JudgedIssue;
  readonly plan: Plan;
  readonly gate: Exclude<PlanGate, { kind: 'open' }>;
  readonly again?: string;
  readonly after: readonly string[];
}

/** Of what is only told silence is a yes. */
function patienceFor({ config }: RunAttributes, gate: GateRequest['gate']): Patience | undefined {
  return gate.kind === 'told' ? { ms: gate.minutes * 60_000, otherwise: 'approve' } : patienceOf(config);
}

function escalation(run: RunAttributes, { analysis, plan, gate, again }: Omit<GateRequest, 'after'>): Escalation {
  return escalationOf(run, {
    kind: 'plan',
    // Somebody is about to write a plan of their own.
    onlyOnce: again !== undefined,
    severity: gate.kind === 'told' ? 'low' : 'medium',
    reason: `${gate.because}: ${gate.kind === 'told' ? 'the plan goes on unless somebody says no' : 'a person approves the plan'}`,
    recommendation: 'Look at the tasks: whether they are the issue, all of it, and nothing else.',
    about: {
      plan: plan.tasks.map(({ id, title, after, estimatedMinutes }) => ({ id, title, after, estimatedMinutes })),
      criticalPath: plan.criticalPath,
      complexity: analysis.complexity,
      priority: analysis.priority,
    },
    actions: { approve_anyway: 'Go on with this plan', reject: 'End the run' },
  });
}

function question(analysis: JudgedIssue, planned: Plan): string {
  const tasks = planned.tasks.map((task) => `${task.id}: ${task.title}${task.after.length > 0 ? ` (after ${task.after.join(', ')})` : ''}`);
  return `Complexity ${analysis.complexity} of 10. Go on with ${planned.tasks.length === 1 ? 'one task' : `${planned.tasks.length} tasks`}: ${tasks.join('; ')}?`;
}
