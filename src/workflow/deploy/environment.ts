import type { DeployStep, DeploymentTerms, NextStep, StepOutcome } from '../../domain/deployment-flow.ts';
import { nextStep } from '../../domain/deployment-flow.ts';
import type { Need } from '../../domain/needs.ts';
import type { Outcome } from '../../domain/outcome.ts';
import type { TaskContext } from '../../weaver/handler.ts';
import { handle } from '../../weaver/handler.ts';
import { needsOfDeployed } from '../needs-of.ts';
import { resultIfAny, whyNot } from '../settled.ts';
import { approveType } from '../task-types.ts';
import type { WorkflowTools } from '../tools.ts';
import { runOf } from '../tools.ts';
import { isTriedAgain } from '../tried-again.ts';
import { askAboutStep } from './ask-about-step.ts';
import { environmentNamed } from './at-target.ts';
import type { DeployEnvironmentPayload, EnvironmentResult } from './deploy-task-types.ts';
import { deployEnvironmentType, deployFinishType, deployOpenType } from './deploy-task-types.ts';
import { stepTask, stepTypes } from './step-task.ts';

type Context = TaskContext<DeployEnvironmentPayload>;
type EnvironmentOutcome = Outcome<EnvironmentResult>;

/**
 * A release on its way to one environment: one step after the other, each a task of its own; which comes next is for `nextStep` to say. A step that
 * cannot be carried out is tried again as often as it may, and then a person is asked.
 */
export function deployEnvironment(tools: WorkflowTools) {
  return handle(deployEnvironmentType, async (context): Promise<EnvironmentOutcome> => {
    const { payload } = context;
    const needsOfSmoke = await needsOf(tools, context);
    if (payload.step === null) return goTo(context, needsOfSmoke, { step: 'open', progress: payload.progress });
    const came = await outcomeOf(context, payload.step);
    if (came === 'again') return goTo(context, needsOfSmoke, { step: payload.step, progress: payload.progress });
    if (came.kind === 'ask') return askAboutStep(context, payload.step, came.reason);
    const terms = await termsOf(tools, context);
    return goTo(context, needsOfSmoke, nextStep(payload.step, came, terms, payload.progress));
  });
}

/** What the step came to; `again` where it is to be tried once more. */
async function outcomeOf(
  context: Context,
  step: DeployStep,
): Promise<StepOutcome | 'again' | { readonly kind: 'ask'; readonly reason: string }> {
  const [child] = context.children;
  if (child === undefined) return 'again';
  if (context.payload.asked) {
    if (resultIfAny(approveType, child) !== undefined || (await isTriedAgain(context, child))) return 'again';
    return { kind: 'given-up', reason: `${step} could not be carried out, and ${whyNot(child)}` };
  }
  if (child.end.state !== 'succeeded') return { kind: 'ask', reason: whyNot(child) };
  return stepTypes[step].result.parse(child.end.result) as StepOutcome;
}

/** Of the smoke test; nothing where there is none. */
async function needsOf(tools: Pick<WorkflowTools, 'deploying'>, context: Context): Promise<readonly Need[]> {
  const run = runOf(context);
  const project = (await tools.deploying()).project(run);
  return environmentNamed(project, context.payload.environment).smoke === undefined ? [] : needsOfDeployed(run, project);
}

async function termsOf(tools: Pick<WorkflowTools, 'deploying'>, context: Context): Promise<DeploymentTerms> {
  const { environment, rollback } = context.payload;
  const { hooks } = environmentNamed((await tools.deploying()).project(runOf(context)), environment);
  const opened = openedBy(context);
  return { rollback, expand: hooks.expand !== undefined, contract: hooks.contract !== undefined, good: (opened?.good ?? null) !== null };
}

/** The deployment, once the environment was taken. */
function openedBy({ payload, children }: Context): DeployEnvironmentPayload['opened'] {
  if (payload.opened !== null) return payload.opened;
  const result = resultIfAny(deployOpenType, children[0]);
  return result?.kind === 'done' ? result.opened : null;
}

function goTo(context: Context, needsOfSmoke: readonly Need[], { step, progress }: NextStep): EnvironmentOutcome {
  const opened = openedBy(context);
  const payload: DeployEnvironmentPayload = { ...context.payload, opened, progress, asked: false };
  if (step === 'end') return { kind: 'success', result: endedAs(context, payload) };
  const child = stepTask({ ...runOf(context), needsOfSmoke }, step, payload, context.taskId);
  return { kind: 'success', decomposition: { join: 'resume', children: [child], nextPayload: { ...payload, step } } };
}

function endedAs({ children }: Context, { environment, opened, release, progress }: DeployEnvironmentPayload): EnvironmentResult {
  const finished = resultIfAny(deployFinishType, children[0]);
  if (finished?.kind === 'done') return finished.ended;
  const { state, reason } = progress.end ?? { state: 'abandoned', reason: null };
  return { environment, deployment: opened?.id ?? null, release, end: state, serving: null, reason };
}
