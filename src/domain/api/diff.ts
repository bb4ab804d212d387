import { z } from 'zod';
import { defineOperation } from './operation.ts';
import { runParams } from './parameters.ts';

const group = 'What happens in a run';
const world = z.string().min(1).max(20);
const task = z.string().min(1).max(100).optional().meta({ description: 'Id of the plan task; the first that has such worlds by default.' });
const noBody = { body: undefined, status: 200 } as const;

export const readDiff = defineOperation({
  id: 'readDiff',
  method: 'get',
  path: '/runs/{run}/diff',
  scope: 'read',
  group,
  summary: 'The change of a world',
  description:
    'As a unified diff against the base, or against another world; without secrets. 404 where there is no such change, or none here any more.',
  params: runParams,
  query: z.strictObject({
    world: world.optional().meta({ description: 'The winner by default.' }),
    other: world.optional().meta({ description: 'Shown against `world`, in place of the base.' }),
    task,
  }),
  answer: z.object({ run: z.string(), patch: z.string() }),
  ...noBody,
});

/** Between what is looked. */
const sides = {
  a: world.optional().meta({ description: 'A world; the base by default.' }),
  b: world.optional().meta({ description: 'A world; the winner by default, before there is one the first with a change.' }),
  task,
};

const fileSchema = z
  .object({
    /** Without secrets, and so not always the very name. */
    path: z.string(),
    /** Where it was before it was renamed. */
    from: z.string().nullable(),
    status: z.enum(['added', 'modified', 'deleted', 'renamed', 'mode']),
    /** What it is afterwards; before, of a deleted one. */
    kind: z.enum(['file', 'executable', 'symlink', 'submodule']),
    addedLines: z.int(),
    removedLines: z.int(),
    binary: z.boolean(),
    /** Why it is better shown closed; null for one that is read. */
    folded: z.enum(['binary', 'lock-file', 'generated', 'large']).nullable(),
    /** The same for as long as this change of the file is the same, whatever else changes. */
    contents: z.string(),
  })
  .meta({ id: 'DiffFile' });

export const listDiffFiles = defineOperation({
  id: 'listDiffFiles',
  method: 'get',
  path: '/runs/{run}/diff/files',
  scope: 'read',
  group,
  summary: 'The files of a change',
  description:
    'What differs between the base and a world or between two worlds, file by file and without the lines, in the order of the paths; and what else could be compared, also while worlds are still at work. 404 where there is no such change, or none here any more.',
  params: runParams,
  query: z.strictObject(sides),
  answer: z.object({
    run: z.string(),
    /** Of the plan task that is looked at. */
    task: z.string(),
    /** null: the base. */
    a: z.object({ world: z.string().nullable(), commit: z.string() }),
    b: z.object({ world: z.string(), commit: z.string() }),
    /** Everything that could be looked at. */
    tasks: z.array(
      z.object({
        id: z.string(),
        title: z.string(),
        winner: z.string().nullable(),
        /** In their fixed order; `commit` is null for one that has no change, or none yet. */
        worlds: z.array(z.object({ world: z.string(), commit: z.string().nullable() })),
      }),
    ),
    files: z.array(fileSchema),
  }),
  ...noBody,
});

export const readDiffFile = defineOperation({
  id: 'readDiffFile',
  method: 'get',
  path: '/runs/{run}/diff/file',
  scope: 'read',
  group,
  summary: 'The change of one file',
  description:
    'As a unified diff without secrets, in which every line is numbered as it is in the files. A very large one is given only when `whole` asks for it, and up to 8 MiB.',
  params: runParams,
  query: z.strictObject({
    ...sides,
    path: z.string().min(1).max(4_096).meta({ description: '`path` of a file of the list.' }),
    context: z.coerce
      .number()
      .int()
      .min(0)
      .max(1_000_000)
      .optional()
      .meta({ description: 'Unchanged lines around each change; 3 by default.' }),
    whole: z.enum(['true', 'false']).optional().meta({ description: 'Also where it is very large.' }),
  }),
  answer: z.object({
    run: z.string(),
    file: fileSchema,
    /** null where it is too large. */
    patch: z.string().nullable(),
    /** Of the patch. */
    bytes: z.int(),
  }),
  ...noBody,
});
