import type { DeployProject } from '../../domain/config-deploy.ts';
import { releaseName } from '../../domain/deployment.ts';
import { noProgress } from '../../domain/deployment-flow.ts';
import type { CommitId } from '../../domain/ids.ts';
import { forgeOrigin } from '../../domain/issue.ts';
import type { SettledTask, TaskSpec } from '../../domain/job.ts';
import type { Outcome } from '../../domain/outcome.ts';
import type { TaskContext } from '../../weaver/handler.ts';
import { handle } from '../../weaver/handler.ts';
import { needsOfDeployed, needsOfForge } from '../needs-of.ts';
import { questionTask } from '../question-task.ts';
import { byKey, resultIfAny, whyNot } from '../settled.ts';
import type { WorkflowTools } from '../tools.ts';
import { runOf } from '../tools.ts';
import { isTriedAgain } from '../tried-again.ts';
import { environmentNamed } from './at-target.ts';
import { commitToDeploy } from './commit-to-deploy.ts';
import { needOfDeploying } from './deploy-needs.ts';
import { refuseOpenBuild } from './refuse-open-build.ts';
import type { DeployPayload, DeployResult, EnvironmentResult } from './deploy-task-types.ts';
import { deployBuildType, deployEnvironmentType, deployTagType, deployTellType, deployType } from './deploy-task-types.ts';

type Context = TaskContext<DeployPayload>;
type DeployOutcome = Outcome<DeployResult>;
type Step<Kind extends DeployPayload['step']['kind']> = Extract<DeployPayload['step'], { readonly kind: Kind }>;

/**
 * Takes what was merged, a commit or a release to its environments, one after the other: built once, and no further than it proves itself. Live in
 * the last one it is given its tag; where it was not kept, that is told, and mended where that is configured.
 */
export function deploy(tools: WorkflowTools) {
  return handle(deployType, async (context): Promise<DeployOutcome> => {
    const { step } = context.payload;
    const project = (await tools.deploying()).project(runOf(context));
    switch (step.kind) {
      case 'start':
        return await start(tools, context, project);
      case 'built':
        return await built(tools, context, project);
      case 'deployed':
        return await deployed(tools, context, project, step);
      case 'closed':
        return await closed(tools, context, project, step);
    }
  });
}

/** The environments that are still to come. @throws Failure (configuration) for a name that the project does not have. */
function environmentsOf({ payload }: Pick<Context, 'payload'>, project: DeployProject): readonly string[] {
  const { environments: asked, hotfix, done } = payload;
  const last = project.environments.at(-1)?.name;
  const live = new Set(done.filter(({ end }) => end === 'live').map(({ environment }) => environment));
  asked?.forEach((name) => environmentNamed(project, name));
  return project.environments
    .filter(({ name, skippedByHotfix = name !== last }) => (asked === null ? !(hotfix && skippedByHotfix) : asked.includes(name)))
    .map(({ name }) => name)
    .filter((name) => !live.has(name));
}

async function start(tools: WorkflowTools, context: Context, project: DeployProject): Promise<DeployOutcome> {
  const what = await commitToDeploy(tools, context);
  if (what.kind === 'nothing') return { kind: 'success', result: what };
  const environments = environmentsOf(context, project);
  if (environments.length === 0) {
    return { kind: 'success', result: { kind: 'nothing', reason: 'there is no environment that it could go to' } };
  }
  const smokes = environments.some((name) => environmentNamed(project, name).smoke !== undefined);
  if (what.kind !== 'built' || smokes) await refuseOpenBuild(tools, runOf(context), project);
  if (what.kind === 'built') return next(context, { ...what, environments });
  const run = runOf(context);
  const build: TaskSpec = {
    type: deployBuildType.name,
    key: 'build',
    payload: { commit: what.commit },
    needs: [needOfDeploying(run), ...needsOfDeployed(run, project)],
  };
  return resume(context, [build], { kind: 'built' });
}

async function built(tools: WorkflowTools, context: Context, project: DeployProject): Promise<DeployOutcome> {
  const child = byKey(context.children, 'build');
  const release = resultIfAny(deployBuildType, child);
  if (release === undefined)
    return await unlessTriedAgain(tools, context, project, { child, otherwise: failed(child, 'the release was not built') });
  return next(context, { release: release.release, commit: release.commit, environments: environmentsOf(context, project) });
}

/** The first of these environments. */
function next(
  context: Context,
  to: { readonly release: number; readonly commit: CommitId; readonly environments: readonly string[] },
): DeployOutcome {
  const { release, commit } = to;
  const [environment = ''] = to.environments;
  const { rollback } = context.payload;
  const payload = { environment, release, commit, rollback, step: null, asked: false, opened: null, progress: noProgress };
  const child: TaskSpec = { type: deployEnvironmentType.name, key: environment, payload, needs: [needOfDeploying(runOf(context))] };
  return resume(context, [child], { kind: 'deployed', release, commit, environments: [...to.environments] });
}

async function deployed(tools: WorkflowTools, context: Context, project: DeployProject, step: Step<'deployed'>): Promise<DeployOutcome> {
  const { release, commit, environments } = step;
  const [name = '', ...rest] = environments;
  const child = byKey(context.children, name);
  const ended = resultIfAny(deployEnvironmentType, child);
  if (ended === undefined)
    return await unlessTriedAgain(tools, context, project, { child, otherwise: failed(child, `${name} was not deployed to`) });
  const done = [...context.payload.done.filter(({ environment }) => environment !== name), ended];
  const on: Context = { ...context, payload: { ...context.payload, done } };
  if (ended.end === 'live' && rest.length > 0) return next(on, { release, commit, environments: rest });
  const children = ended.end === 'live' ? afterLast(on, project, step) : afterBad(on, ended);
  const closing = { kind: 'closed', release, commit } as const;
  return children.length === 0 ? result(on, closing, null) : resume(on, children, closing);
}

/** What is live in the last environment is given its name. */
function afterLast({ payload, attributes }: Context, project: DeployProject, { release, commit }: Step<'deployed'>): readonly TaskSpec[] {
  const last = project.environments.at(-1)?.name;
  const isThrough = payload.done.some(({ environment, end }) => environment === last && end === 'live');
  if (project.tag === '' || payload.rollback || !isThrough) return [];
  const run = runOf({ attributes });
  const needs = [needOfDeploying(run), ...needsOfForge(run)];
  return [{ type: deployTagType.name, key: 'tag', payload: { release, commit }, needs }];
}

/** It is told at the issue, and a person has to look where nothing good is left. */
function afterBad(context: Context, ended: EnvironmentResult): readonly TaskSpec[] {
  const run = runOf(context);
  const needs = [needOfDeploying(run), ...(forgeOrigin(run.issue) === undefined ? [] : needsOfForge(run))];
  const tell: TaskSpec = { type: deployTellType.name, key: 'tell-deployment', payload: { ended }, needs };
  if (ended.end !== 'broken') return [tell];
  const reason = `${ended.environment} is broken: ${ended.reason ?? 'why is not known'}`;
  const page = questionTask(run, {
    key: 'look-at-environment',
    kind: 'deployment',
    severity: 'critical',
    reason,
    question: `${reason}. ${ended.serving === null ? 'Nothing' : releaseName({ number: ended.serving })} serves there. Is it seen to?`,
    recommendation: 'Look at the environment now: neither the new release nor the one before it is well.',
    failing: [reason],
    about: ended,
    actions: { approve_anyway: 'It is seen to', reject: 'End the run' },
    neverByItself: true,
  });
  return [tell, page];
}

async function closed(tools: WorkflowTools, context: Context, project: DeployProject, step: Step<'closed'>): Promise<DeployOutcome> {
  const child = byKey(context.children, 'tell-deployment');
  if (child !== undefined) return await unlessTriedAgain(tools, context, project, { child, otherwise: result(context, step, null) });
  const tag = resultIfAny(deployTagType, byKey(context.children, 'tag'));
  return result(context, step, tag?.tag ?? null, tag?.notes);
}

/** A release that was not kept makes the run fail. */
function result(context: Context, { release, commit }: Step<'closed'>, tag: string | null, notes: readonly string[] = []): DeployOutcome {
  const { done } = context.payload;
  const bad = done.find(({ end }) => end !== 'live');
  if (bad !== undefined) {
    const { environment, end, reason } = bad;
    const why = `${releaseName({ number: release })} is not live in ${environment} (${end}): ${reason ?? 'why is not known'}`;
    return { kind: 'failure', reason: why, retryHint: 'never' };
  }
  return { kind: 'success', result: { kind: 'deployed', release, commit, environments: done, tag }, observations: notes };
}

/** What ended it is no reason to end again where somebody has it tried once more: it begins anew, without what is live already. */
async function unlessTriedAgain(
  tools: WorkflowTools,
  context: Context,
  project: DeployProject,
  because: { readonly child: SettledTask | undefined; readonly otherwise: DeployOutcome },
): Promise<DeployOutcome> {
  const { child, otherwise } = because;
  if (child === undefined || !(await isTriedAgain(context, child))) return otherwise;
  return await start(tools, context, project);
}

function failed(child: SettledTask | undefined, what: string): DeployOutcome {
  return { kind: 'failure', reason: `${what}: ${child === undefined ? 'nothing was done' : whyNot(child)}`, retryHint: 'never' };
}

function resume({ payload }: Context, children: readonly TaskSpec[], step: DeployPayload['step']): DeployOutcome {
  return { kind: 'success', decomposition: { join: 'resume', children, nextPayload: { ...payload, step } } };
}
