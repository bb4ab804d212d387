import { z } from 'zod';
import { configSchema } from './config.ts';
import type { CommitId, RepositoryId } from './ids.ts';
import { issueSchema } from './issue.ts';

const commitId = z.custom<CommitId>((value) => typeof value === 'string' && /^[0-9a-f]{40,64}$/.test(value));

/**
 * What a run was asked to do, fixed when it is submitted: the attributes of its job. Everything later is a
 * result of one of its tasks.
 */
export const runAttributesSchema = z.object({
  schemaVersion: z.literal(1),
  issue: issueSchema,
  repositoryId: z.custom<RepositoryId>((value) => typeof value === 'string'),
  /** Real path of the user's repository. */
  root: z.string(),
  base: z.object({
    commit: commitId,
    /** As the user named it or as HEAD stood: a branch, a tag, or `detached HEAD`. */
    name: z.string(),
  }),
  author: z.object({ name: z.string(), email: z.string() }),
  /** The branch that will hold the result; absent until the run's id is known, see `resultBranch`. */
  branchTemplate: z.string(),
  /** A branch of the user's that is moved forward to the result as well. */
  into: z.string().nullable(),
  /** Approves whatever a person would be asked (`--yes`). */
  approveAll: z.boolean(),
  /** The configuration as it was resolved; a later change of a file does not change a run under way. */
  config: configSchema,
});
export type RunAttributes = z.infer<typeof runAttributesSchema>;

/** @param run the id people see, such as `run_7f3k2m9qxa`. */
export function resultBranch(template: string, run: string): string {
  return template.replaceAll('<run>', run);
}
