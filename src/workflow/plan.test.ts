import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { standingClock } from '../../test/conformance/engine/clocks.ts';
import { localForgeName, localForgeStand } from '../../test/support/local-forge-stand.ts';
import type { LocalForgeStand } from '../../test/support/local-forge-stand.ts';
import { openMemoryEngine } from '../../test/support/memory-engine.ts';
import type { MemoryEngine } from '../../test/support/memory-engine.ts';
import { workflowStand } from '../../test/support/workflow-stand.ts';
import type { WorkflowStand } from '../../test/support/workflow-stand.ts';
import { configSchema } from '../domain/config.ts';
import type { Escalation } from '../domain/escalation.ts';
import type { JobId, TaskId } from '../domain/ids.ts';
import type { RunAttributes } from '../domain/run.ts';
import type { TaskType } from '../domain/task-type.ts';
import { answerWithPlan, planOfRun } from '../operations/edit-plan.ts';
import { inbox, inboxAsData } from '../operations/inbox.ts';
import { answerRun } from '../operations/answer.ts';
import type { OperationTools } from '../operations/tools.ts';
import type { Forge } from '../ports/forge.ts';
import { ForgeUnavailable } from '../ports/forge.ts';
import type { Registration } from '../weaver/handler.ts';
import { handle } from '../weaver/handler.ts';
import { analyse } from './analyse.ts';
import { approve } from './approve.ts';
import { withFinalFailures } from './final-failures.ts';
import * as forgeTaskTypes from './forge-task-types.ts';
import { plan } from './plan.ts';
import * as taskTypes from './task-types.ts';
import { tellTask } from './tell-type.ts';
import { tell } from './tell.ts';
import type { OpenRun, WorkflowTools } from './tools.ts';
import { withForge } from './with-forge.ts';

/** Of complexity 6: told of in a service, asked about at a terminal. */
const middling = {
  title: 'Add support for vouchers',
  body: '- [ ] one\n- [ ] two (after 1)\n- [ ] three (after 1)\n- [ ] four (after 2 and 3)',
};
/** Of complexity 10. */
const hard = { title: 'Rewrite the architecture', body: 'A distributed migration of the schema, and a new public API with a token.' };

const service = { how: 'service', who: 'ann (7)' } as const;
const minute = 60_000;

let stand: WorkflowStand;
let forge: LocalForgeStand;
let made: MemoryEngine;
let clock: ReturnType<typeof standingClock>;
let operations: OperationTools;
/** Ids of the plan tasks that were begun, in order. */
let begun: string[];
let others: OpenRun[];
/** How often the forge is down where it is asked for that, from now on. */
let down: { labels: number; comment: number };

beforeEach(async () => {
  [begun, others, down] = [[], [], { labels: 0, comment: 0 }];
  stand = await workflowStand({ 'src/cart.js': 'export const total = 1;\n' });
  forge = await localForgeStand();
  clock = standingClock();
  const opened = {
    ...forge.forge,
    tell: unlessDown('comment', async (...given: Parameters<Forge['tell']>) => await forge.forge.tell(...given)),
    changeLabels: unlessDown('labels', async (...given: Parameters<Forge['changeLabels']>) => await forge.forge.changeLabels(...given)),
  };
  const tools: WorkflowTools = {
    ...stand.tools,
    clock,
    forges: { names: [localForgeName], open: async () => await Promise.resolve(opened), readers: async () => await Promise.resolve([]) },
    openRuns: async () => await Promise.resolve(others),
  };
  made = await openMemoryEngine(
    [analyse(tools), plan(tools), approve(tools), tell(tools)]
      .map((real) => withFinalFailures(withForge(real, async () => await Promise.resolve(tools))))
      .concat(played()),
    { clock },
  );
  operations = { engine: made.engine, ledger: tools.ledger, clock } as unknown as OperationTools;
});

afterEach(async () => {
  await made[Symbol.asyncDispose]();
  await forge[Symbol.asyncDispose]();
  await stand[Symbol.asyncDispose]();
});

function unlessDown<Arguments extends unknown[], Result>(what: 'labels' | 'comment', call: (...given: Arguments) => Promise<Result>) {
  return async (...given: Arguments): Promise<Result> => {
    if (down[what] > 0) {
      down[what] -= 1;
      throw new ForgeUnavailable('the forge is down', 30_000);
    }
    return await call(...given);
  };
}

/** Everything after a plan, which comes to nothing here: it is whether and when it begins that counts. */
function played(): readonly Registration[] {
  const real: readonly string[] = [taskTypes.analyseType, taskTypes.planType, taskTypes.approveType].map(({ name }) => name);
  return [...Object.values(taskTypes), ...Object.values(forgeTaskTypes)]
    .filter(({ name }) => !real.includes(name))
    .map((type) =>
      handle(type as TaskType<unknown, unknown>, async ({ key }) => {
        if (type.name === taskTypes.implementType.name) begun.push(key);
        return await Promise.resolve({ kind: 'success', result: resultOf(type.name) });
      }),
    );
}

function resultOf(type: string): object {
  const commit = stand.git.repository.head;
  switch (type) {
    case taskTypes.implementType.name:
      return { commit, winner: 'alpha', worldScore: 80, integrated: 'forward' };
    case taskTypes.publishType.name:
      return { branch: 'b', commit, into: null, notes: [] };
    case taskTypes.cleanupType.name:
      return { removedFolders: 0, freedBytes: 0 };
    case forgeTaskTypes.closeType.name:
      return { url: null };
    default:
      return { kind: 'not-needed', reason: 'a test', points: 95 };
  }
}

interface Started {
  readonly labels?: readonly string[];
  readonly startedBy?: RunAttributes['startedBy'];
  readonly escalations?: Readonly<Record<string, unknown>>;
}

async function start(
  issue: { readonly title: string; readonly body: string },
  { labels = [], startedBy = service, escalations = {} }: Started = {},
) {
  const number = await forge.writeIssue({ ...issue, labels });
  const attributes = stand.context(1, {}).attributes as RunAttributes;
  const origin = {
    kind: 'forge',
    forge: localForgeName,
    repository: forge.repository,
    number,
    url: '',
    author: { id: '1', login: 'ada', isBot: false },
  } as const;
  const submitted = await made.engine.submit({
    title: issue.title,
    attributes: { ...attributes, startedBy, issue: { ...issue, origin, hiddenCharacters: 0 }, config: configSchema.parse({ escalations }) },
    tasks: [
      { type: taskTypes.analyseType.name, key: 'analyse', payload: {} },
      { type: taskTypes.planType.name, key: 'plan', payload: {}, dependencies: [{ on: 'analyse', until: 'succeeded' }] },
      tellTask(attributes, 'tell-no-plan', { what: { kind: 'no-plan' }, labels: [], after: ['analyse', 'plan'] }),
    ],
  });
  // A wait for a time alone counts as going on.
  await until(submitted.jobId, async () => (await stateOf(submitted.jobId)) === 'waiting');
  return { run: submitted.jobId, number };
}

/** Carries a run as far as it comes at this time. */
async function settle(run: JobId): Promise<string> {
  await using worker = await made.engine.work({ jobs: [run], concurrency: 4 });
  return await worker.settled(run);
}

/** Carries a run until it is so: what is due by now is looked at soon after the start. */
async function until(run: JobId, isSo: () => Promise<boolean> | boolean): Promise<void> {
  await using _worker = await made.engine.work({ jobs: [run], concurrency: 4 });
  for await (const _ of made.engine.events(run, { follow: true })) if (await isSo()) return;
}

async function stateOf(run: JobId): Promise<string | undefined> {
  return (await made.engine.status(run))?.state;
}

async function ends(run: JobId): Promise<string | undefined> {
  await until(run, () => false);
  return await stateOf(run);
}

async function question(
  run: JobId,
): Promise<{ readonly taskId: TaskId; readonly until: number | undefined; readonly details: Escalation }> {
  const [task] = await made.engine.tasks(run, { type: taskTypes.approveType.name, states: ['pending'] });
  if (task?.state !== 'pending' || !('need' in task.waiting)) throw new Error('nobody is asked');
  return { taskId: task.id, until: task.waiting.need.until, details: task.waiting.need.details as Escalation };
}

async function atIssue(number: number) {
  const place = { repository: forge.repository, number };
  const comments = await forge.forge.comments(place);
  const { labels } = await forge.forge.issue(place);
  return { comments: comments.map(({ body }) => body), labels, state: labels.filter((label) => label.startsWith('state:')) };
}

async function answer(run: JobId, given: Parameters<typeof answerRun>[2]): Promise<string> {
  await answerRun(operations, run, given, 'ann (7)');
  return await settle(run);
}

describe('a plan of middling complexity in a service', () => {
  it('is told of with everything that is known, and goes on after five minutes unless somebody says no', async () => {
    others = [{ jobId: '01890000-0000-7000-8000-000000000001' as JobId, title: 'Another', files: ['src/cart.js'] }];
    const { run, number } = await start({ ...middling, body: `In src/cart.js:\n\n${middling.body}` });
    const { until: deadline, details } = await question(run);
    expect(deadline).toBe(clock.now() + 5 * minute);
    expect(details).toMatchObject({
      type: 'escalation',
      severity: 'low',
      issue: `ada/shop#${number}`,
      deadline: { at: deadline, otherwise: 'approve' },
    });
    const told = await atIssue(number);
    expect(told.state).toEqual(['state:pending']);
    expect(told.labels).toEqual(expect.arrayContaining(['type:feature', 'priority:P2-Medium', 'complexity:medium', 'agent:codegen']));
    expect(told.comments).toEqual([expect.stringMatching(/goes on in 5 minutes unless[^]*\| task-2 \||\*\*task-2\*\*/)]);
    expect(told.comments[0]).toContain('is at work on the same files: src/cart.js.');
    clock.pass(5 * minute - 1);
    expect(await settle(run)).toBe('waiting');
    expect(begun).toEqual([]);
    clock.pass(1);
    expect(await ends(run)).toBe('completed');
    expect(begun.toSorted()).toEqual(['task-1', 'task-2', 'task-3', 'task-4'].toSorted());
    const after = await atIssue(number);
    expect(after.comments[0]).toContain('It goes on by itself: approved by nobody in time.');
    expect(after.comments.filter((body) => body.includes('## Plan of'))).toHaveLength(1);
  });

  it('ends the run where somebody says no, which is said at the issue', async () => {
    const { run, number } = await start(middling);
    expect(await answer(run, { approved: false, reason: 'not @now' })).toBe('failed');
    expect(begun).toEqual([]);
    const { comments, state } = await atIssue(number);
    expect(comments[0]).toMatch(/\*\*It does not go on\*\*: ann \(7\) said no: not @\u200bnow\./);
    expect(state).toEqual(['state:failed']);
  });
});

describe('a plan that a person has to approve', () => {
  it.each([
    ['reject', 'failed'],
    ['approve', 'completed'],
  ] as const)('comes after a day of silence to what is configured: %s', async (otherwise, end) => {
    const { run } = await start(hard, { escalations: { otherwise } });
    const { until: deadline, details } = await question(run);
    expect(deadline).toBe(clock.now() + 24 * 60 * minute);
    expect(details).toMatchObject({ severity: 'medium', deadline: { otherwise }, actions: [{ id: 'approve_anyway' }, { id: 'reject' }] });
    clock.pass(24 * 60 * minute);
    expect(await ends(run)).toBe(end);
    expect(begun).toEqual(end === 'completed' ? ['task-1'] : []);
  });

  it('waits for ever where that is configured, and stands in the inbox until it is answered', async () => {
    const { run, number } = await start(hard, { escalations: { otherwise: 'wait' } });
    expect((await question(run)).until).toBeUndefined();
    expect((await atIssue(number)).state).toEqual(['state:blocked']);
    clock.pass(1_000 * 60 * minute);
    expect(await settle(run)).toBe('waiting');
    const [item, ...more] = await inbox(operations);
    expect(more).toEqual([]);
    expect(inboxAsData(item!)).toMatchObject({ number: 1, title: hard.title, severity: 'medium', issue: `ada/shop#${number}` });
    expect(await answer(run, { approved: true })).toBe('completed');
    expect(await inbox(operations)).toEqual([]);
  });
});

describe('a plan that a person changes', () => {
  it('is refused with every reason before anything is answered, and then is what runs', async () => {
    const { run, number } = await start(middling);
    const job = (await made.engine.status(run))!;
    const { written } = await planOfRun(operations, job);
    const by = { by: 'ann (7)', how: 'terminal' };
    const round = { tasks: written.tasks.map((task) => ({ ...task, after: ['task-4'] })) };
    await expect(answerWithPlan(operations, job, round, by)).rejects.toThrow(/no plan[^]*wait for each other: task-4 -> task-4/);
    expect((await question(run)).until).toBeDefined();
    const two = {
      tasks: [
        { id: 'task-b', title: 'Both | halves', minutes: 30 },
        { id: 'task-a', title: 'The rest', after: ['task-b'] },
      ],
    };
    expect(await answerWithPlan(operations, job, two, by)).toEqual([]);
    expect(await settle(run)).toBe('completed');
    expect(begun).toEqual(['task-b', 'task-a']);
    const { comments } = await atIssue(number);
    expect(comments[0]).toContain(String.raw`| **task-b** | Both \| halves | - | 30 min | codegen |`);
    expect(comments[0]).toContain('The plan was changed by ann (7).');
    expect((await planOfRun(operations, job)).plan.criticalPath).toEqual(['task-b', 'task-a']);
    await expect(answerWithPlan(operations, job, two, by)).rejects.toThrow(/waits for no answer/);
  });

  it('is asked about once more where what was answered turns out to be none', async () => {
    const { run } = await start(middling);
    expect(await answer(run, { approved: true, plan: { tasks: [{ id: 'publish', title: 'x' }] } })).toBe('waiting');
    expect(begun).toEqual([]);
    expect((await question(run)).details.reason).toBeDefined();
    expect(await answer(run, { approved: true })).toBe('completed');
    expect(begun).toHaveLength(4);
  });
});

describe('labels', () => {
  it('make a hotfix: one task, and nothing is waited for', async () => {
    const { run, number } = await start({ ...hard, body: `${hard.body}\n\n${middling.body}` }, { labels: ['priority:P0-Critical'] });
    expect(await stateOf(run)).toBe('completed');
    expect(begun).toEqual(['task-1']);
    expect((await atIssue(number)).comments[0]).toContain('a hotfix waits for nobody');
  });
});

describe('a forge that is down', () => {
  it('keeps no run from its work, and is told later', async () => {
    down = { labels: 1, comment: 2 };
    const { run, number } = await start({ title: 'Total is wrong', body: '' });
    expect([down.labels, begun]).toEqual([0, []]);
    clock.pass(40_000);
    await until(run, () => begun.length > 0 && down.comment === 1);
    expect((await atIssue(number)).comments).toEqual([]);
    clock.pass(40_000);
    await until(run, () => down.comment === 0);
    clock.pass(40_000);
    expect(await ends(run)).toBe('completed');
    const { comments, state } = await atIssue(number);
    expect(comments[0]).toContain('## Plan of');
    expect(state).not.toContain('state:analyzing');
  });
});

it('a task list that is none ends the run, and that is said at the issue', async () => {
  const { run, number } = await start({ title: 'Rewrite the architecture', body: '- [ ] one (after 2)\n- [ ] two (after 1)' });
  expect(await stateOf(run)).toBe('failed');
  const { comments, state } = await atIssue(number);
  expect(comments).toEqual([expect.stringMatching(/could not be planned[^]*round in a circle/)]);
  expect(state).toEqual(['state:failed']);
});
