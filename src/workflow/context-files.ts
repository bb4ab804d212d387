import type { AgentContext } from '../domain/agent-context.ts';
import { agentContextId, executionContext } from '../domain/agent-context.ts';
import type { ChecksPlan } from '../domain/checks.ts';
import { displayId } from '../domain/ids.ts';
import { visibleText } from '../domain/visible-text.ts';
import { formatModelName } from '../domain/model.ts';
import { fromUsd, toUsd } from '../domain/money.ts';
import type { PlanTask } from '../domain/plan.ts';
import type { WorldFolder } from '../domain/state-folder.ts';
import type { Background } from '../ports/agent.ts';
import type { TaskContext } from '../weaver/handler.ts';
import { contextNames, writeContextFiles } from '../worlds/context-files.ts';
import { keptValue } from './kept.ts';
import { openMirror } from './open-mirror.ts';
import type { AgentPayload } from './task-types.ts';
import type { WorkflowTools } from './tools.ts';
import { runOf } from './tools.ts';

interface PlacingRequest {
  readonly planTask: PlanTask;
  readonly background: Background;
  readonly folder: Pick<WorldFolder, 'tree'>;
  /** Told why one of them could not be placed. */
  readonly onWarning?: (sentence: string) => void;
}

/**
 * Puts what a world is for into its checkout before its agent starts: for programs as `.agent-context.json`, for people as
 * `EXECUTION_CONTEXT.md`.
 *
 * @returns their paths as a harvest leaves them out.
 */
export async function placeContextFiles(
  tools: Pick<WorkflowTools, 'git' | 'ledger' | 'state'>,
  context: TaskContext<AgentPayload>,
  { planTask, background, folder, onWarning = (sentence) => context.progress(sentence) }: PlacingRequest,
): Promise<readonly string[]> {
  const run = runOf(context);
  const { base, world } = context.payload;
  const checks = await keptValue(tools, context.payload.checks);
  const told = agentContext(context, planTask, background);
  const { agent } = world;
  const forPeople = executionContext({
    context: told,
    model: 'model' in agent && agent.model !== undefined ? formatModelName(agent.model) : undefined,
    checks: shownChecks(checks.plan),
    weights: run.config.score,
    issueBody: visibleText(run.issue.body).text,
  });
  const mirror = await openMirror(tools, context);
  const { placed, warnings } = await writeContextFiles({
    tree: folder.tree,
    texts: new Map([
      [contextNames.program, `${JSON.stringify(told, undefined, 2)}\n`],
      [contextNames.people, forPeople],
    ]),
    isTracked: async (name) => (await mirror.listFiles(base)).includes(name),
  });
  for (const warning of warnings) onWarning(warning);
  return placed;
}

function agentContext(context: TaskContext<AgentPayload>, planTask: PlanTask, { similar }: Background): AgentContext {
  const { issue, config } = runOf(context);
  const { world } = context.payload;
  const costMicroUsd = Math.min(world.costMicroUsd ?? Infinity, fromUsd(config.budget.issueUsd));
  return {
    $schema: agentContextId,
    schemaVersion: 1,
    run: displayId('run', context.jobId),
    agentType: planTask.agentType,
    agent: world.agent.name,
    world: world.name,
    stance: world.stance,
    task: {
      id: planTask.id,
      title: visibleText(planTask.title).text,
      dependencies: planTask.after,
      ...(planTask.position ?? { number: 1, of: 1 }),
    },
    // Issues come from files and from the command line: neither has a number.
    issue: { number: null, title: visibleText(issue.title).text },
    limits: { minutes: world.timeoutMs / 60_000, costUsd: toUsd(costMicroUsd) },
    similarRuns: similar.map((run) => ({ ...run, files: [...run.files] })),
  };
}

function shownChecks(plan: ChecksPlan): ReadonlyArray<{ readonly name: string; readonly shown: string }> {
  const named = { install: plan.install, build: plan.build, types: plan.typeCheck, tests: plan.test, lint: plan.lint };
  return Object.entries(named).flatMap(([name, check]) => (check === undefined ? [] : [{ name, shown: check.shown }]));
}
