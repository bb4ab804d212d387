import { z } from 'zod';
import { deploymentStates, watchRules } from '../deployment.ts';
import { defineOperation } from './operation.ts';
import { nothing, pageOf, pageQuery, runParams } from './parameters.ts';

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

const group = 'Deployments';
const repository = z
  .string()
  .min(1)
  .max(1_000)
  .meta({ description: 'A repository as it stands in `deploy.projects` of the configuration of the service.' });
const environment = z.string().regex(/^[a-z][a-z\d-]{0,30}$/);
const releaseNamed = z.string().regex(/^r[1-9]\d{0,8}$/);

export const listDeployments = defineOperation({
  id: 'listDeployments',
  method: 'get',
  path: '/deployments',
  scope: 'read',
  group,
  summary: 'Deployments',
  description: 'Releases on their way to environments, and what became of them, the newest first; the newest thousand at most.',
  params: nothing,
  query: pageQuery.extend({
    environment: environment.optional().meta({ description: 'Only to this environment.' }),
    run: runParams.shape.run.optional(),
  }),
  body: undefined,
  answer: pageOf(deploymentSchema),
  status: 200,
});

export const readDeployment = defineOperation({
  id: 'readDeployment',
  method: 'get',
  path: '/deployments/{deployment}',
  scope: 'read',
  group,
  summary: 'One deployment',
  description: 'Its state, why it ended as it did, what it was compared with, and all that was seen of it.',
  params: z.strictObject({
    deployment: z
      .string()
      .regex(/^[\w-]{1,60}$/)
      .meta({ description: '`id` of a deployment.' }),
  }),
  query: nothing,
  body: undefined,
  answer: seenDeploymentSchema,
  status: 200,
});

export const listReleases = defineOperation({
  id: 'listReleases',
  method: 'get',
  path: '/releases',
  scope: 'read',
  group,
  summary: 'Releases',
  description: 'What was built, where it serves, and what became of it: the newest hundred of each repository, the newest first.',
  params: nothing,
  query: pageQuery.extend({ repository: repository.optional() }),
  body: undefined,
  answer: pageOf(releaseSchema.extend({ repository })),
  status: 200,
});

const started = z.object({
  run: z.string(),
  title: z.string(),
  environments: z.array(z.string()),
  /** What is worth knowing before anything happens, a sentence each. */
  notes: z.array(z.string()),
});

export const startDeployment = defineOperation({
  id: 'startDeployment',
  method: 'post',
  path: '/deployments',
  scope: 'operate',
  group,
  summary: 'Deploy',
  description:
    'Begins a run that takes a commit or a release through the environments. 409 for a commit that is blocked, and for an environment that another deployment holds.',
  params: nothing,
  query: nothing,
  body: z.strictObject({
    repository,
    release: releaseNamed.optional().meta({ description: 'One that was built before; else a commit.' }),
    commit: z
      .string()
      .min(1)
      .max(200)
      .optional()
      .meta({ description: 'A branch, tag or commit; HEAD, or the branch of the forge, by default.' }),
    environment: environment.optional().meta({ description: 'As far as this one; the last one by default.' }),
    hotfix: z
      .boolean()
      .default(false)
      .meta({ description: 'Leaves out the environments that are skipped where something has to go out at once.' }),
  }),
  answer: started,
  status: 201,
});

export const startRollback = defineOperation({
  id: 'startRollback',
  method: 'post',
  path: '/rollbacks',
  scope: 'operate',
  group,
  summary: 'Put an earlier release back',
  description: 'Begins a run that gives all traffic to the last good release before the one that serves, or to the one that is named.',
  params: nothing,
  query: nothing,
  body: z.strictObject({
    repository,
    environment: environment.optional().meta({ description: 'The last one by default.' }),
    release: releaseNamed.optional(),
  }),
  answer: started,
  status: 201,
});

export const liftRelease = defineOperation({
  id: 'liftRelease',
  method: 'post',
  path: '/releases/{release}/lift',
  scope: 'operate',
  group,
  summary: 'Let a commit go out again',
  description:
    'A release that was not kept blocks its commit until somebody says that it may go out again. 409 for one that is not blocked.',
  params: z.strictObject({ release: releaseNamed.meta({ description: 'Such as `r12`.' }) }),
  query: nothing,
  body: z.strictObject({ repository, reason: z.string().trim().min(1).max(2_000).meta({ description: 'Kept with it.' }) }),
  answer: z.object({ release: z.string(), commit: z.string(), was: z.string(), by: z.string() }),
  status: 200,
});
