import { z } from 'zod';
import { mergeMethods, permissions } from '../../domain/forge.ts';

/**
 * What the files of a forge may say. Every value comes as a text or a list of texts (see `yaml-file.ts`), and what nobody knows is left alone.
 */

const login = z
  .string()
  .max(100)
  .regex(/^[\w.[\]-]+$/, 'is no name of an account');
const word = z.string().trim().min(1).max(100);
const line = z.string().max(1_000);
const yes = z.enum(['true', 'false']).transform((value) => value === 'true');
const number = z
  .string()
  .regex(/^\d{1,3}$/, 'is no number from 0 to 999')
  .transform(Number);
/** Epoch ms. */
const time = z
  .string()
  .max(40)
  .refine((text) => !Number.isNaN(Date.parse(text)), 'is no time, such as 2026-03-01T09:30:00Z')
  .transform((text) => Date.parse(text));
/** `[bug, crash]`, or `bug, crash`. */
const labels = z
  .union([
    z.array(word),
    z.string().transform((text) =>
      text
        .split(',')
        .map((each) => each.trim())
        .filter((each) => each !== ''),
    ),
  ])
  .pipe(z.array(word).max(100))
  .transform((all) => [...new Map(all.map((each) => [each.toLowerCase(), each])).values()]);

const written = { author: login.optional(), created: time.optional(), updated: time.optional() };
const item = { ...written, title: line.optional(), labels: labels.default([]) };

export const issueFront = z.object({ ...item, state: z.enum(['open', 'closed']).default('open') });
export type IssueFront = z.infer<typeof issueFront>;

export const pullFront = z.object({
  ...item,
  state: z.enum(['open', 'closed', 'merged']).default('open'),
  draft: yes.default(false),
  /** Branches. */
  head: z.string().min(1).max(250),
  base: z.string().min(1).max(250),
  /** Where the head was when we last looked, for when the branch is gone. */
  commit: z
    .string()
    .regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/, 'is no full name of a commit')
    .optional(),
  /** The commit that the merge made, or is about to bring to the base. */
  merge: z
    .string()
    .regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/, 'is no full name of a commit')
    .optional(),
});
export type PullFront = z.infer<typeof pullFront>;

export const commentFront = z.object({ ...written, review: z.enum(['approved', 'changes-requested', 'commented']).optional() });
export type CommentFront = z.infer<typeof commentFront>;

export const checkFile = z.object({
  name: z.string().min(1).max(200).optional(),
  state: z.enum(['pending', 'passed', 'failed', 'skipped']),
  conclusion: line.default(''),
  url: line.optional(),
  step: line.optional(),
  log: z.string().default(''),
  annotations: z.array(line).max(200).default([]),
});
export type CheckFile = z.infer<typeof checkFile>;

export const peopleFile = z
  .array(
    z.object({
      login,
      id: z.string().min(1).max(100),
      permission: z.enum(permissions).default('none'),
      bot: yes.default(false),
    }),
  )
  .max(10_000);

export const labelsFile = z
  .array(z.object({ name: word, color: z.string().max(20).default('ededed'), description: line.default('') }))
  .max(5_000);

export const repositoryFile = z.object({
  id: z.string().min(1).max(80),
  defaultBranch: z.string().min(1).max(250).default('main'),
  mergeMethods: z
    .array(z.enum(mergeMethods))
    .min(1)
    .default([...mergeMethods]),
  protected: z
    .array(z.object({ branch: z.string().min(1).max(250), approvals: number.default(0), checks: z.array(word).max(100).default([]) }))
    .max(100)
    .default([]),
});
export type RepositoryFile = z.infer<typeof repositoryFile>;
