import { releaseName } from '../../domain/deployment.ts';
import type { DeployStep } from '../../domain/deployment-flow.ts';
import type { Outcome } from '../../domain/outcome.ts';
import type { TaskContext } from '../../weaver/handler.ts';
import { questionTask } from '../question-task.ts';
import { runOf } from '../tools.ts';
import type { DeployEnvironmentPayload, EnvironmentResult } from './deploy-task-types.ts';

/** Steps while which the new release serves already, so that giving up means going back. */
const serving: ReadonlySet<DeployStep> = new Set(['serve', 'verify-serving', 'watch']);

/** Asks a person whether a step is tried again that could not be carried out, however often it was tried. */
export function askAboutStep(context: TaskContext<DeployEnvironmentPayload>, step: DeployStep, why: string): Outcome<EnvironmentResult> {
  const { environment, release, opened } = context.payload;
  const what = `${releaseName({ number: release })} in ${environment}`;
  const end = serving.has(step) ? 'Give up: the release before it is put back' : 'Give up';
  const child = questionTask(runOf(context), {
    key: `ask-${step}`,
    kind: 'deployment',
    severity: serving.has(step) || step === 'serve-back' || step === 'verify-back' ? 'critical' : 'high',
    reason: `the step ${step} of ${what} could not be carried out: ${why}`,
    question: `Deploying ${what} stands still at ${step}: ${why}. Try it again?`,
    recommendation: 'Look at why, mend that where the target lies, then say yes. The environment is held meanwhile.',
    failing: [why],
    about: { environment, release, deployment: opened?.id ?? null, step },
    actions: { approve_anyway: 'Try it again', reject: end },
    neverByItself: true,
  });
  return { kind: 'success', decomposition: { join: 'resume', children: [child], nextPayload: { ...context.payload, asked: true } } };
}
