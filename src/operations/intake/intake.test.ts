import { afterEach, beforeEach, expect, it } from 'vitest';
import type { IntakeStand } from '../../../test/support/intake-stand.ts';
import { ann, askedCommit, intakeStand, mergePayload, repository, stranger } from '../../../test/support/intake-stand.ts';
import type { CommitId, JobId } from '../../domain/ids.ts';
import { displayId } from '../../domain/ids.ts';
import type { ForgeUser } from '../../domain/forge.ts';
import { runAttributesSchema } from '../../domain/run.ts';
import { receiveEvent } from './receive-event.ts';
import { createSweeper, sweepNowAndThen } from './sweep.ts';

let stand: IntakeStand;

beforeEach(async () => {
  stand = await intakeStand();
});

afterEach(async () => {
  await stand[Symbol.asyncDispose]();
});

let events = 0;

/** Somebody puts the label on, or does something else to an issue. */
async function issueEvent(action: string, number = 1, more: { identity?: string; sender?: ForgeUser; label?: string } = {}) {
  const issue = stand.forge.issues.get(number) ?? stand.put(number);
  events += 1;
  return await receiveEvent(
    stand.tools,
    stand.event({ kind: 'issue', action, issue, label: 'miyabi', identity: `event ${events}`, ...more }),
  );
}

async function comment(body: string, { author = ann, at = 1, id = '', isPullRequest = false, createdAt = Date.now() } = {}) {
  events += 1;
  const written = { id: id === '' ? `${events}` : id, author, body, url: '', createdAt };
  const event = stand.event({
    kind: 'comment',
    issue: at,
    isPullRequest,
    comment: written,
    identity: `comment ${written.id}`,
    sender: author,
  });
  return await receiveEvent(stand.tools, event);
}

/** A run that has come as far as its first question. */
async function begun(number = 1): Promise<JobId> {
  await issueEvent('labeled', number);
  await stand.handled();
  const [run] = await stand.runs();
  await stand.rests(run!.id);
  return run!.id;
}

/** The same, past its question, with a pull request that waits for its checks. */
async function checked(): Promise<JobId> {
  const run = await begun();
  await comment('/miyabi approve');
  await stand.handled();
  await stand.rests(run);
  const commit = 'c'.repeat(40) as CommitId;
  await stand.tools.ledger.pullRequests.save({
    jobId: run,
    forge: 'github',
    repository,
    number: 5,
    url: '',
    branch: 'b',
    commit,
    state: 'open',
  });
  return run;
}

/** Has runs ask about something else than whether to merge, until it is disposed. */
function asking(about: 'conflict'): Disposable {
  const before = mergePayload.step;
  mergePayload.step = { kind: 'asked', about };
  return {
    [Symbol.dispose]: () => {
      mergePayload.step = before;
    },
  };
}

async function waitsFor(run: JobId): Promise<readonly string[]> {
  const pending = await stand.engine.tasks(run, { states: ['pending'] });
  return pending.flatMap((task) => (task.state === 'pending' && 'need' in task.waiting ? [task.waiting.need.question] : []));
}

it('starts one run of a labelled issue, however often and in whatever way it is told', async () => {
  stand.put(1, { title: 'Wrong\u202E total', body: 'a\u200bb <!-- not seen -->' });
  expect(await issueEvent('labeled', 1, { identity: 'one' })).toMatchObject({ kind: 'accepted' });
  expect(await issueEvent('labeled', 1, { identity: 'one' })).toEqual({ kind: 'known' });
  const [did] = await stand.handled();
  const [run, ...others] = await stand.runs();
  expect([did, others]).toEqual([`started ${displayId('run', run!.id)}`, []]);
  expect(runAttributesSchema.parse(run!.attributes)).toMatchObject({
    issue: { title: 'Wrong total', body: 'ab', origin: { kind: 'forge', forge: 'github', repository, number: 1, author: ann } },
    repository: { kind: 'remote' },
    startedBy: { how: 'service', who: 'ann (7)' },
    approveAll: false,
  });
  // The same label under another name, and a command beside it.
  await issueEvent('labeled', 1, { identity: 'two' });
  await comment('/miyabi run');
  const came = await stand.handled();
  expect(came.slice(1)).toEqual([expect.stringContaining('at work already'), expect.stringContaining('is at work on this already')]);
  expect(await stand.runs()).toHaveLength(1);
});

it('does not start what a run has ended of already, told of a second time', async () => {
  stand.put(1, { updatedAt: 1_000 });
  const run = await begun();
  await stand.engine.cancel(run, 'a test');
  await issueEvent('labeled', 1, { identity: 'the same a second later' });
  expect((await stand.handled()).at(-1)).toBe(`${displayId('run', run)} is its run`);
  stand.put(1);
  await issueEvent('labeled', 1, { identity: 'put on again' });
  await stand.handled();
  expect(await stand.runs()).toHaveLength(2);
});

it('starts nothing for whoever may not, nor for what has changed since', async () => {
  await issueEvent('labeled', 1, { sender: stranger });
  stand.put(2, { state: 'closed' });
  await issueEvent('labeled', 2);
  stand.put(3, { labels: ['bug'] });
  await issueEvent('labeled', 3);
  const gone = stand.put(4);
  stand.forge.issues.delete(4);
  await receiveEvent(stand.tools, stand.event({ kind: 'issue', action: 'labeled', issue: gone, label: 'miyabi', identity: 'of 4' }));
  // Closed before it was opened, and what never had a run.
  await issueEvent('closed', 5);
  await issueEvent('deleted', 6);
  expect(await stand.handled()).toEqual([
    'not permitted',
    'the issue is closed',
    'the label was taken off',
    'the issue is gone',
    'it has no run',
    'it has no run',
  ]);
});

it('waits as long as a forge asks for, and loses nothing', async () => {
  stand.forge.unavailable = 1;
  await issueEvent('labeled');
  expect(await stand.handled()).toEqual([expect.stringMatching(/^started/)]);
  const [job] = await stand.engine.jobs({ groupKey: 'deliveries' });
  const status = await stand.engine.status(job!.id);
  expect(status!.latestAttempts.map(({ outcome }) => outcome)).toEqual(['success', 'blocked']);
});

it('tells at the issue when its code cannot be reached, after the last try', async () => {
  // Nobody listens at this port.
  stand.forge.gitUrl = 'http://127.0.0.1:1/owner/name.git';
  await issueEvent('labeled');
  expect(await stand.handled()).toEqual([expect.stringMatching(/^refused: /)]);
  const [job] = await stand.engine.jobs({ groupKey: 'deliveries' });
  expect((await stand.engine.status(job!.id))!.latestAttempts).toHaveLength(5);
  expect([...stand.forge.comments]).toEqual([
    ['1 <!-- miyabi:intake:not-started -->', expect.stringMatching(/^No run was started: .*cannot be reached/)],
  ]);
});

it('ends a run whose label is taken off or whose issue is closed, but not when that is undone or it is merged', async () => {
  const first = await begun();
  await issueEvent('unlabeled');
  expect((await stand.handled()).at(-1)).toBe('it is as it was before');
  stand.put(1, { labels: [] });
  await issueEvent('unlabeled');
  expect((await stand.handled()).at(-1)).toBe(`cancelled ${displayId('run', first)}`);
  expect((await stand.engine.status(first))?.cancelReason).toBe('its label was taken off by ann (7)');

  stand.put(1);
  const second = await checked();
  stand.put(1, { state: 'closed' });
  stand.forge.pullRequests.set(5, { state: 'merged' } as never);
  await issueEvent('closed');
  expect((await stand.handled()).at(-1)).toBe(`${displayId('run', second)} is merged`);
  expect((await stand.engine.status(second))?.cancelReason).toBeUndefined();
  stand.forge.pullRequests.set(5, { state: 'closed' } as never);
  await issueEvent('closed');
  expect((await stand.handled()).at(-1)).toBe(`cancelled ${displayId('run', second)}`);
});

it('answers questions by command, with who has answered, and only for whoever may', async () => {
  const run = await begun();
  await comment('/miyabi approve', { author: stranger });
  expect((await stand.handled()).at(-1)).toBe('not permitted');
  expect([...stand.forge.comments]).toEqual([]);
  await comment('/miyabi approve looks right');
  await stand.handled();
  await stand.rests(run);
  const answers: string[] = [];
  for await (const event of stand.engine.events(run)) if (event.type === 'task.answered') answers.push(event.data.by);
  expect(answers).toEqual(['ann (7)']);
  expect(await waitsFor(run)).toEqual(['waits for checks']);
  await comment('/miyabi reject');
  expect((await stand.handled()).at(-1)).toContain('waits for no answer');
  await comment('/miyabi stop not wanted');
  await stand.handled();
  expect((await stand.engine.status(run))?.cancelReason).toBe('stopped by ann (7): not wanted');
});

it('says once what it knows when it is asked for something else, and why it cannot do what is asked', async () => {
  stand.put(1);
  await comment('/miyabi dance', { id: '70' });
  await comment('/miyabi dance', { id: '70' });
  await comment('/miyabi explain', { id: '71' });
  await comment('/miyabi run', { id: '72', at: 9, isPullRequest: true });
  await stand.handled();
  expect(Object.fromEntries(stand.forge.comments)).toEqual({
    '1 <!-- miyabi:intake:answer-70 -->': expect.stringContaining('`/miyabi approve`'),
    '1 <!-- miyabi:intake:answer-71 -->': expect.stringContaining('no run of this'),
    '9 <!-- miyabi:intake:answer-72 -->': expect.stringContaining('A run is of an issue'),
  });
});

it('starts anew by command what has ended, and tells why no run can be started', async () => {
  const run = await begun();
  await stand.engine.cancel(run, 'a test');
  await comment('/miyabi retry');
  await stand.handled();
  expect(await stand.runs()).toHaveLength(2);
  stand.put(2, { state: 'closed' });
  await comment('/miyabi run', { at: 2, id: '80' });
  await stand.handled();
  expect(stand.forge.comments.get('2 <!-- miyabi:intake:answer-80 -->')).toContain('is closed');
});

it('has a run look at its forge again when something happened to its pull request, its checks or its base', async () => {
  const run = await checked();
  const wake = async (more: Record<string, unknown>) =>
    await receiveEvent(stand.tools, stand.event({ identity: `wake ${(events += 1)}`, ...more }));
  const head = { branch: 'b', commit: 'c' };
  expect(await wake({ kind: 'pull-request', action: 'changed', number: 6, head })).toEqual({ kind: 'nothing', reason: 'not-ours' });
  expect(await wake({ kind: 'checks', commit: 'd'.repeat(40) })).toEqual({ kind: 'nothing', reason: 'not-ours' });
  expect(await wake({ kind: 'push', branch: 'other', to: 'e' })).toMatchObject({ kind: 'accepted' });
  expect((await stand.handled()).at(-1)).toBe('woke 0 of one run');
  expect(await waitsFor(run)).toEqual(['waits for checks']);
  expect(await wake({ kind: 'checks', commit: 'c'.repeat(40) })).toMatchObject({ kind: 'accepted' });
  expect((await stand.handled()).at(-1)).toBe('woke 1 of one run');
  await stand.rests(run);
  expect(await waitsFor(run)).toEqual(['Merge it?']);
});

it('takes an approving review of somebody who may for a yes to the merge, and of nobody else', async () => {
  const run = await checked();
  const review = async (sender: ForgeUser, commit = askedCommit as string) =>
    await receiveEvent(
      stand.tools,
      stand.event({ kind: 'review', number: 5, state: 'approved', body: '', sender, commit, identity: `review ${(events += 1)}` }),
    );
  await review(ann);
  expect((await stand.handled()).at(-1)).toContain('woke 1');
  await stand.rests(run);
  await review(stranger);
  await stand.handled();
  // What somebody has looked at before more was pushed.
  await review(ann, 'd'.repeat(40));
  await stand.handled();
  expect(await waitsFor(run)).toEqual(['Merge it?']);
  await review(ann);
  expect((await stand.handled()).at(-1)).toBe(`approved for ${displayId('run', run)}`);
  await stand.rests(run);
  expect((await stand.engine.status(run))?.state).toBe('completed');
});

it('takes an approving review for no answer to what is asked about a conflict', async () => {
  using _ = asking('conflict');
  const run = await checked();
  const approved = { kind: 'review', number: 5, state: 'approved', body: '', commit: askedCommit };
  await receiveEvent(stand.tools, stand.event({ ...approved, identity: `review ${(events += 1)}` }));
  await stand.handled();
  await stand.rests(run);
  await receiveEvent(stand.tools, stand.event({ ...approved, identity: `review ${(events += 1)}` }));
  expect((await stand.handled()).at(-1)).toContain('woke 0');
  expect(await waitsFor(run)).toEqual(['Merge it?']);
});

it('takes a command for no answer to what was asked after it was written', async () => {
  const run = await begun();
  await comment('/miyabi approve', { id: '90', createdAt: Date.now() - 60_000 });
  await stand.handled();
  expect(stand.forge.comments.get('1 <!-- miyabi:intake:answer-90 -->')).toContain('was asked after that answer was given');
  expect(await waitsFor(run)).toEqual(['Go on?']);
});

it('ends the runs of a repository that it may work in no longer', async () => {
  const run = await begun();
  await receiveEvent(stand.tools, stand.event({ kind: 'installation', action: 'removed', repositories: ['Owner/Name'], identity: 'gone' }));
  expect((await stand.handled()).at(-1)).toBe(`cancelled ${displayId('run', run)}`);
});

it('finds by looking what nobody told, once, and goes on from where it looked last', async () => {
  const told: string[] = [];
  const sweeper = createSweeper(stand.tools, (text) => told.push(text));
  const { signal } = new AbortController();
  const labeled = stand.event({ kind: 'issue', action: 'labeled', issue: stand.put(1), label: 'miyabi', identity: 'label of 1' });
  stand.forge.missed = [labeled];
  stand.forge.unavailable = 1;
  await sweeper.once(signal);
  expect([told, await stand.handled()]).toEqual([['The forge github could not be looked at: it is not well'], []]);
  await expect.poll(async () => (await sweeper.once(signal), stand.forge.sweeps.length)).toBeGreaterThan(0);
  await receiveEvent(stand.tools, labeled);
  await createSweeper(stand.tools, () => undefined).once(signal);
  expect(await stand.handled()).toHaveLength(1);
  expect(await stand.runs()).toHaveLength(1);
  const [first = 0, ...later] = stand.forge.sweeps;
  expect(Date.now() - first).toBeGreaterThan(23 * 3_600_000);
  for (const since of later) expect(Date.now() - since).toBeLessThan(10 * 60_000);
  expect(await stand.tools.ledger.deliveries.sweptUntil('github', repository)).toBeGreaterThan(Date.now() - 60_000);
});

it('looks in one process at a time, at once, and in another when that one has ended', async () => {
  const tell = (text: string): never => expect.fail(text);
  const first = sweepNowAndThen(stand.tools, { everyMs: 60_000, tell });
  await expect.poll(() => stand.forge.sweeps.length).toBe(1);
  await using _second = sweepNowAndThen(stand.tools, { everyMs: 10, tell });
  expect(await stand.tools.locks.tryAcquire('miyabi-sweep')).toBeUndefined();
  expect(stand.forge.sweeps).toHaveLength(1);
  await first[Symbol.asyncDispose]();
  await expect.poll(() => stand.forge.sweeps.length).toBeGreaterThan(1);
});

it('looks at the other repositories where one cannot be looked at, and says once where it looks at none', async () => {
  const told: string[] = [];
  const sweeper = createSweeper(stand.tools, (text) => told.push(text));
  const { signal } = new AbortController();
  stand.forge.repositories = ['owner/gone', repository];
  stand.forge.broken = 'owner/gone';
  await sweeper.once(signal);
  await sweeper.once(signal);
  expect(told).toEqual(['owner/gone at the forge github could not be looked at: It is not there. None.']);
  expect(stand.forge.sweeps).toHaveLength(2);
  stand.forge.repositories = [];
  await sweeper.once(signal);
  await sweeper.once(signal);
  expect(told.slice(1)).toEqual([expect.stringContaining('name them in `forge.github.repositories`')]);
});

it('finds a label that was put on long before it looked for the first time', async () => {
  const issue = stand.put(1);
  stand.forge.labelled = [stand.event({ kind: 'issue', action: 'labeled', issue, label: 'miyabi', at: 1_000, identity: 'long ago' })];
  await createSweeper(stand.tools, () => undefined).once(new AbortController().signal);
  expect(await stand.handled()).toEqual([expect.stringMatching(/^started/)]);
  // Not looked for any more.
  stand.forge.labelled = [stand.event({ kind: 'issue', action: 'labeled', issue: stand.put(2), label: 'miyabi', identity: 'another' })];
  await createSweeper(stand.tools, () => undefined).once(new AbortController().signal);
  expect(await stand.runs()).toHaveLength(1);
});
