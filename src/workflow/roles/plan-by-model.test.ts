import { expect, test } from 'vitest';
import { inOrder } from '../../../test/support/scripted-provider/scripted-provider.ts';
import type { Turn } from '../../../test/support/scripted-provider/scripted-provider.ts';
import type { Analysis } from '../../domain/analysis.ts';
import type { ModelRole } from '../../domain/model.ts';
import { roleStand } from '../testing/role-stand.ts';
import { makePlan } from './plan-by-model.ts';

const analysis: Analysis = {
  type: 'feature',
  complexity: 6,
  priority: 'P2-Medium',
  securitySensitive: false,
  effortHours: 12,
  scope: { files: ['src/cart.js'], symbols: [] },
  labels: [],
  reasons: [],
};
const issue = { title: 'Coupons', body: 'Carts take coupons.' };
const task = (id: string, more: object = {}) => ({
  id,
  title: `Make ${id}`,
  instructions: 'Do.',
  after: [],
  files: [],
  minutes: 30,
  lines: 80,
  ...more,
});
const say = (...tasks: readonly object[]): Turn => ({ say: JSON.stringify({ tasks }) });

async function planned(turns: readonly Turn[], more: { body?: string; complexity?: number; roles?: readonly ModelRole[] } = {}) {
  const { body = issue.body, complexity = 6, roles = ['plan'] } = more;
  await using stand = await roleStand({ roles, issue: { ...issue, body }, script: inOrder(turns) });
  return { ...(await makePlan(stand.tools, stand.context, { ...analysis, complexity })), requests: stand.requests.slice() };
}

test('a model splits what nobody has split', async () => {
  const { plan, notes, costMicroUsd } = await planned([say(task('model', { files: ['src/cart.js'] }), task('view', { after: ['model'] }))]);
  expect(plan.tasks).toMatchObject([
    { id: 'task-1', title: 'Make model', files: ['src/cart.js'], position: { number: 1, of: 2 } },
    { id: 'task-2', title: 'Make view', after: ['task-1'], estimatedLines: 80 },
  ]);
  expect(plan.criticalMinutes).toBe(60);
  expect(notes).toEqual(['local/scripted split it into 2 tasks.']);
  expect(costMicroUsd).toBe(10_000);
});

test('what is wrong with a plan is told once, and then it is right', async () => {
  const wrong = say(task('a', { files: ['x.js'], after: ['c'] }), task('b', { files: ['x.js'] }));
  const { plan, requests } = await planned([wrong, say(task('a', { files: ['x.js'] }), task('b', { files: ['x.js'], after: ['a'] }))]);
  expect(plan.tasks.map(({ after }) => after)).toEqual([[], ['task-1']]);
  expect(requests[1]?.messages.at(-1)?.text).toMatch(/The task "a" comes after "c", which is no task/);
});

test('a plan that is wrong twice gives way to the rules, and it is said', async () => {
  const cycle = say(task('a', { after: ['b'] }), task('b', { after: ['a'] }));
  const { plan, notes, requests } = await planned([cycle, cycle]);
  expect(plan.tasks).toMatchObject([{ id: 'task-1', title: 'Coupons', files: ['src/cart.js'] }]);
  expect(notes).toEqual([
    expect.stringMatching(/^The model's plan was not usable \(.*wait for each other: a -> b -> a.*\): rules instead\.$/),
  ]);
  expect(requests).toHaveLength(2);
});

test('a task list that a person wrote decides, and that is said', async () => {
  const { plan, notes, requests } = await planned([], { body: '- [ ] Model\n- [ ] View (after 1)\n' });
  expect(plan.tasks.map(({ title }) => title)).toEqual(['Model', 'View']);
  expect(notes).toEqual([expect.stringMatching(/^The plan is the task list of the issue/)]);
  expect(requests).toEqual([]);
});

test('what is simple stays one task, what the model leaves whole too, and without a model nothing is asked', async () => {
  expect(await planned([], { complexity: 2 })).toMatchObject({ plan: { tasks: [{ title: 'Coupons' }] }, notes: [], requests: [] });
  expect(await planned([], { roles: [] })).toMatchObject({ plan: { tasks: [{ title: 'Coupons' }] }, notes: [], requests: [] });
  const whole = await planned([say(task('all'))]);
  expect(whole).toMatchObject({ plan: { tasks: [{ title: 'Coupons' }] }, notes: ['local/scripted would not split it.'] });
});
