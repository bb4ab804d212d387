import { graphFault } from './graph.ts';
import type { Issue } from './issue.ts';
import { visibleText, withoutInvisible } from './visible-text.ts';
import type { Plan, PlanTask } from './plan.ts';
import { mostTasks, partInstructions, planOf } from './plan.ts';

/** A task as somebody proposes it who may be wrong: a model. */
export interface ProposedTask {
  readonly id: string;
  readonly title: string;
  readonly instructions: string;
  /** Ids of the tasks whose code it needs. */
  readonly after: readonly string[];
  /** Paths that it alone changes. */
  readonly files: readonly string[];
  /** That it will take. */
  readonly minutes: number;
  /** That it will add or take away. */
  readonly lines: number;
}

/** Tasks that may follow one another at most: what is longer is a project. */
const deepest = 10;
const longest = { title: 200, instructions: 10_000 } as const;

/** Everything that keeps a proposal from being a plan, a sentence each; empty for a sound one. */
export function proposalFaults(tasks: readonly ProposedTask[]): readonly string[] {
  const faults = graphFaults(tasks);
  return faults.length > 0 ? faults : sharedFiles(tasks);
}

/** The same without who changes which files: what holds of a plan that a person makes, too. */
export function graphFaults(tasks: readonly ProposedTask[]): readonly string[] {
  if (tasks.length === 0) return ['There is no task.'];
  if (tasks.length > mostTasks) return [`There are ${tasks.length} tasks, and ${mostTasks} at most are planned for one issue.`];
  const single = tasks.flatMap(taskFaults);
  const fault = graphFault(tasks.map(({ id, after }) => ({ key: id, dependencies: after.map((on) => ({ on })) })));
  switch (fault?.kind) {
    case 'duplicate':
      return [...single, `Two tasks have the id "${fault.key}".`];
    case 'missing':
      return [...single, `The task "${tasks[fault.index]?.id}" comes after "${fault.on}", which is no task.`];
    case 'cycle':
      return [...single, `These tasks wait for each other: ${fault.keys.join(' -> ')}.`];
    case undefined:
      return [...single, ...depthFaults(tasks)];
  }
}

/** The plan of a sound proposal of several tasks. @param exists which paths are there. */
export function proposedPlan(issue: Issue, tasks: readonly ProposedTask[], exists: (path: string) => boolean): Plan {
  const ids = new Map(tasks.map(({ id }, index) => [id, `task-${index + 1}`]));
  return planOf(
    tasks.map((task, index): PlanTask => {
      const title = oneLine(task.title);
      const files = task.files.map(oneLine);
      const about = files.length === 0 ? '' : `\n\nFiles of this part: ${files.join(', ')}`;
      const text = `# ${title}\n\n${withoutInvisible(task.instructions).trim()}${about}`;
      return {
        id: `task-${index + 1}`,
        title,
        instructions: partInstructions(issue, { text, number: index + 1, of: tasks.length }),
        after: [...new Set(task.after)].map((on) => ids.get(on) ?? on),
        estimatedMinutes: Math.max(1, Math.round(task.minutes)),
        estimatedLines: Math.round(task.lines),
        agentType: 'codegen',
        files: files.filter(exists),
      };
    }),
  );
}

function taskFaults(task: ProposedTask): readonly string[] {
  const name = `The task "${task.id.slice(0, 80)}"`;
  const outside = task.files.find((path) => path.startsWith('/') || path.split('/').includes('..') || path.trim() === '');
  return [
    ...(oneLine(task.title) === '' ? [`${name} has no title.`] : []),
    ...(task.title.length > longest.title ? [`${name} has a title of more than ${longest.title} characters.`] : []),
    ...(task.instructions.trim() === '' ? [`${name} has no instructions.`] : []),
    ...(task.instructions.length > longest.instructions
      ? [`${name} has instructions of more than ${longest.instructions} characters.`]
      : []),
    ...(task.minutes > 0 && task.minutes <= 10_000 ? [] : [`${name} has no sensible number of minutes.`]),
    ...(task.lines >= 0 && task.lines <= 1_000_000 ? [] : [`${name} has no sensible number of lines.`]),
    ...(outside === undefined ? [] : [`${name} names "${outside.slice(0, 200)}", which is no path within the repository.`]),
  ];
}

/** Only of tasks that wait for each other without a cycle. */
function depthFaults(tasks: readonly ProposedTask[]): readonly string[] {
  const depths = new Map<string, number>();
  const depth = (id: string): number => {
    const known = depths.get(id);
    if (known !== undefined) return known;
    const found = 1 + Math.max(0, ...(tasks.find((task) => task.id === id)?.after ?? []).map(depth));
    depths.set(id, found);
    return found;
  };
  const most = Math.max(...tasks.map(({ id }) => depth(id)));
  return most > deepest ? [`${most} tasks follow one another, and ${deepest} at most may.`] : [];
}

/** Of tasks without a cycle: which change the same file at the same time, a sentence each, ten at most. */
export function sharedFiles(tasks: readonly Pick<ProposedTask, 'id' | 'after' | 'files'>[]): readonly string[] {
  const before = beforeEach(tasks);
  const shared = tasks.flatMap((task, index) =>
    tasks.slice(index + 1).flatMap((other) => {
      if (before.get(task.id)?.has(other.id) === true || before.get(other.id)?.has(task.id) === true) return [];
      const path = task.files.find((file) => other.files.includes(file));
      return path === undefined ? [] : [`"${task.id}" and "${other.id}" both change ${path}; one of them must come after the other.`];
    }),
  );
  return shared.slice(0, 10);
}

/** By id, all tasks that come before it. */
function beforeEach(tasks: readonly Pick<ProposedTask, 'id' | 'after'>[]): ReadonlyMap<string, ReadonlySet<string>> {
  const byId = new Map(tasks.map((task) => [task.id, task]));
  const known = new Map<string, ReadonlySet<string>>();
  const all = (id: string): ReadonlySet<string> => {
    const found = known.get(id) ?? new Set((byId.get(id)?.after ?? []).flatMap((on) => [on, ...all(on)]));
    known.set(id, found);
    return found;
  };
  for (const { id } of tasks) all(id);
  return known;
}

function oneLine(text: string): string {
  return visibleText(text).text.replaceAll(/\s+/g, ' ').trim();
}
