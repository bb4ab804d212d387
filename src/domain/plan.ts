import { z } from 'zod';
import type { Analysis } from './analysis.ts';
import { analysisSchema, isHotfix } from './analysis.ts';
import { Failure } from './failure.ts';
import { graphFault } from './graph.ts';
import type { Issue } from './issue.ts';
import { estimateLines } from './model-choice.ts';
import { taskListItems } from './task-list.ts';

export const planTaskSchema = z.object({
  /** `task-1`, `task-2` ... in the order of the list. */
  id: z.string(),
  title: z.string(),
  /** What the agent is told: the issue, and which part of it this is. */
  instructions: z.string(),
  /** Ids of the tasks whose code this one needs. */
  after: z.array(z.string()),
  estimatedMinutes: z.number(),
  /** Lines that it is expected to change; absent in plans of older versions. */
  estimatedLines: z.number().optional(),
  agentType: z.literal('codegen'),
  /** Which of the plan's tasks it is, from 1, and of how many. Absent in plans of older versions. */
  position: z.object({ number: z.int(), of: z.int() }).optional(),
  /** What it is to change; `tests`: tests are judged by rules of their own. Absent in plans of older versions: code. */
  purpose: z.enum(['code', 'tests']).optional(),
  /** What kind of work it is part of; its commits are called by it. Absent in plans of older versions. */
  changeType: analysisSchema.shape.type.optional(),
  /** Paths that it is about beside those that its text names. */
  files: z.array(z.string()).optional(),
});
export type PlanTask = z.infer<typeof planTaskSchema>;

const planSchema = z.object({
  tasks: z.array(planTaskSchema).min(1),
  /** Ids of the chain of tasks that takes longest. */
  criticalPath: z.array(z.string()),
  criticalMinutes: z.number(),
});
export type Plan = z.infer<typeof planSchema>;

/** More items than this are a project, not an issue. */
export const mostTasks = 50;

/**
 * Splits an issue into tasks by rules: one for each item of its task list, in the order and with the
 * dependencies and estimates that the items state ("after task 1", "depends on 2 and 3", "~40 min"), or one for the whole issue when it
 * has no list of at least two, is simple (complexity below 3) or a hotfix.
 *
 * @throws Failure (usage) for a dependency on an item that does not exist, a cycle, or too many items.
 */
export function planIssue(issue: Issue, analysis: Judged): Plan {
  const items = taskListItems(issue.body);
  if (items.length > mostTasks) throw tooMany(items.length);
  const tasks = isSplit(items.length, analysis)
    ? items.map((_, index) => fromItem(issue, analysis.complexity, items, index))
    : [wholeIssue(issue, analysis)];
  const fault = graphFault(tasks.map((task) => ({ key: task.id, dependencies: task.after.map((on) => ({ on })) })));
  if (fault?.kind === 'cycle') throw inACircle(fault.keys, tasks);
  return planOf(tasks);
}

/** Tasks (at least one, without a cycle) with the chain of them that takes longest, each knowing which one it is. */
export function planOf(tasks: readonly PlanTask[]): Plan {
  const placed = tasks.map((task, index) => ({ ...task, position: { number: index + 1, of: tasks.length } }));
  return { tasks: placed, ...criticalPath(placed) };
}

/** What of an analysis decides how an issue is split. */
type Judged = Pick<Analysis, 'complexity'> & Partial<Pick<Analysis, 'priority'>>;

/** Whether the issue's own task list decides: one of at least two items, of an issue that is neither simple nor a hotfix. */
export function isSplit(items: number, judged: Judged): boolean {
  return items >= 2 && judged.complexity >= 3 && !isHotfix(judged);
}

/** What the agent is told of a task that is a part of an issue. */
export function partInstructions(issue: Issue, part: { readonly text: string; readonly number: number; readonly of: number }): string {
  return `${part.text}\n\nThis is part ${part.number} of ${part.of} of the following issue. Do this part only.\n\n${wholeIssueText(issue)}`;
}

/** The same without the issue around it: what makes a task different from the others of its plan. */
export function ownInstructions(issue: Issue, { instructions }: Pick<PlanTask, 'instructions'>): string {
  const around = /^\n\nThis is part \d+ of \d+ of the following issue\. Do this part only\.\n\n$/;
  const whole = wholeIssueText(issue);
  const rest = instructions.endsWith(whole) ? instructions.slice(0, -whole.length) : instructions;
  const at = rest.lastIndexOf('\n\nThis is part ');
  return at !== -1 && around.test(rest.slice(at)) ? rest.slice(0, at) : instructions;
}

function wholeIssueText({ title, body }: Issue): string {
  return `## ${title}\n\n${body}\n`;
}

function wholeIssue(issue: Issue, analysis: Pick<Analysis, 'complexity'>): PlanTask {
  return {
    id: 'task-1',
    title: issue.title,
    instructions: `# ${issue.title}\n\n${issue.body}\n`,
    after: [],
    estimatedMinutes: 10 + Math.round(analysis.complexity * 5),
    estimatedLines: estimateLines(analysis.complexity, 1),
    agentType: 'codegen',
  };
}

function fromItem(issue: Issue, complexity: number, items: ReturnType<typeof taskListItems>, index: number): PlanTask {
  const item = items[index]!;
  const instructions = partInstructions(issue, { text: `# ${item.title}`, number: index + 1, of: items.length });
  return {
    id: `task-${index + 1}`,
    title: item.title,
    instructions,
    after: item.after.map((number) => `task-${number}`),
    estimatedMinutes: item.minutes ?? 15,
    estimatedLines: estimateLines(complexity, items.length),
    agentType: 'codegen',
  };
}

/** Longest path by estimated minutes; the tasks must have no cycle. */
function criticalPath(tasks: readonly PlanTask[]): Pick<Plan, 'criticalPath' | 'criticalMinutes'> {
  const best = new Map<string, { readonly path: string[]; readonly minutes: number }>();
  const byId = new Map(tasks.map((task) => [task.id, task]));
  const longest = (task: PlanTask): { readonly path: string[]; readonly minutes: number } => {
    const known = best.get(task.id);
    if (known !== undefined) return known;
    const before = task.after
      .map((id) => longest(byId.get(id)!))
      .reduce((left, right) => (right.minutes > left.minutes ? right : left), { path: [] as string[], minutes: 0 });
    const found = { path: [...before.path, task.id], minutes: before.minutes + task.estimatedMinutes };
    best.set(task.id, found);
    return found;
  };
  const end = tasks.map(longest).reduce((left, right) => (right.minutes > left.minutes ? right : left));
  return { criticalPath: end.path, criticalMinutes: end.minutes };
}

function inACircle(cycle: readonly string[], tasks: readonly PlanTask[]): Failure {
  const named = cycle.map((id) => `${id} ("${tasks.find((task) => task.id === id)?.title ?? ''}")`).join(' -> ');
  return new Failure('usage', {
    what: `The task list goes round in a circle: ${named}.`,
    why: 'Each of these tasks waits for another one of them, so none could ever start.',
    fix: 'Take one of the "after" notes out of the issue and run it again.',
  });
}

function tooMany(count: number): Failure {
  return new Failure('usage', {
    what: `The task list has ${count} items.`,
    why: `Miyabi plans at most ${mostTasks} tasks for one issue.`,
    fix: 'Split the issue and run its parts one by one.',
  });
}
