/** @module-tag campaign */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { RunReport } from '../../src/operations/report.ts';
import { git, makeProject, miyabi, untestedProject } from '../support/miyabi.ts';
import type { CommandEnd } from '../support/miyabi.ts';
import { serving } from '../support/serving.ts';
import { temporaryFolder } from '../support/temporary.ts';

const hard = (what: string) => `Rewrite the architecture: ${what} is wrong for distributed migration`;
const agent = 'command:echo "$MIYABI_WORLD" > note.txt';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let project: string;
let run: string;

beforeAll(async () => {
  folder = await temporaryFolder();
  project = await makeProject(join(folder.path, 'project'), untestedProject);
});

afterAll(async () => await folder[Symbol.asyncDispose]());

async function said(...args: readonly string[]): Promise<CommandEnd> {
  return await miyabi(args, { cwd: project, state: join(folder.path, 'state') });
}

/** A run of two worlds to whose questions the answer was yes. */
async function approved(issue: string): Promise<RunReport> {
  let end = await started(issue);
  while (end.code === 4) end = await said('approve', 'last', '--json');
  expect(end, end.stderr).toMatchObject({ code: 0 });
  return reportOf(end);
}

async function started(issue: string): Promise<CommandEnd> {
  return await said('run', issue, '--agent', agent, '--worlds', '2', '--json');
}

function reportOf({ lines }: CommandEnd): RunReport {
  return lines.at(-1) as unknown as RunReport;
}

it('a yes holds for every later plan of the repository, or for what else the run asks, and all of it is told afterwards', async () => {
  expect(await started(hard('add()'))).toMatchObject({ code: 4 });
  expect((await said('inbox', '--json')).lines).toMatchObject([{ questions: [{ kind: 'plan', canStand: true }] }]);
  const planned = await said('approve', 'last', '--for', 'always', '--reason', 'plans are fine', '--json');
  expect(planned, planned.stderr).toMatchObject({ code: 4 });
  const end = await said('approve', '1', '--for', 'run', '--json');
  expect(end, end.stderr).toMatchObject({ code: 0 });
  ({ run } = reportOf(end));
  const [told] = (await said('inbox', '--answered', '--json')).lines;
  const common = { run, answer: 'approve', how: 'terminal', standing: null, askedAt: expect.any(Number), resumedAt: expect.any(Number) };
  expect(told).toMatchObject({
    schemaVersion: 1,
    answered: [
      { ...common, kind: 'review', scope: 'run' },
      { ...common, kind: 'plan', scope: 'always', reason: 'plans are fine' },
    ],
  });
  expect((await said('inbox', '--answered')).stdout).toMatch(
    /yes by .*, for every run of its repository; by terminal; plans are fine; went on at/,
  );
  // What held for the run has ended with it.
  expect((await said('inbox', '--standing', '--json')).lines).toMatchObject([
    { answers: [{ kind: 'plan', scope: 'always', run, repository: project }] },
  ]);

  const second = await started(hard('twice()'));
  expect(second, second.stderr).toMatchObject({ code: 4 });
  expect((await said('inbox', '--json')).lines).toMatchObject([{ questions: [{ kind: 'review' }] }]);
  expect((await said('show')).stdout).toContain('approve succeeded');
  expect(await said('reject', 'last', '--reason', 'not this')).toMatchObject({ code: 1 });
  expect((await said('inbox', '--answered', '--json')).lines[0]).toMatchObject({
    answered: [
      { answer: 'reject', scope: 'once', reason: 'not this' },
      { kind: 'plan', scope: 'always', standing: expect.any(String) },
      {},
      {},
    ],
  });
});

it('an answer that is revoked stands no more', async () => {
  const [{ answers }] = (await said('inbox', '--standing', '--json')).lines as unknown as readonly [
    { readonly answers: readonly { readonly id: string }[] },
  ];
  expect(await said('inbox', '--revoke', answers[0]!.id)).toMatchObject({ code: 0, stdout: expect.stringContaining('stands no more') });
  expect(await said('inbox', '--revoke', answers[0]!.id)).toMatchObject({ code: 7 });
  expect(await started(hard('third()'))).toMatchObject({ code: 4 });
  expect((await said('inbox', '--json')).lines).toMatchObject([{ questions: [{ kind: 'plan' }] }]);
  expect(await said('pause', 'last', '--json')).toMatchObject({ code: 0 });
  expect(await said('pause', 'last')).toMatchObject({ code: 7, stderr: expect.stringContaining('is paused already') });
  expect(await said('retry', 'last')).toMatchObject({ code: 7, stderr: expect.stringContaining('nothing to try again') });
  expect(await said('cancel', 'last')).toMatchObject({ code: 0 });
});

it('another world than the winner is picked afterwards, and comes on a branch of its own', async () => {
  const { lines } = await said('explain', run, '--json');
  const { tasks } = lines[0] as unknown as { readonly tasks: readonly [{ readonly choice: { readonly winner: string } }] };
  const world = tasks[0].choice.winner === 'alpha' ? 'beta' : 'alpha';
  const picked = await said('pick', run, world, '--reason', 'I like it better', '--json');
  expect(picked, picked.stderr).toMatchObject({ code: 0 });
  const branch = `miyabi/${run}-${world}`;
  expect(reportOf(picked)).toMatchObject({ status: 'succeeded', branch });
  expect(await git(project, 'show', `${branch}:note.txt`)).toBe(world);
  expect((await said('explain', run)).stdout).toMatch(new RegExp(`handed ${world} of task-1 over by run_\\w+: I like it better`));
  expect((await said('show', run)).stdout).toMatch(new RegExp(`handed ${world} of task-1 over`));
  expect(await said('pick', run, 'zeta')).toMatchObject({ code: 7, stderr: expect.stringContaining(`${run} has no world zeta`) });
});

it('what people say of the lines of a change becomes a run on top of it', async () => {
  const { run: before } = await approved(hard('add()'));
  const token = (await said('token', 'create', 'ada', '--scope', 'operate')).stdout.trim();
  const options = { cwd: project, state: join(folder.path, 'state') };
  await using stack = new AsyncDisposableStack();
  const service = stack.use(await serving(options));
  const ask = async (path: string, body?: unknown) => {
    const sent = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
    const headers = {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      'idempotency-key': `of-${JSON.stringify(body ?? '').length}`,
    };
    const answer = await fetch(`${service.url}/api/v1${path}`, { ...sent, headers });
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  };
  expect(await ask(`/runs/${before}/fixes`, {})).toMatchObject({ status: 422, body: { title: 'It is not said what is to change.' } });
  const comments = [{ path: 'note.txt', line: 1, text: 'Say it louder\u202E.' }];
  const wanted = { world: 'beta', comments, text: 'Keep it short.' };
  const begun = await ask(`/runs/${before}/fixes`, wanted);
  expect(begun).toMatchObject({ status: 201, body: { startedFrom: { run: before, task: 'task-1', world: 'beta' } } });
  expect(await ask(`/runs/${before}/fixes`, wanted)).toEqual(begun);
  const fix = String(begun.body['run']);
  expect((await ask(`/runs/${fix}`)).body).toMatchObject({
    startedFrom: { run: before, kind: 'fix', world: 'beta', by: 'ada' },
    base: { name: `beta of ${before}` },
  });
  expect((await ask(`/runs/${before}`)).body).toMatchObject({ followUps: [{ run: fix, kind: 'fix' }] });
  await stack.disposeAsync();
  const asked = await said('resume', fix, '--json');
  expect(asked, asked.stderr).toMatchObject({ code: 4 });
  expect((await said('plan', fix, '--json')).stdout).toContain('Say it louder.');
  const end = await said('approve', fix, '--json');
  expect(end, end.stderr).toMatchObject({ code: 0 });
  const { branch } = reportOf(end);
  expect((await git(project, 'log', '--format=%s', `main..${branch}`)).split('\n')).toHaveLength(2);
});
