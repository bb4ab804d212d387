import { expect, test } from 'vitest';
import { workflowStand } from '../../test/support/workflow-stand.ts';
import type { EarlyEnd } from '../domain/early-end.ts';
import type { PlanTask } from '../domain/plan.ts';
import type { WorldPlan } from '../domain/world.ts';
import type { AgentReport, AgentTask, Background } from '../ports/agent.ts';
import { listenToAgent } from './agent-words.ts';
import { evidenceAt } from './base-evidence.ts';
import { callerOf } from './caller.ts';
import type { Checkout } from './checkout.ts';
import { runAgent } from './run-agent.ts';
import type { WorldRunPayload } from './task-types.ts';

const world = { name: 'beta', agent: { name: 'command', command: 'x' }, timeoutMs: 1_000, costMicroUsd: 40_000 } as unknown as WorldPlan;
const planTask = { id: 'task-1', title: 'Totals', instructions: 'Mend it.' } as PlanTask;
const finished: AgentReport = { end: { kind: 'finished' }, summary: 'Done.' };

/** An agent that does this, in a world of which only the words and the bounds matter. */
async function run(work: (task: AgentTask) => Promise<AgentReport>, early = new AbortController()) {
  await using opened = await workflowStand({ 'a.txt': 'a\n' });
  const base = opened.git.repository.head;
  const payload = { world, round: 1, base, implementTaskId: 'implement' } as unknown as WorldRunPayload;
  const told: unknown[] = [];
  const context = { ...opened.context(1, payload), progress: (data: unknown) => void told.push(data) };
  const { tools, checks } = opened;
  await evidenceAt(tools, context, base, checks);
  told.length = 0;
  const words = listenToAgent((text) => ({ text: text.replaceAll('sk-1', '(removed)'), removed: text.split('sk-1').length - 1 }));
  const report = await runAgent(tools, context, {
    agent: { run: work } as never,
    caller: await callerOf(tools, context, { purpose: 'agent', planTask: 'task-1', world, round: 1 }),
    background: {} as Background,
    checks,
    planTask,
    checkout: {
      folder: {},
      sandbox: { process: tools.processes, level: 'bubblewrap' },
      setting: { environment: {} },
    } as unknown as Checkout,
    words,
    early,
  });
  return { report, told, questions: await tools.ledger.questions.ofRun(context.jobId), taskId: context.taskId };
}

async function untilEnded({ signal }: AgentTask): Promise<AgentReport> {
  if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
  return { end: { kind: 'cancelled' }, summary: 'Half of it.' };
}

test('what an agent says is told without its secrets, and a denial wherever the run is watched, once for each thing', async () => {
  const { told, report } = await run(async ({ onEvent }) => {
    onEvent({ type: 'said', text: 'The key is sk-1.' });
    onEvent({ type: 'denied', what: 'curl sk-1' });
    onEvent({ type: 'denied', what: 'curl sk-1' });
    return finished;
  });
  expect(told).toEqual(['starting', 'The key is (removed).', { notice: 'not allowed: curl (removed)' }, 'not allowed: curl (removed)']);
  expect(report).toEqual(finished);
});

test('an agent whose tools meet the same error three times in a row is ended, and it is told which, without secrets', async () => {
  const { report } = await run(async (task) => {
    const edit = { type: 'tool', name: 'edit', subject: 'a.txt' } as const;
    task.onEvent({ ...edit, failure: 'no sk-1 in line 1' });
    task.onEvent(edit);
    task.onEvent({ ...edit, failure: 'no sk-1 in line 2' });
    task.onEvent({ ...edit, failure: 'no sk-1 in line 3' });
    expect(task.signal.aborted).toBe(false);
    task.onEvent({ ...edit, failure: 'no sk-1 in line 4' });
    return await untilEnded(task);
  });
  expect(report).toEqual({
    end: { kind: 'limit', limit: 'loop', reason: 'the same error 3 times in a row: no (removed) in line 4' },
    summary: 'Half of it.',
  });
});

test('one that another world has beaten ends as that, and one that had finished all the same has', async () => {
  const beaten = (): AbortController => {
    const early = new AbortController();
    early.abort({ rule: 'unbeatable', reason: 'gamma has all points' } satisfies EarlyEnd);
    return early;
  };
  expect((await run(untilEnded, beaten())).report.end).toEqual({ kind: 'limit', limit: 'beaten', reason: 'gamma has all points' });
  expect((await run(async () => finished, beaten())).report.end).toEqual({ kind: 'finished' });
});

test('it may spend what its smallest budget allows, and asks people in the name of its world', async () => {
  const { questions, taskId } = await run(async (task) => {
    expect(task).toMatchObject({ world: 'beta', title: 'Totals', isWalled: true, timeoutMs: 1_000 });
    expect(task.bounds).toEqual({ steps: 100, tokens: 2_000_000, sameErrors: 3, costMicroUsd: 40_000 });
    expect(await task.ask({ key: 'edit', text: 'May it use sk-1?' })).toBe(false);
    return finished;
  });
  expect(questions).toMatchObject([
    { key: `${taskId}:edit`, text: 'beta: May it use (removed)?', answer: { approved: false, by: 'nobody was there to ask' } },
  ]);
});
