import { z } from 'zod';
import { configSchema } from './config.ts';
import type { CommitId, JobId, RepositoryId } from './ids.ts';
import { issueSchema } from './issue.ts';
import { causeSchema } from './trace.ts';

const commitId = z.custom<CommitId>((value) => typeof value === 'string' && /^[0-9a-f]{40,64}$/.test(value));

/** How the repository of a run is reached. */
const repositoryPlace = z.discriminatedUnion('kind', [
  /** Real path of the user's repository, on the one machine where the run's tasks are executed. */
  z.object({ kind: z.literal('local'), root: z.string() }),
  /** As `parseRemoteUrl` gives it: any machine that can reach it may execute the run's tasks. */
  z.object({ kind: z.literal('remote'), url: z.string() }),
]);
export type RepositoryPlace = z.infer<typeof repositoryPlace>;

/** By what the ledger tells repositories apart. */
export function repositoryIdentity(place: RepositoryPlace): string {
  return place.kind === 'local' ? place.root : place.url;
}

const current = z.object({
  schemaVersion: z.literal(2),
  issue: issueSchema,
  repositoryId: z.custom<RepositoryId>((value) => typeof value === 'string'),
  repository: repositoryPlace,
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
  /** By whom it was started: at a terminal, where somebody is asked, or by a service, which tells people and waits. Absent in runs of older versions. */
  startedBy: z.object({ how: z.enum(['terminal', 'service']), who: z.string() }).optional(),
  /** Of which world of another run it was begun; absent in a run of its own. */
  startedFrom: z
    .object({
      /** `pick`: its change is handed over as it is. `fix`: it is changed once more. */
      kind: z.enum(['pick', 'fix']),
      run: z.custom<JobId>((value) => typeof value === 'string'),
      planTask: z.string(),
      world: z.string(),
      commit: commitId,
      /** Why, in the words of who began it. */
      reason: z.string().optional(),
    })
    .optional(),
  /** What led to it, for traces; absent where nothing is known that did, and in runs of older versions. */
  cause: causeSchema.optional(),
  /** Approves whatever a person would be asked (`--yes`). */
  approveAll: z.boolean(),
  /** The configuration as it was resolved; a later change of a file does not change a run under way. */
  config: configSchema,
});

/**
 * What a run was asked to do, fixed when it is submitted: the attributes of its job. Everything later is a
 * result of one of its tasks. Attributes of version 1 knew repositories of this machine alone.
 */
export const runAttributesSchema = z.preprocess(upcast, current);
export type RunAttributes = z.infer<typeof current>;

/** The same, but for what only whoever carries the run needs: what a list shows of many runs is read with it. */
export const runHeadSchema = z.preprocess(
  upcast,
  current
    .pick({ issue: true, repository: true, base: true, startedBy: true })
    .extend({ config: z.object({ budget: z.object({ issueUsd: z.number() }) }) }),
);

function upcast(stored: unknown): unknown {
  if (typeof stored !== 'object' || stored === null || !('schemaVersion' in stored) || stored.schemaVersion !== 1) return stored;
  const { root, ...rest } = stored as Readonly<Record<string, unknown>>;
  return { ...rest, schemaVersion: 2, repository: { kind: 'local', root } };
}

/** @param run the id people see, such as `run_7f3k2m9qxa`. */
export function resultBranch(template: string, run: string): string {
  return template.replaceAll('<run>', run);
}
