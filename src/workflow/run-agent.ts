import type { EarlyEnd } from '../domain/early-end.ts';
import { watchErrors } from '../domain/early-end.ts';
import { grouped } from '../domain/grouped.ts';
import { showUsd } from '../domain/money.ts';
import type { PlanTask } from '../domain/plan.ts';
import type { Agent, AgentEvent, AgentReport, AgentTask, Background } from '../ports/agent.ts';
import type { Caller } from '../ports/exchange.ts';
import type { TaskContext } from '../weaver/handler.ts';
import type { AgentWords } from './agent-words.ts';
import { askPerson } from './ask-person.ts';
import { knownEvidence } from './base-evidence.ts';
import type { Checkout } from './checkout.ts';
import type { PlannedChecks, AgentPayload } from './task-types.ts';
import { tellAgent } from './tell-agent.ts';
import type { NoticeProgress } from './notice.ts';
import type { WorkflowTools } from './tools.ts';
import { runOf } from './tools.ts';

type Context = TaskContext<AgentPayload>;

/** What an agent is given beside what the world's payload says itself. */
export interface AgentSetting {
  readonly agent: Agent;
  readonly caller: Caller;
  readonly background: Background;
  readonly checks: PlannedChecks;
  readonly planTask: PlanTask;
  readonly checkout: Checkout;
  /** What it says is told as this reads it. */
  readonly words: AgentWords;
  /** Ends the agent before its time; the reason is an {@link EarlyEnd}. */
  readonly early: AbortController;
}

/** Lets the world's agent work, tells what it does, and ends it where a rule says that nothing will come of it. */
export async function runAgent(tools: WorkflowTools, context: Context, setting: AgentSetting): Promise<AgentReport> {
  const { agent, checkout, early, words } = setting;
  const { config } = runOf(context);
  const errors = watchErrors(config.early.sameError);
  context.progress('starting');
  const signal = AbortSignal.any([checkout.setting.signal ?? context.signal, early.signal]);
  const task = await taskOf(tools, context, setting, signal);
  const report = await agent.run({
    ...task,
    onEvent(event) {
      tellAgent(tools.telemetry, event);
      const text = words.read(inWords(event));
      const isTold = event.type === 'denied' && words.denied(event.what);
      context.progress(isTold ? ({ notice: text } satisfies NoticeProgress) : text);
      if (event.type !== 'tool') return;
      const { end } = errors.see(event.failure);
      if (end !== undefined) early.abort({ ...end, reason: words.read(end.reason) } satisfies EarlyEnd);
    },
  });
  if (!early.signal.aborted || report.end.kind === 'finished') return report;
  const end = early.signal.reason as EarlyEnd;
  return { ...report, end: { kind: 'limit', limit: end.rule === 'unbeatable' ? 'beaten' : 'loop', reason: end.reason } };
}

async function taskOf(
  tools: WorkflowTools,
  context: Context,
  { caller, background, checks, planTask, checkout, words }: AgentSetting,
  signal: AbortSignal,
): Promise<Omit<AgentTask, 'onEvent'>> {
  const { base, world } = context.payload;
  const { config } = runOf(context);
  const own = caller.limits.map(({ limitMicroUsd }) => limitMicroUsd);
  return {
    world: world.name,
    choice: world.agent,
    directory: checkout.folder.tree,
    contextDirectory: checkout.folder.context,
    logFile: tools.state.log(context.jobId, planTask.id, world.name),
    title: planTask.title,
    instructions: planTask.instructions,
    background,
    base: await knownEvidence(tools, context.jobId, base, checks),
    checks: checks.plan,
    process: checkout.sandbox.process,
    isWalled: checkout.sandbox.level !== 'limits',
    environment: checkout.setting.environment,
    nodePath: tools.host.nodePath,
    timeoutMs: world.timeoutMs,
    bounds: { steps: config.agent.steps, tokens: config.agent.tokens, sameErrors: config.early.sameError, costMicroUsd: Math.min(...own) },
    limits: checkout.setting.limits ?? {},
    caller,
    permissions: config.agent.permissions,
    signal,
    ask: async ({ key, text }) =>
      await askPerson(
        tools,
        context,
        { key: `${context.taskId}:${key}`, text: words.read(`${world.name}: ${text}`), ifNobody: 'no' },
        signal,
      ),
  };
}

function inWords(event: AgentEvent): string {
  switch (event.type) {
    case 'said':
      return event.text;
    case 'output':
      return event.line;
    case 'searched':
      return `tried ${event.tried} of ${event.limit} candidates${event.plausible > 0 ? `, ${event.plausible} plausible` : ''}`;
    case 'planned': {
      const done = event.steps.filter(({ state }) => state === 'done').length;
      const doing = event.steps.find(({ state }) => state === 'doing') ?? event.steps[done];
      return `step ${Math.min(done + 1, event.steps.length)} of ${event.steps.length}: ${doing?.text ?? 'done'}`;
    }
    case 'tool':
      return `${event.name} ${event.subject}${event.failure === undefined ? '' : ` (failed: ${event.failure.split('\n')[0]})`}`;
    case 'edited':
      return `changed ${event.path}`;
    case 'used': {
      const { inputTokens, outputTokens } = event.usage;
      return `${grouped(inputTokens + outputTokens)} tokens, ${showUsd(event.costMicroUsd)} USD so far`;
    }
    case 'denied':
      return `not allowed: ${event.what}`;
    case 'waiting':
      return `waiting: ${event.why}`;
  }
}
