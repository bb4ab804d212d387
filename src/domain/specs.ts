import { z } from 'zod';
import { budgetFault } from './budget.ts';
import type { TaskId } from './ids.ts';
import type { DependencySpec, JobSpec, TaskSpec } from './job.ts';
import type { ConcurrencyLimit } from './limits.ts';
import { needFault, needLimits } from './needs.ts';

/** The most characters (UTF-16 units) that texts may have which are stored for each job or task, and looked up or shown in lists. */
export const textLimits = { title: 1_000, key: 200, name: 500, by: 500, reason: 10_000 } as const;

/** What somebody answers to a task that waits. */
export interface Answer {
  readonly taskId: TaskId;
  /** The signal for which the task waits. */
  readonly name: string;
  readonly payload: unknown;
  /** Who answers. */
  readonly by: string;
}

export type ReadSpec<Value> =
  /** A copy of what was read and nothing else; payloads in it are still those that were given. */
  | { readonly kind: 'sound'; readonly value: Value }
  /** `path` leads to what is wrong, such as `tasks[2].key`. */
  | { readonly kind: 'fault'; readonly path: string; readonly problem: string };

/** A shape that {@link readSpec} knows how to judge. Programs that no compiler has checked hand things in too, and so do deciders. */
export interface SpecShape<Value> {
  readonly schema: z.ZodType;
  readonly of?: Value;
}

const notText = 'must be a text, and not empty';

function text(most: number): z.ZodType<string> {
  return z
    .string(notText)
    .min(1, notText)
    .max(most, `must have at most ${most} characters`)
    .refine((given) => !given.includes('\0'), 'must not contain the character NUL');
}

/** Only what is known: a field that was misspelt would otherwise be left out without a word. */
function known<Shape extends z.ZodRawShape>(what: string, shape: Shape) {
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys' ? `is not known; a ${what} has ${Object.keys(shape).join(', ')}` : `is no ${what}`,
  });
}

const unsetFieldsLeftOut = (fields: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

const budget = z
  .record(z.string(), z.unknown(), 'must be an object of limits')
  .superRefine((given, context) => {
    const fault = budgetFault(given);
    if (fault === undefined) return;
    const at = fault.indexOf(':');
    context.addIssue({ code: 'custom', path: [fault.slice(0, at)], message: fault.slice(at + 2) });
  })
  .transform(unsetFieldsLeftOut);

const dependency = known('dependency', {
  on: text(textLimits.key),
  until: z.enum(['succeeded', 'settled'], 'must say whether until it has succeeded or settled'),
});

const need = z.string(notText).superRefine((given, context) => {
  const fault = needFault(given);
  if (fault !== undefined) context.addIssue({ code: 'custom', message: fault });
});

/** The shape of a {@link TaskSpec}. */
export const taskSpecSchema = known('task', {
  type: text(textLimits.name),
  key: text(textLimits.key),
  payload: z.unknown().optional(),
  dependencies: z.array(dependency, 'must be a list').optional(),
  budget: budget.optional(),
  priority: z.int('must be a whole number').optional(),
  concurrencyKey: text(textLimits.name).optional(),
  needs: z.array(need, 'must be a list').max(needLimits.count, `must have at most ${needLimits.count} entries`).optional(),
});

export const taskSpecsShape: SpecShape<readonly TaskSpec[]> = { schema: z.array(taskSpecSchema, 'must be a list') };

/** Tasks that are added to a job. */
export const addedTasksShape: SpecShape<{ readonly tasks: readonly TaskSpec[] }> = {
  schema: known('list of tasks', { tasks: z.array(taskSpecSchema, 'must be a list') }),
};

export const dependenciesShape: SpecShape<readonly DependencySpec[]> = {
  schema: z.array(dependency, 'must be a list of at least one').min(1, 'must be a list of at least one'),
};

export const jobSpecShape: SpecShape<JobSpec> = {
  schema: known('job', {
    title: text(textLimits.title),
    tasks: z.array(taskSpecSchema, 'must be a list'),
    budget: budget.optional(),
    idempotencyKey: text(textLimits.name).optional(),
    exclusiveKey: text(textLimits.name).optional(),
    groupKey: text(textLimits.name).optional(),
    attributes: z.unknown().optional(),
    open: z.boolean('must be true or false').optional(),
  }).refine(({ tasks, open }) => tasks.length > 0 || open === true, {
    path: ['tasks'],
    error: 'a job that is not left open needs at least one task',
  }),
};

export const answerShape: SpecShape<Answer> = {
  schema: known('reply', {
    taskId: text(textLimits.key),
    name: text(Infinity),
    payload: z.unknown().optional(),
    by: text(textLimits.by),
  }),
};

export const limitShape: SpecShape<{ readonly limit: ConcurrencyLimit; readonly most: number | undefined }> = {
  schema: known('limit', {
    limit: known('limit', { of: z.enum(['type', 'key'], 'must be type or key'), name: text(textLimits.name) }),
    most: z
      .int('must be a whole number of at least 0, or undefined')
      .min(0, 'must be a whole number of at least 0, or undefined')
      .optional(),
  }),
};

/** Why somebody stops something. */
export const reasonShape: SpecShape<{ readonly reason: string }> = { schema: known('reason', { reason: text(textLimits.reason) }) };

/** Who does something, and to what. */
export const retryShape: SpecShape<{ readonly taskId: TaskId; readonly by: string }> = {
  schema: known('retry', { taskId: text(textLimits.key), by: text(textLimits.by) }),
};

/** Judges the whole of what was handed in and copies it, so that what is stored is what was judged. @param at where it stands, such as `tasks`. */
export function readSpec<Value>(shape: SpecShape<Value>, given: unknown, at = ''): ReadSpec<Value> {
  const read = shape.schema.safeParse(given);
  if (read.success) return { kind: 'sound', value: read.data as Value };
  const [issue] = read.error.issues;
  const within = issue?.code === 'unrecognized_keys' ? [...issue.path, ...issue.keys.slice(0, 1)] : (issue?.path ?? []);
  return { kind: 'fault', path: pathOf(at, within), problem: issue?.message ?? 'cannot be read' };
}

function pathOf(at: string, within: readonly PropertyKey[]): string {
  const path = within.reduce<string>((so, step) => (typeof step === 'number' ? `${so}[${step}]` : `${so}.${String(step)}`), at);
  return path.startsWith('.') ? path.slice(1) : path;
}
