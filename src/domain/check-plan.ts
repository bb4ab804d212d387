import { z } from 'zod';
import type { Issue } from './issue.ts';
import type { Plan, PlanTask } from './plan.ts';
import { ownInstructions, partInstructions, planOf } from './plan.ts';
import type { ProposedTask } from './proposed-plan.ts';
import { graphFaults, sharedFiles } from './proposed-plan.ts';
import { visibleText, withoutInvisible } from './visible-text.ts';

/** A plan as people write it: in YAML, or as JSON of a program. Nothing that is not known is passed over: a word that was misspelt would be lost. */
export const writtenPlanSchema = z.strictObject({
  tasks: z
    .array(
      z.strictObject({
        id: z.string().max(100),
        title: z.string().max(10_000),
        /** Ids of the tasks whose code it needs. */
        after: z.array(z.string().max(100)).max(100).default([]),
        minutes: z.number().default(15),
        /** Lines that it is expected to change. */
        lines: z.number().optional(),
        /** Paths that it is about. */
        files: z.array(z.string().max(1_000)).max(200).default([]),
        /** What the agent is told beside the issue; its title alone where that is absent. */
        instructions: z.string().max(100_000).optional(),
      }),
    )
    .max(1_000),
});
export type WrittenPlan = z.input<typeof writtenPlanSchema>;

export type CheckedPlan =
  /** `warnings`: what is allowed and may be a mistake, a sentence each. */
  | { readonly kind: 'plan'; readonly plan: Plan; readonly warnings: readonly string[] }
  | { readonly kind: 'refused'; readonly reasons: readonly string[] };

/**
 * Reads a plan that a person has written, as {@link writtenPlan} shows it to them. A task begins with `task-` in its id, since the run has tasks
 * of its own that are called otherwise.
 *
 * @param issue that it is about: agents are told it with each task.
 */
export function checkPlan(value: unknown, issue: Issue): CheckedPlan {
  const read = writtenPlanSchema.safeParse(value);
  if (!read.success)
    return {
      kind: 'refused',
      reasons: read.error.issues.slice(0, 20).map(({ path, message }) => `${path.join('.') || 'plan'}: ${message}`),
    };
  const tasks = read.data.tasks.map((task): ProposedTask & { readonly isLineCountKnown: boolean } => ({
    ...task,
    title: oneLine(task.title),
    instructions: withoutInvisible(task.instructions ?? `# ${oneLine(task.title)}`).trim(),
    lines: task.lines ?? 0,
    isLineCountKnown: task.lines !== undefined,
  }));
  const ids = tasks
    .filter(({ id }) => !/^task-[\w-]{1,40}$/.test(id))
    .map(({ id }) => `"${shown(id)}" is no id of a task: it must be such as task-1.`);
  const reasons = [...ids, ...graphFaults(tasks)];
  if (reasons.length > 0) return { kind: 'refused', reasons: reasons.slice(0, 20).map((reason) => visibleText(reason).text) };
  const plan = planOf(
    tasks.map((task, index): PlanTask => ({
      id: task.id,
      title: task.title,
      instructions:
        tasks.length === 1
          ? withIssue(task.instructions, issue)
          : partInstructions(issue, { text: task.instructions, number: index + 1, of: tasks.length }),
      after: [...new Set(task.after)],
      estimatedMinutes: Math.max(1, Math.round(task.minutes)),
      ...(task.isLineCountKnown ? { estimatedLines: Math.round(task.lines) } : {}),
      agentType: 'codegen',
      ...(task.files.length === 0 ? {} : { files: task.files.map(oneLine) }),
    })),
  );
  return { kind: 'plan', plan, warnings: sharedFiles(tasks).map((warning) => visibleText(warning).text) };
}

/** A plan as people are shown it, and as {@link checkPlan} reads it. The issue that agents are told with each task is left out. */
export function writtenPlan({ tasks }: Plan, issue: Issue): WrittenPlan {
  return {
    tasks: tasks.map((task) => ({
      id: task.id,
      title: task.title,
      after: task.after,
      minutes: task.estimatedMinutes,
      ...(task.estimatedLines === undefined ? {} : { lines: task.estimatedLines }),
      ...(task.files === undefined ? {} : { files: task.files }),
      instructions: tasks.length === 1 ? withoutIssue(task.instructions, issue) : ownInstructions(issue, task),
    })),
  };
}

/** One task is the whole issue, unless somebody writes something else. */
function withIssue(instructions: string, { title, body }: Issue): string {
  const whole = `# ${title}\n\n${body}`.trim();
  return instructions.includes(whole) ? `${instructions}\n` : `${instructions}\n\n${whole}\n`;
}

function withoutIssue(instructions: string, { title, body }: Issue): string {
  const whole = `# ${title}\n\n${body}`.trim();
  const rest = instructions.trim();
  return rest.endsWith(whole) && rest !== whole ? rest.slice(0, -whole.length).trim() : rest;
}

function oneLine(text: string): string {
  return visibleText(text).text.replaceAll(/\s+/g, ' ').trim();
}

function shown(id: string): string {
  return visibleText(id).text.slice(0, 50);
}
