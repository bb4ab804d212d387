import { join } from 'node:path';
import { EventSourceParserStream } from 'eventsource-parser/stream';
import { expect, it } from 'vitest';
import { git, makeProject, miyabi, untestedProject } from '../support/miyabi.ts';
import { serving } from '../support/serving.ts';
import { temporaryFolder } from '../support/temporary.ts';

interface Told {
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Follows a run from its beginning until this happens. */
async function until(url: string, token: string, run: string, isIt: (event: Told) => boolean): Promise<void> {
  const over = new AbortController();
  const headers = { authorization: `Bearer ${token}`, 'last-event-id': '0' };
  const { body } = await fetch(`${url}/api/v1/events?run=${run}`, { headers, signal: over.signal });
  const messages = body!.pipeThrough(new TextDecoderStream() as never).pipeThrough(new EventSourceParserStream());
  for await (const { data } of messages) if (isIt(JSON.parse(data) as Told)) return over.abort();
  throw new Error('It ended before that.');
}

it(
  'a plan is read, refused where it is none, changed and approved over the API, and the service carries it out',
  { tags: ['campaign'] },
  async () => {
    await using folder = await temporaryFolder();
    const project = await makeProject(join(folder.path, 'project'), untestedProject);
    const options = { cwd: project, state: join(folder.path, 'state') };
    const issue = 'Rewrite the architecture: add() is wrong for distributed migration';
    const first = await miyabi(['run', issue, '--agent', 'command:echo note > note.txt', '--worlds', '1', '--json'], options);
    expect(first, first.stderr).toMatchObject({ code: 4 });

    const open = await miyabi(['serve', '--listen', '0.0.0.0:0'], options);
    expect(open).toMatchObject({ code: 3, stderr: expect.stringMatching(/there is no token yet[^]*token create <name>/) });
    const token = (await miyabi(['token', 'create', 'ada-phone', '--scope', 'operate'], options)).stdout.trim();
    expect(token).toMatch(/^miyabi_[0-9a-f]{16}_[\w-]{43}$/);
    const agent = { MIYABI_AGENT_NAME: 'command', MIYABI_AGENT_COMMAND: 'echo another > another.txt' };
    await using service = await serving({ ...options, env: agent });
    const ask = async (path: string, { method = 'GET', body }: { readonly method?: string; readonly body?: unknown } = {}) => {
      const headers = { authorization: `Bearer ${token}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) };
      const answer = await fetch(`${service.url}/api/v1${path}`, {
        method,
        headers,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
    };

    const shown = await ask('/runs/last/plan');
    expect(shown).toMatchObject({ status: 200, body: { plan: { tasks: [{ id: 'task-1' }] }, escalation: expect.any(String) } });
    const { plan, escalation, run } = shown.body as {
      readonly plan: { readonly tasks: readonly object[] };
      readonly escalation: string;
      readonly run: string;
    };
    expect((await ask('/escalations')).body).toMatchObject({ items: [{ id: escalation, run, issue }], next: null });
    const round = {
      tasks: [
        { id: 'task-1', title: 'a', after: ['task-2'] },
        { id: 'task-2', title: 'b', after: ['task-1'] },
      ],
    };
    const refused = await ask(`/runs/${run}/plan`, { method: 'PUT', body: round });
    expect(refused).toMatchObject({
      status: 422,
      body: { detail: expect.stringContaining('wait for each other: task-1 -> task-2 -> task-1') },
    });
    expect((await ask(`/escalations/${escalation}`)).status).toBe(200);
    const changed = await ask(`/runs/${run}/plan`, {
      method: 'PUT',
      body: { tasks: plan.tasks.map((task) => ({ ...task, id: 'task-mine' })) },
    });
    expect(changed).toEqual({ status: 200, body: { run, by: 'ada-phone', warnings: [] } });
    expect((await ask(`/runs/${run}/plan`, { method: 'PUT', body: { tasks: plan.tasks } })).status).toBe(409);

    const signedIn = await fetch(service.signIn);
    expect([signedIn.status, signedIn.headers.get('set-cookie')]).toEqual([200, expect.stringMatching(/HttpOnly; SameSite=Strict$/)]);
    // The change has no tests, so that its review asks.
    await until(
      service.url,
      token,
      run,
      ({ type, data }) => type === 'task.state' && data['taskType'] === 'miyabi.run.review' && data['waiting'] === 'children',
    );
    const [review] = (await ask('/escalations')).body['items'] as readonly [Record<string, unknown>];
    const mended = await ask(`/escalations/${String(review['id'])}/fix`, { method: 'PUT', body: {} });
    expect(mended).toMatchObject({ status: 200, body: { isKnown: false } });
    expect((await ask(`/escalations/${String(review['id'])}/fix/done`, { method: 'POST', body: {} })).body).toMatchObject({
      kind: 'unchanged',
    });
    expect(await ask(`/escalations/${String(review['id'])}/fix`, { method: 'DELETE' })).toMatchObject({
      status: 200,
      body: { kept: null },
    });
    expect((await ask(`/escalations/${String(review['id'])}/answer`, { method: 'POST', body: { answer: 'approve' } })).status).toBe(200);
    await until(service.url, token, run, ({ type, data }) => type === 'job.state' && data['state'] === 'completed');
    expect((await ask(`/runs/${run}`)).body).toMatchObject({
      state: 'completed',
      report: { status: 'succeeded', tasks: [{ id: 'task-mine', winner: 'alpha' }] },
      escalations: [],
    });
    expect((await ask(`/runs/${run}/worlds`)).body).toMatchObject({ items: [{ world: 'alpha', chosen: true, status: 'success' }] });
    expect((await ask(`/runs/${run}/diff`)).body).toMatchObject({ patch: expect.stringContaining('+++ b/note.txt') });
    expect((await ask(`/runs/${run}/choices`)).body).toMatchObject({ tasks: [{ choice: { kind: 'chosen', winner: 'alpha' } }] });
    expect(await git(project, 'show', `miyabi/${run}:note.txt`)).toBe('note');
    const told = await miyabi(['show', '--json'], options);
    const entries = (told.lines[0] as unknown as { readonly entries: readonly { readonly text: string }[] }).entries;
    expect(entries.map(({ text }) => text)).toContainEqual('approve answered by ada-phone: yes over the API, with a plan of their own');

    const body = { issue: { text: '# Add another note' }, repository: project, approveAll: true, worlds: 1 };
    const started = await ask('/runs', { method: 'POST', body });
    expect(started).toMatchObject({ status: 201, body: { branch: expect.stringMatching(/^miyabi\/run_/) } });
    const other = String(started.body['run']);
    await until(service.url, token, other, ({ type, data }) => type === 'job.state' && data['state'] === 'completed');
    expect((await ask(`/runs?limit=1`)).body).toMatchObject({ items: [{ run: other, startedBy: 'ada-phone' }], next: expect.any(String) });
    expect((await ask('/runs', { method: 'POST', body: { ...body, budgetUsd: 1_000 } })).status).toBe(422);

    const listed = await miyabi(['token', 'list', '--json'], options);
    expect(listed.lines).toMatchObject([
      { tokens: [{ name: 'ada-phone', scope: 'operate', kind: 'token', usedAt: expect.any(Number) }, { kind: 'browser' }] },
    ]);
    expect(listed.stdout).not.toContain(token.slice(-43));
    expect(await miyabi(['token', 'revoke', 'ada-phone'], options)).toMatchObject({ code: 0, stdout: 'ada-phone is let in no more.' });
    expect((await ask('/runs/last/plan')).status).toBe(401);
  },
);
