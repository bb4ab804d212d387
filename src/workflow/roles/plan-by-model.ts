import { z } from 'zod';
import type { Analysis } from '../../domain/analysis.ts';
import { isHotfix } from '../../domain/analysis.ts';
import type { MicroUsd } from '../../domain/money.ts';
import type { Plan } from '../../domain/plan.ts';
import { isSplit, planIssue } from '../../domain/plan.ts';
import { proposalFaults, proposedPlan } from '../../domain/proposed-plan.ts';
import { repositoryMap } from '../../domain/repository-map.ts';
import { taskListItems } from '../../domain/task-list.ts';
import type { TaskContext } from '../../weaver/handler.ts';
import { issueText } from '../background.ts';
import { openMirror } from '../open-mirror.ts';
import type { WorkflowTools } from '../tools.ts';
import { runOf } from '../tools.ts';
import { askConfigured, hasModel } from './configured-role.ts';
import type { RoleTools } from './configured-role.ts';

const proposal = z
  .object({
    tasks: z.array(
      z.object({
        id: z.string(),
        title: z.string(),
        instructions: z.string(),
        after: z.array(z.string()),
        files: z.array(z.string()),
        minutes: z.number(),
        lines: z.number(),
      }),
    ),
  })
  .superRefine(({ tasks }, context) => {
    for (const message of proposalFaults(tasks)) context.addIssue({ code: 'custom', message });
  });

const instructions = `You split an issue of a software project into tasks that developers work on at the same time, each on its own.
- One task is the best plan for whatever one developer does in an hour or two. Split only what falls into parts that can be tested apart.
- Each task leaves the project whole: it builds, and its tests pass. Tests and documentation belong to the task whose code they are about.
- after: ids of the tasks whose code this one needs. Tasks that change the same file come one after the other.
- files: paths that the task will change or make. instructions: what to do and how to know that it is done, for somebody who also has the issue.
- minutes and lines: what it will take a developer, and what the change will add and take away.
- At most 50 tasks, at most 10 after one another.`;

/** A plan, and what is to be said of how it came to be. */
export interface MadePlan {
  readonly plan: Plan;
  readonly notes: readonly string[];
  /** Of these, what the user of the run should know. */
  readonly warnings: readonly string[];
  readonly costMicroUsd: MicroUsd;
}

/**
 * The plan of an issue. A task list that a person wrote decides, and so does an issue so simple or so urgent that it is one task; anything else a model may
 * split where one is configured.
 *
 * @throws Failure (usage) for a task list that is none, see {@link planIssue}.
 */
export async function makePlan(
  tools: RoleTools & Pick<WorkflowTools, 'git' | 'state'>,
  context: TaskContext<unknown>,
  analysis: Analysis,
): Promise<MadePlan> {
  const { issue, base } = runOf(context);
  const rules = withScope(planIssue(issue, analysis), analysis);
  const asIs = { plan: rules, notes: [], warnings: [], costMicroUsd: 0 };
  if (!hasModel(context, 'plan') || analysis.complexity < 3 || isHotfix(analysis)) return asIs;
  if (isSplit(taskListItems(issue.body).length, analysis))
    return { ...asIs, notes: ['The plan is the task list of the issue: no model was asked for another one.'] };
  const files = await (await openMirror(tools, context)).listFiles(base.commit);
  const asked = await askConfigured(tools, context, 'plan', {
    what: 'plan',
    schema: proposal,
    instructions,
    prompt: [
      { name: 'issue', untrusted: issueText(issue), most: 65_536 },
      { name: 'files', untrusted: repositoryMap({ files, near: analysis.scope.files, exports: new Map(), most: 12_000 }), most: 12_000 },
      `It was judged to be a ${analysis.type} of complexity ${analysis.complexity} of 10.`,
    ],
  });
  if (asked === undefined) return asIs;
  const { value, model, warnings, costMicroUsd } = asked;
  if (value === undefined) return { plan: rules, notes: warnings, warnings, costMicroUsd };
  if (value.tasks.length === 1) return { plan: rules, notes: [`${model} would not split it.`], warnings, costMicroUsd };
  const there = new Set(files);
  return {
    plan: proposedPlan(issue, value.tasks, (path) => there.has(path)),
    notes: [`${model} split it into ${value.tasks.length} tasks.`],
    warnings,
    costMicroUsd,
  };
}

/** One task for the whole issue is about all that the issue is about. */
function withScope(plan: Plan, { scope }: Analysis): Plan {
  const [only, ...others] = plan.tasks;
  if (only === undefined || others.length > 0 || scope.files.length === 0) return plan;
  return { ...plan, tasks: [{ ...only, files: scope.files }] };
}
