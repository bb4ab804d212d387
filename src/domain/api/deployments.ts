import { z } from 'zod';
import { deploymentStates, watchRules } from '../deployment.ts';

/** Epoch ms. */
const moment = z.int();
const releaseId = z.string().meta({ description: 'Such as `r12`.' });

/** One release on its way to one environment, as programs are told of it. */
export const deploymentSchema = z.object({
  id: z.string(),
  environment: z.string(),
  release: releaseId,
  commit: z.string().nullable(),
  /** What served when it began. */
  previous: releaseId.nullable(),
  run: z.string(),
  state: z.enum(deploymentStates),
  /** Why it ended as it did. */
  verdict: z
    .object({
      rule: z.enum(watchRules),
      reason: z.string(),
      evidence: z.array(z.string()),
      /** Nothing could be measured: it was not shown to be bad. */
      inconclusive: z.boolean(),
      at: moment,
    })
    .nullable(),
  /** How the release before it did. */
  baseline: z.object({ requests: z.int(), errors: z.int(), p95Ms: z.number().nullable(), source: z.string() }).nullable(),
  /** What serves since it ended. */
  leaves: releaseId.nullable(),
  startedAt: moment,
  servedAt: moment.nullable(),
  endedAt: moment.nullable(),
});
export type DeploymentView = z.infer<typeof deploymentSchema>;

/** The same with all that was seen of it. */
export const seenDeploymentSchema = deploymentSchema.extend({
  /** A line each, oldest first. */
  notes: z.array(z.object({ at: moment, text: z.string() })),
});
export type SeenDeploymentView = z.infer<typeof seenDeploymentSchema>;

/** A commit, built once. */
export const releaseSchema = z.object({
  release: releaseId,
  commit: z.string(),
  /** The first line of its message; null where the commit is not on this machine. */
  title: z.string().nullable(),
  createdAt: moment,
  /** null while it is being built, and where building it failed. */
  built: z.object({ at: moment, digest: z.string() }).nullable(),
  /** Why it may not go out until a person lifts that. */
  blocked: z.object({ reason: z.string(), at: moment }).nullable(),
  /** Environments that it serves, as far as is recorded. */
  serves: z.array(z.string()),
  /** Its last deployment to each environment, newest first. */
  deployments: z.array(deploymentSchema),
});
export type ReleaseView = z.infer<typeof releaseSchema>;
