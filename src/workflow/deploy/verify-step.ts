import type { TaskContext } from '../../weaver/handler.ts';
import { handle } from '../../weaver/handler.ts';
import { planChecks } from '../plan-checks.ts';
import type { WorkflowTools } from '../tools.ts';
import type { AtTarget } from './at-target.ts';
import { atTarget } from './at-target.ts';
import { deployVerifyType } from './deploy-task-types.ts';
import type { StepResult } from './deploy-task-types.ts';
import { lookRequest, lookTools, stepResultOf } from './look-at-release.ts';
import { mirrorWith } from './mirror-with.ts';
import { refuseOpenBuild } from './refuse-open-build.ts';
import { smokeRelease } from './smoke.ts';
import type { StepVerdict } from './step-verdict.ts';
import { verifyRelease } from './verify.ts';

/** Asks a release whether it is well, and is the one that was deployed; then the smoke test, where one is configured and still to come. */
export function verifyStep(tools: WorkflowTools) {
  return handle(deployVerifyType, async (context) => {
    const { where, smoke } = context.payload;
    const result = await atTarget(tools, context, async (at): Promise<StepResult> => {
      const { opened, notes } = at;
      const release = where === 'back' ? opened.good : { release: opened.release, commit: opened.commit };
      if (release === null) throw new Error('there is no release to go back to');
      const { commit, release: number } = release;
      notes.line(`${opened.environment}: asking r${number} whether it is well`);
      const found = await verifyRelease(lookTools(tools, at), {
        ...lookRequest(at, { number, commit }),
        where: where === 'beside' ? 'beside' : 'serving',
        // One that was asked beside what served has started already; one that was put back may have to start anew.
        isStarting: where !== 'serving' || smoke,
      });
      if (found.kind === 'bad' || !smoke || at.environment.smoke === undefined) return stepResultOf(tools, found);
      notes.line(`${opened.environment}: smoke test of r${number}`);
      return stepResultOf(tools, await smokeOf(tools, context, at));
    });
    return { kind: 'success', result };
  });
}

async function smokeOf(tools: WorkflowTools, context: TaskContext<{ readonly where: string }>, at: AtTarget): Promise<StepVerdict> {
  const { opened, environment, project, run, target, change } = at;
  await refuseOpenBuild(tools, run, project);
  const { running, url } = await target.status(change.signal);
  const beside = running.find(({ release }) => release === opened.release)?.url;
  const mirror = await mirrorWith(tools, context, opened.commit);
  return await smokeRelease(tools, context, {
    environment,
    commit: opened.commit,
    checks: await planChecks(tools, mirror, opened.commit, run.config),
    url: context.payload.where === 'beside' ? beside : (environment.health.url ?? url),
  });
}
