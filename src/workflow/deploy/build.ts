import { createHash } from 'node:crypto';
import type { DeployProject } from '../../domain/config-deploy.ts';
import { Failure } from '../../domain/failure.ts';
import type { CommitId } from '../../domain/ids.ts';
import { shortId } from '../../domain/ids.ts';
import { tail } from '../../ports/command-evidence.ts';
import type { TaskContext } from '../../weaver/handler.ts';
import { handle } from '../../weaver/handler.ts';
import type { Checkout } from '../checkout.ts';
import { withCheckout } from '../checkout.ts';
import { planChecks } from '../plan-checks.ts';
import type { WorkflowTools } from '../tools.ts';
import { runOf } from '../tools.ts';
import { deployBuildType } from './deploy-task-types.ts';
import { mirrorWith } from './mirror-with.ts';
import { refuseOpenBuild } from './refuse-open-build.ts';

type Context = TaskContext<{ readonly commit: CommitId }>;

/** Lines of the output that a message holds. */
const shownLines = 15;

/**
 * Makes a release of a commit, once: in a checkout of its own, within walls and without secrets. What that leaves is copied out and made read-only,
 * and is what goes to every environment.
 */
export function buildRelease(tools: WorkflowTools) {
  return handle(deployBuildType, async (context) => {
    const { commit } = context.payload;
    const run = runOf(context);
    const deploying = await tools.deploying();
    const project = deploying.project(run);
    const { deployments } = tools.ledger;
    const release = await deployments.release(run.repositoryId, commit, recipeOf(project), tools.clock.now());
    const { number, built } = release;
    if (built !== undefined && (await deploying.releases.has(built.folder, built.digest))) {
      return { kind: 'success', result: { release: number, commit, digest: built.digest, reused: true, notes: [] } };
    }
    await refuseOpenBuild(tools, run, project);
    const mirror = await mirrorWith(tools, context, commit);
    const checks = await planChecks(tools, mirror, commit, run.config);
    const folder = tools.state.releases(run.repositoryId, number);
    const { digest, notes } = await withCheckout(tools, context, { name: 'release', commit, checks }, async (checkout) => {
      await runBuild(tools, context, project, checkout);
      const { folder: place, included, notes: told } = checkout;
      // What the user keeps beside the repository is for trying things out, and may hold secrets: it goes nowhere.
      const kept = { tree: place.tree, output: project.build.output, to: folder, but: ['/.git', ...included] };
      return { digest: await deploying.releases.keep(kept), notes: [...told] };
    });
    await deployments.built(run.repositoryId, number, { folder, digest, at: tools.clock.now() });
    return { kind: 'success', result: { release: number, commit, digest, reused: false, notes }, observations: notes };
  });
}

/** SHA-256 of all that decides what is built of a commit. */
function recipeOf({ build: { command, output } }: DeployProject): string {
  return createHash('sha256')
    .update(JSON.stringify({ version: 1, command: command ?? null, output }))
    .digest('hex');
}

/** @throws Failure (failed) when it does not end well, with its exit code and last lines. */
async function runBuild(tools: WorkflowTools, context: Context, { build }: DeployProject, checkout: Checkout): Promise<void> {
  if (build.command === undefined) return;
  context.progress('building the release');
  const { folder, environment, sandbox, setting } = checkout;
  const result = await sandbox.process.run({
    command: ['sh', '-c', build.command],
    cwd: folder.tree,
    env: environment,
    timeoutMs: build.timeoutSeconds * 1_000,
    ...(setting.signal === undefined ? {} : { signal: setting.signal }),
    logFile: tools.state.log(context.jobId, shortId(context.taskId), 'release'),
    ...(setting.limits === undefined ? {} : { limits: setting.limits }),
  });
  setting.signal?.throwIfAborted();
  if (result.end.kind === 'exited' && result.end.code === 0) return;
  const ended = result.end.kind === 'exited' ? `exit code ${result.end.code}` : result.end.kind;
  const said = tools.redact(tail(result)).text.trim().split('\n').slice(-shownLines).join('\n');
  throw new Failure('failed', {
    what: `The release could not be built with \`${build.command}\`.`,
    why: `It ended with ${ended}:\n${said}`,
    fix: 'Run it in a fresh clone of the commit; mend it, or change `build` of the project in `deploy.projects`.',
  });
}
