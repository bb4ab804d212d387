import { shortId } from '../domain/ids.ts';
import type { ModelRole } from '../domain/model.ts';
import { fromUsd } from '../domain/money.ts';
import type { MoneyLimit, MoneyStand } from '../domain/money-scope.ts';
import { monthKey, standInWords } from '../domain/money-scope.ts';
import { budgetQuestion } from '../domain/question-key.ts';
import type { AgentChoice, AgentPlan } from '../domain/world.ts';
import type { Caller, ExchangeEvent } from '../ports/exchange.ts';
import type { TaskContext } from '../weaver/handler.ts';
import { askPerson } from './ask-person.ts';
import { keptValue } from './kept.ts';
import type { NoticeProgress } from './notice.ts';
import type { AgentPayload } from './task-types.ts';
import type { WorkflowTools } from './tools.ts';
import { runOf } from './tools.ts';

/** Cached answers with this scope serve all runs. */
const shared = 'shared';

/** The agent of a world, on whose behalf models are asked. */
export interface AgentCaller {
  readonly purpose: 'agent';
  /** Id of the plan task. */
  readonly planTask: string;
  readonly world: AgentPlan;
  readonly round: number;
}

type CallerTools = Pick<WorkflowTools, 'ledger' | 'clock' | 'attended' | 'redact' | 'state'>;

/** On whose account the agent of a world asks models. */
export async function callerOf(
  tools: CallerTools,
  context: TaskContext<AgentPayload>,
  { purpose, planTask, world, round }: AgentCaller,
): Promise<Caller> {
  const { jobId, taskId, payload } = context;
  const { taskUsd } = runOf(context).config.budget;
  // Payloads from before there was a background are told one that is gathered anew, with another fence.
  const fences = payload.background === undefined ? [] : [(await keptValue(tools, payload.background)).fence];
  return {
    ...common(tools, context),
    planTask,
    world: world.name,
    purpose,
    limits: [
      ...(world.costMicroUsd === undefined ? [] : [{ scope: 'world', key: taskId, limitMicroUsd: world.costMicroUsd } as const]),
      ...(taskUsd === undefined ? [] : [{ scope: 'task', key: payload.implementTaskId, limitMicroUsd: fromUsd(taskUsd) } as const]),
      ...limitsOfRun(tools, context),
    ],
    // Samples of a world must be its own, unless it always takes the likeliest.
    cacheScope: isLikeliest(world.agent) ? shared : `${jobId}/${planTask}/${world.name}/${round}`,
    incidental: [...fences, tools.state.world(jobId, shortId(taskId), world.name).root],
  };
}

/** On whose account a model is asked for a role in a run: the same question has the same answer, whichever run asks. */
export function roleCaller(
  tools: Omit<CallerTools, 'state'>,
  context: TaskContext<unknown>,
  { purpose, incidental }: { readonly purpose: ModelRole; readonly incidental: readonly string[] },
): Caller {
  const limits = limitsOfRun(tools, context);
  return { ...common(tools, context), planTask: undefined, world: undefined, purpose, limits, cacheScope: shared, incidental };
}

function common(
  tools: Pick<WorkflowTools, 'ledger' | 'clock' | 'attended' | 'redact'>,
  context: TaskContext<unknown>,
): Pick<Caller, 'jobId' | 'taskId' | 'askToGoOn' | 'onEvent'> {
  return {
    jobId: context.jobId,
    taskId: context.taskId,
    askToGoOn: async (stand, signal) => await askPerson(tools, context, { ...goOn(stand), ifNobody: ifNobody(stand) }, signal),
    onEvent(event) {
      const words = inWords(event);
      if (words === undefined) return;
      // A provider may repeat the key that it refuses.
      const { text } = tools.redact(words);
      context.progress(isShort(event) ? text : ({ notice: text } satisfies NoticeProgress));
    },
  };
}

function limitsOfRun({ clock }: Pick<WorkflowTools, 'clock'>, context: TaskContext<unknown>): readonly MoneyLimit[] {
  const { issueUsd, monthUsd } = runOf(context).config.budget;
  return [
    { scope: 'run', key: context.jobId, limitMicroUsd: fromUsd(issueUsd) },
    { scope: 'month', key: monthKey(clock.now()), limitMicroUsd: fromUsd(monthUsd) },
  ];
}

function isLikeliest(agent: AgentChoice): boolean {
  return 'temperature' in agent && agent.temperature === 0;
}

/** A run waits for its budget, and for that of the month; where only a world or a task comes to its end, the others go on without a question. */
function ifNobody({ scope }: MoneyStand): 'no' | 'wait' {
  return scope === 'run' || scope === 'month' ? 'wait' : 'no';
}

/** Asked once for a budget, however many calls run into it at the same time. */
function goOn(stand: MoneyStand): { readonly key: string; readonly text: string } {
  return { key: budgetQuestion(stand), text: `${standInWords(stand)}. May it be used to its end?` };
}

function inWords(event: ExchangeEvent): string | undefined {
  switch (event.type) {
    case 'answered':
      return undefined;
    case 'waiting':
      return `waiting ${seconds(event.forMs)}: ${event.why}`;
    case 'retrying':
      return `asking the model again in ${seconds(event.inMs)} (${event.failure.message})`;
    case 'failed':
      return `the model did not answer: ${event.failure.message}`;
    case 'budget':
      return standInWords(event.stand);
  }
}

/** Waits of which there may be many, and which nobody notices, in ms. */
const shortWaitMs = 2_000;

function isShort(event: ExchangeEvent): boolean {
  return event.type === 'waiting' && event.forMs < shortWaitMs;
}

function seconds(ms: number): string {
  return `${Math.ceil(ms / 1000)} s`;
}
