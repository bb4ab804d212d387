import type { Verdict } from '../../domain/deployment.ts';
import { handle } from '../../weaver/handler.ts';
import type { WorkflowTools } from '../tools.ts';
import { atTarget } from './at-target.ts';
import { deployHookType } from './deploy-task-types.ts';
import type { StepResult } from './deploy-task-types.ts';
import { deployable } from './deployable.ts';

/** Lines of what a hook printed that are kept with the verdict. */
const mostLines = 40;

/** Runs a command of the release that changes what releases share, such as a database; once, where the target can know. */
export function runHook(tools: WorkflowTools) {
  return handle(deployHookType, async (context) => {
    const { hook } = context.payload;
    const result = await atTarget(tools, context, async (at): Promise<StepResult> => {
      const { hooks, name } = at.environment;
      const command = hooks[hook];
      if (command === undefined) return { kind: 'done' };
      at.notes.line(`${name}: ${hook} hook of r${at.opened.release}`);
      const release = await deployable(tools, at, at.opened.release, 'known');
      const request = { key: `${at.opened.id}:${hook}`, command, timeoutMs: hooks.timeoutSeconds * 1_000 };
      const { code, tail } = await at.target.hook(release, request, at.change);
      if (code === 0) return { kind: 'done' };
      const evidence = tools.redact(tail).text.split('\n').slice(-mostLines);
      const verdict: Verdict = {
        rule: 'hook',
        reason: `the ${hook} hook ended with exit code ${code}`,
        evidence,
        inconclusive: false,
        at: tools.clock.now(),
      };
      return { kind: 'bad', verdict };
    });
    return { kind: 'success', result };
  });
}
