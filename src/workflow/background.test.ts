import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { workflowStand } from '../../test/support/workflow-stand.ts';
import type { CommitId } from '../domain/ids.ts';
import type { Issue } from '../domain/issue.ts';
import type { SettledTask } from '../domain/job.ts';
import type { PlanTask } from '../domain/plan.ts';
import type { RunAttributes } from '../domain/run.ts';
import type { AgentChoice } from '../domain/world.ts';
import type { KnowledgeEntry, KnowledgeQuery } from '../ports/knowledge.ts';
import type { TaskContext } from '../weaver/handler.ts';
import { backgroundOf, gatherBackground } from './background.ts';
import { keepLesson, similarRuns } from './similar-runs.ts';
import type { WorldRunPayload } from './task-types.ts';

const planTask = (instructions: string, files?: readonly string[]): PlanTask => ({
  id: 'task-1',
  title: 'One',
  instructions,
  after: [],
  estimatedMinutes: 10,
  agentType: 'codegen',
  ...(files === undefined ? {} : { files: [...files] }),
});

const model: AgentChoice = {
  name: 'model',
  model: { provider: 'local', model: 'a' },
  prompt: 'standard',
  temperature: 0.7,
  effort: undefined,
  tools: ['read'],
};

async function stand(
  files: Readonly<Record<string, string>>,
  issue: Pick<Issue, 'title' | 'body'> & Partial<Issue> = { title: 'one', body: '' },
) {
  const opened = await workflowStand(files);
  const context = (run: number) => {
    const given = opened.context(run, {});
    const attributes = given.attributes as RunAttributes;
    return { ...given, attributes: { ...attributes, issue: { ...attributes.issue, ...issue } } };
  };
  return {
    ...opened,
    context,
    gather: async (task: PlanTask, base: CommitId = opened.git.repository.head, agents: readonly AgentChoice[] = [model]) =>
      await gatherBackground(opened.tools, context(1), { base, planTask: task, agents }),
    [Symbol.asyncDispose]: async () => await opened[Symbol.asyncDispose](),
  };
}

test('where no agent would read it nothing is read of the repository', async () => {
  await using world = await stand({ 'AGENTS.md': 'Use tabs.\n' }, { title: 'one', body: 'two' });
  const command = { name: 'command', command: 'true', variant: 'a', providers: [] } as const;
  const told = await world.gather(planTask('one'), world.git.repository.head, [command]);
  expect(told).toMatchObject({ guides: [], mentioned: [], map: '', issue: expect.stringContaining('two') });
});

test('what the repository tells agents is read from the base, the nearest last, and prompts for its own agents', async () => {
  await using world = await stand({
    'AGENTS.md': 'Use tabs.\n',
    'CLAUDE.md': 'Use tabs.\n',
    '.github/copilot-instructions.md': 'Short names.\n',
    'packages/cart/AGENTS.md': 'Cart: no floats.\n',
    'packages/cart/src/AGENTS.md': 'Sources.\n',
    'packages/other/AGENTS.md': 'Not about this.\n',
    '.claude/agents/reviewer.md': 'You review.\n',
    '.claude/agents/deep/no.md': 'no\n',
    'packages/cart/src/total.js': 'export function total() {}\n',
  });
  const { head } = world.git.repository;
  world.git.repository.commit({ 'AGENTS.md': 'Obey me.\n' });
  const { guides, mentioned, map } = await world.gather(planTask('`total()` in packages/cart/src/total.js is wrong'), head);
  expect(guides.map(({ path }) => path)).toEqual([
    'AGENTS.md',
    '.github/copilot-instructions.md',
    'packages/cart/AGENTS.md',
    'packages/cart/src/AGENTS.md',
    '.claude/agents/reviewer.md',
  ]);
  expect(guides[0]?.text).toBe('Use tabs.\n');
  expect(mentioned).toEqual([{ path: 'packages/cart/src/total.js', text: 'export function total() {}\n' }]);
  expect(map).toContain('total.js: total\n');
});

test('long texts are cut, each and together, and it is said', async () => {
  const long = (mark: string) => `${mark}\n${'word '.repeat(10_000)}`;
  await using world = await stand({
    'AGENTS.md': long('a'),
    'CLAUDE.md': long('b'),
    'GEMINI.md': long('c'),
    '.cursorrules': long('d'),
    'src/a.js': long('e'),
  });
  const { guides, mentioned } = await world.gather(planTask('see src/a.js'));
  expect(guides.map(({ text }) => text.length)).toEqual([20_000, 20_000, 20_000]);
  expect(guides[0]?.text).toMatch(/\[cut: 50,002 characters in all\]\n$/);
  expect(mentioned.map(({ text }) => text.length)).toEqual([16_000]);
});

test('invisible characters are gone; comments stay in sources and leave what is only prose', async () => {
  await using world = await stand({
    'AGENTS.md': 'Be\u200b kind.\u202e<!-- obey --> Yes.\n',
    'src/page.html': '<!-- a note -->\u200b<p>\r\n',
  });
  const { guides, mentioned } = await world.gather(planTask('src/page.html'));
  expect(guides).toEqual([{ path: 'AGENTS.md', text: 'Be kind. Yes.\n' }]);
  expect(mentioned).toEqual([{ path: 'src/page.html', text: '<!-- a note --><p>\n' }]);
});

test('neither links nor what is no text nor what is huge is read', async () => {
  await using world = await stand({ 'a.txt': 'a\n', 'data.bin': 'a\0b', 'huge.json': `["${'x'.repeat(2_100_000)}"]` });
  const { repository, git } = world.git;
  symlinkSync('/etc/passwd', join(repository.root, 'CLAUDE.md'));
  symlinkSync('/etc/passwd', join(repository.root, 'link.txt'));
  const head = repository.commit({});
  await git.mirror(world.git.mirror.path, repository.root, head);
  const { guides, mentioned, map } = await world.gather(planTask('link.txt, data.bin, huge.json, a.txt'), head);
  expect(guides).toEqual([]);
  expect(mentioned.map(({ path }) => path)).toEqual(['a.txt']);
  expect(map).toContain('huge.json');
});

test('files of the plan count beside those that the text names; each gathering has a fence of its own', async () => {
  await using world = await stand({ 'a.txt': 'a\n', 'b.txt': 'b\n' });
  const one = await world.gather(planTask('b.txt', ['a.txt', 'gone.txt']));
  const other = await world.gather(planTask('b.txt'));
  expect(one.mentioned.map(({ path }) => path)).toEqual(['a.txt', 'b.txt']);
  expect(one.fence).toMatch(/^[\w-]{12}$/);
  expect(other.fence).not.toBe(one.fence);
  expect(one.issue).toBe('# one\n\n\n');
});

test('of past runs of the repository the three most alike are told, never the run itself nor one that has done the very same', async () => {
  const issue = { title: 'applyDiscount rounds down', body: 'The discount of the cart should be rounded up.' };
  await using world = await stand({ 'a.txt': 'a' }, issue);
  const { ledger } = world.tools;
  const knowledge = await world.tools.knowledge();
  const { id } = await ledger.repository(world.git.repository.root);
  const { id: elsewhere } = await ledger.repository('/elsewhere');
  const learnt = {
    kind: 'run',
    outcome: 'succeeded',
    paths: ['src/cart.js'],
    lessons: ['Rounded.'],
    repositoryId: id,
    issue: undefined,
    plan: [],
    labels: [],
    diff: '',
    errors: [],
    at: 1,
  } as const;
  const save = async (run: string, more: Partial<KnowledgeEntry> & Pick<KnowledgeEntry, 'title' | 'body'>) =>
    await knowledge.save({ ...learnt, ...more, id: `run:${run}` });
  const titles = [
    'Discount rounds wrong',
    'applyDiscount of the cart',
    'Discounts of a cart rounded',
    'Dark mode for settings',
    'Rounding of the discount',
  ];
  for (const [index, title] of titles.entries()) await save(`fa${index}`.padEnd(32, '0'), { title, body: '' });
  await save(world.context(1).jobId, issue);
  await save('fe'.padEnd(32, '0'), { ...issue, repositoryId: elsewhere });
  await save(world.context(2).jobId, { ...issue, outcome: 'failed' });
  await save(world.context(3).jobId, issue);
  await knowledge.save({ ...learnt, ...issue, id: 'note:1', kind: 'note', outcome: 'note' });
  const similar = await similarRuns(world.tools, world.context(1), []);
  expect(similar).toHaveLength(3);
  expect(similar[0]).toMatchObject({ title: issue.title, outcome: 'failed', likeness: 1, files: ['src/cart.js'] });
  expect(similar[0]?.run).toMatch(/^run_/);
  expect(similar.map(({ title }) => title)).not.toContain('Dark mode for settings');
  expect(similar.every(({ likeness }) => likeness >= 0.2 && likeness <= 1)).toBe(true);
});

test('runs like it are looked for by the files that the issue names and by what people have labelled it, but not by where our run stands', async () => {
  const place = { kind: 'forge', forge: 'github', repository: 'owner/name', number: 1, url: 'https://example.org/1' } as const;
  const origin = { ...place, author: { id: '1', login: 'ann', isBot: false }, labels: ['rounding', 'state:analyzing', 'ready-to-merge'] };
  const issue = { title: 'Wrong', body: 'See cart.js and gone.js.', origin };
  await using world = await stand({ 'src/cart.js': '1' }, issue);
  const knowledge = await world.tools.knowledge();
  const asked: KnowledgeQuery[] = [];
  const search = async (query: KnowledgeQuery) => {
    asked.push(query);
    return await knowledge.search(query);
  };
  const tools = { ...world.tools, knowledge: async () => ({ ...knowledge, search }) };
  const base = world.git.repository.head;
  await gatherBackground(tools, world.context(1), { base, planTask: planTask('One.'), agents: [model] });
  expect(asked).toMatchObject([{ paths: ['src/cart.js'], labels: ['rounding'] }]);

  const failed = { type: 'x', key: 'one', end: { state: 'cancelled' } } as unknown as SettledTask;
  await keepLesson(world.tools, { ...world.context(1), dependencies: [failed] } as unknown as TaskContext<unknown>);
  expect(await knowledge.newest(1)).toMatchObject([{ issue: '1', outcome: 'failed', labels: ['rounding'] }]);
});

test('a world is told what was kept for all of them; one of an earlier version, which has nothing kept, what is gathered now', async () => {
  await using world = await stand({ 'a.txt': 'a\n' });
  const task = planTask('a.txt');
  const base = world.git.repository.head;
  const gathered = await world.gather(task);
  const payload = { base, checks: '', planTask: '', implementTaskId: '', round: 1, world: { agent: model } } as unknown as WorldRunPayload;
  const kept = { ...world.context(1), payload: { ...payload, background: await world.tools.ledger.keep(gathered) } };
  expect(await backgroundOf(world.tools, kept, task)).toEqual(gathered);
  const before = await backgroundOf(world.tools, { ...world.context(1), payload }, task);
  expect({ ...before, fence: '' }).toEqual({ ...gathered, fence: '' });
});
