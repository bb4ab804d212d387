import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ApiStand } from '../../../test/support/api-stand.ts';
import { apiStand } from '../../../test/support/api-stand.ts';
import type { IntakeStand } from '../../../test/support/intake-stand.ts';
import { intakeStand, repository } from '../../../test/support/intake-stand.ts';
import { folderFixes } from '../../adapters/fixes.ts';
import type { OpenEscalation } from '../../domain/api/escalations.ts';
import { causeIn } from '../../domain/trace.ts';
import { openEscalationSchema } from '../../domain/api/escalations.ts';
import { problemSchema } from '../../domain/api/problem.ts';
import type { JobId } from '../../domain/ids.ts';
import { displayId } from '../../domain/ids.ts';
import { redactor } from '../../domain/redact.ts';
import { createToken, revokeToken } from '../../operations/access/tokens.ts';
import { receiveEvent } from '../../operations/intake/receive-event.ts';

let stand: IntakeStand;
let api: ApiStand;

beforeAll(async () => {
  stand = await intakeStand();
  api = await apiStand({ ...stand.tools, fixes: folderFixes(stand.tools.state) });
});

afterAll(async () => {
  await api[Symbol.asyncDispose]();
  await stand[Symbol.asyncDispose]();
});

let number = 0;

/** A run that asks something. */
async function asking(): Promise<{ readonly run: JobId; readonly escalation: OpenEscalation }> {
  number += 1;
  const issue = stand.put(number);
  await receiveEvent(
    stand.tools,
    stand.event({ kind: 'issue', action: 'labeled', issue, label: 'miyabi', identity: `labelled ${number}` }),
  );
  await stand.handled();
  const [job] = await stand.runs();
  await stand.rests(job!.id);
  const { body } = await api.ask('/escalations?limit=100');
  const items = body['items'] as readonly OpenEscalation[];
  return { run: job!.id, escalation: items.find(({ run }) => run === displayId('run', job!.id))! };
}

async function answerOf(run: JobId): Promise<unknown> {
  const [task] = (await stand.engine.tasks(run)).filter(({ answer }) => answer !== undefined);
  return task?.answer;
}

describe('questions to people', () => {
  it('are listed in pages, told one by one, and are what their schema says', async () => {
    const asked = [await asking(), await asking(), await asking()];
    const first = await api.ask('/escalations?limit=2');
    expect(first).toMatchObject({
      status: 200,
      body: { items: [{ number: 1, type: 'escalation' }, { number: 2 }], next: expect.any(String) },
    });
    const second = await api.ask(`/escalations?limit=2&cursor=${String(first.body['next'])}`);
    expect(second.body).toMatchObject({ items: [{ number: 3, question: 'Go on?' }], next: null });
    for (const { escalation } of asked) {
      expect(openEscalationSchema.parse(escalation)).toEqual(escalation);
      expect((await api.ask(`/escalations/${escalation.id}`, { token: api.tokens.read })).body).toEqual(escalation);
    }
    expect((await api.ask('/escalations?cursor=AAAA')).body).toMatchObject({ status: 400, title: 'This cursor leads nowhere.' });
  });

  it('are answered once, with who answered; whoever comes later is told so', async () => {
    const { run, escalation } = await asking();
    const path = `/escalations/${escalation.id}/answer`;
    const answers = await Promise.all(
      Array.from({ length: 4 }, async () => await api.ask(path, { method: 'POST', body: { answer: 'approve', reason: 'looks right' } })),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 404 || status === 409)).toHaveLength(3);
    expect(answers.find(({ status }) => status === 200)?.body).toEqual({
      run: displayId('run', run),
      question: 'Go on?',
      answer: 'approve',
      by: 'the-operate',
      scope: 'once',
    });
    expect(await answerOf(run)).toMatchObject({ by: 'the-operate', payload: { approved: true, how: 'api', reason: 'looks right' } });
    const late = await api.ask(path, { method: 'POST', body: { answer: 'reject' } });
    expect(late).toMatchObject({ status: 404, body: { title: 'This question waits for no answer.' } });
    expect((await api.ask(`/escalations/${escalation.id}`)).status).toBe(404);
  });

  it('can be said no to, and cannot be mended by hand where there is nothing to mend', async () => {
    const { run, escalation } = await asking();
    const fix = await api.ask(`/escalations/${escalation.id}/fix`, { method: 'PUT', body: {} });
    expect(fix).toMatchObject({ status: 409, body: { detail: 'What it asks is to be answered with a yes or a no.' } });
    const done = await api.ask(`/escalations/${escalation.id}/fix/done`, { method: 'POST', body: { reason: 'x' } });
    expect([done.status, (await api.ask(`/escalations/${escalation.id}/fix`, { method: 'DELETE' })).status]).toEqual([409, 409]);
    await api.ask(`/escalations/${escalation.id}/answer`, { method: 'POST', body: { answer: 'reject', reason: 'not now' } });
    expect(await answerOf(run)).toMatchObject({ by: 'the-operate', payload: { approved: false, reason: 'not now' } });
  });

  it('are told once they were answered, page by page, and whether the run has gone on', async () => {
    const [{ escalation }, other] = [await asking(), await asking()];
    await api.ask(`/escalations/${escalation.id}/answer`, { method: 'POST', body: { answer: 'approve', reason: 'fine' } });
    await api.ask(`/escalations/${other.escalation.id}/answer`, { method: 'POST', body: { answer: 'reject' } });
    const first = await api.ask('/escalations/answered?limit=1', { token: api.tokens.read });
    const { run } = other.escalation;
    expect(first).toMatchObject({ status: 200, body: { items: [{ id: other.escalation.id, run, answer: 'reject', resumedAt: null }] } });
    const second = await api.ask(`/escalations/answered?limit=1&cursor=${String(first.body['next'])}`);
    const { id, askedAt } = escalation;
    const told = { id, question: 'Go on?', answer: 'approve', by: 'the-operate', how: 'api', reason: 'fine', askedAt, scope: 'once' };
    expect(second.body).toMatchObject({ items: [{ ...told, kind: 'other', standing: null, world: null }] });
  });

  it('cannot be answered for longer than they may, and then are not answered', async () => {
    const { escalation } = await asking();
    expect(escalation).toMatchObject({ kind: 'other', canStand: false });
    const path = `/escalations/${escalation.id}/answer`;
    const refused = await api.ask(path, { method: 'POST', body: { answer: 'approve', scope: 'always' } });
    expect(refused).toMatchObject({ status: 422, body: { title: 'A yes to this holds only once: Go on?' } });
    expect((await api.ask(path, { method: 'POST', body: { answer: 'reject', scope: 'run' } })).status).toBe(422);
    expect((await api.ask(`/escalations/${escalation.id}`)).status).toBe(200);
  });

  it('are answered by what stands until somebody revokes it', async () => {
    const { run, escalation } = await asking();
    const { id: repositoryId } = await stand.tools.ledger.repository('/of/somebody');
    const said = { kind: 'plan', about: '', scope: 'always', question: 'Go on?', by: 'ada', reason: undefined, at: 1 } as const;
    await stand.tools.ledger.standingAnswers.give({ givenTo: escalation.id, repositoryId, jobId: run, ...said });
    const { body } = await api.ask('/standing-answers', { token: api.tokens.read });
    const id = expect.any(String) as string;
    const told = { id, kind: 'plan', scope: 'always', repository: '/of/somebody', run: escalation.run, question: 'Go on?', by: 'ada' };
    expect(body).toEqual({ items: [{ ...told, reason: null, at: 1 }], next: null });
    const [given] = body['items'] as readonly [{ readonly id: string }];
    const path = `/standing-answers/${given.id}`;
    expect((await api.ask(path, { method: 'DELETE', token: api.tokens.read })).status).toBe(403);
    expect(await api.ask(path, { method: 'DELETE' })).toMatchObject({ status: 200, body: { id: given.id, by: 'the-operate' } });
    expect((await api.ask(path, { method: 'DELETE' })).status).toBe(404);
    expect((await api.ask('/standing-answers')).body).toEqual({ items: [], next: null });
  });

  it('about a world are none where nothing was chosen yet', async () => {
    const { escalation } = await asking();
    const picked = await api.ask(`/runs/${escalation.run}/pick`, { method: 'POST', body: { world: 'alpha' } });
    expect(picked).toMatchObject({ status: 409, body: { title: `${escalation.run} has made no choice.` } });
    const fix = await api.ask(`/runs/${escalation.run}/fixes`, { method: 'POST', body: { text: 'Say more.' } });
    expect(fix).toMatchObject({ status: 409, body: { title: `${escalation.run} has made no choice.` } });
    expect((await api.ask(`/runs/${escalation.run}`)).body).toMatchObject({
      startedFrom: null,
      followUps: [],
      lastEvent: expect.any(Number),
    });
  });

  it('are not answered by what makes no sense, and it is said what is wrong', async () => {
    const { escalation } = await asking();
    const path = `/escalations/${escalation.id}/answer`;
    for (const body of [{ answer: 'maybe' }, { answer: 'reject', world: 'alpha' }, {}, [], null, { answer: 'approve', reason: 5 }]) {
      const refused = await api.ask(path, { method: 'POST', body });
      expect(refused).toMatchObject({ status: 422, body: { type: 'urn:miyabi:problem:invalid', errors: expect.any(Array) } });
      expect(problemSchema.parse(refused.body)).toEqual(refused.body);
      expect(refused.headers.get('content-type')).toBe('application/problem+json');
    }
    expect((await api.ask(`/escalations/${escalation.id}`)).status).toBe(200);
  });
});

describe('a change with a key', () => {
  it('is made once and answered the same again, and the key stands for nothing else', async () => {
    const { escalation } = await asking();
    const path = `/escalations/${escalation.id}/answer`;
    const headers = { 'idempotency-key': randomUUID() };
    const first = await api.ask(path, { method: 'POST', body: { answer: 'approve' }, headers });
    const again = await api.ask(path, { method: 'POST', body: { answer: 'approve' }, headers });
    expect([again.status, again.body]).toEqual([200, first.body]);
    const another = await api.ask(path, { method: 'POST', body: { answer: 'reject' }, headers });
    expect(another).toMatchObject({ status: 422, body: { type: 'urn:miyabi:problem:reused-key' } });
    const somebody = await api.ask(path, { method: 'POST', body: { answer: 'approve' }, headers, token: api.tokens.admin });
    expect(somebody.status).toBe(404);
    const bad = await api.ask(path, { method: 'POST', body: { answer: 'approve' }, headers: { 'idempotency-key': 'a b' } });
    expect(bad).toMatchObject({ status: 400, body: { title: 'This is no key.' } });
  });
});

describe('who may', () => {
  it('is told by a token that counts, and not below its scope', async () => {
    const { escalation } = await asking();
    const path = `/escalations/${escalation.id}/answer`;
    const body = { answer: 'approve' };
    const refused = await api.ask(path, { method: 'POST', body, token: api.tokens.read });
    expect(refused).toMatchObject({ status: 403, body: { detail: 'It takes the scope operate, and this one has read.' } });
    const wrong = `${api.tokens.admin.slice(0, -1)}${api.tokens.admin.endsWith('A') ? 'B' : 'A'}`;
    for (const token of ['', 'x', wrong, `${api.tokens.admin}x`]) {
      const unknown = await api.ask('/session', { token });
      expect(unknown).toMatchObject({ status: 401, body: { type: 'urn:miyabi:problem:unauthenticated' } });
      expect(unknown.headers.get('www-authenticate')).toMatch(/^Bearer/);
    }
    const gone = await createToken(stand.tools, { name: 'gone', scope: 'admin' });
    expect((await api.ask('/session', { token: gone })).body).toEqual({ name: 'gone', scope: 'admin', kind: 'token', expiresAt: null });
    await revokeToken(stand.tools, 'gone');
    expect((await api.ask('/session', { token: gone })).status).toBe(401);
    await expect(revokeToken(stand.tools, 'gone')).rejects.toThrow('There is no token of this name.');
    for (const name of ['deadline', 'A', '', 'the-read'])
      await expect(createToken(stand.tools, { name, scope: 'read' })).rejects.toThrow(/name|token/);
    const [row] = (await stand.tools.ledger.apiAccesses.list()).filter(({ name }) => name === 'the-admin');
    expect(JSON.stringify(row)).not.toContain(api.tokens.admin.slice(-43));
    expect(redactor([])(`Bearer ${api.tokens.admin}`).text).toBe('Bearer [secret removed]');
    expect((await api.ask('/tokens')).status).toBe(403);
    const other = await createToken(stand.tools, { name: 'other', scope: 'read' });
    const { body: listed } = await api.ask('/tokens', { token: api.tokens.admin });
    expect(listed['items']).toContainEqual(expect.objectContaining({ name: 'other', scope: 'read', usedAt: null }));
    expect((await api.ask('/tokens/other', { method: 'DELETE', token: api.tokens.admin })).body).toEqual({ revoked: 1 });
    expect((await api.ask('/session', { token: other })).status).toBe(401);
  });
});

it('begins a run once for a key, also where the service died before it had kept what it answered', async () => {
  number += 1;
  stand.put(number);
  const asked = {
    method: 'POST',
    body: { issue: { reference: `${repository}#${number}` }, approveAll: true },
    headers: { 'idempotency-key': randomUUID(), traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' },
  };
  const first = await api.ask('/runs', asked);
  expect(first.status, JSON.stringify(first.body)).toBe(201);
  expect(await stand.tools.ledger.apiRequests.forget(Number.MAX_SAFE_INTEGER)).toBeGreaterThan(0);
  expect(await api.ask('/runs', asked)).toMatchObject({ status: 201, body: { run: first.body['run'] } });
  // Whoever asks within a trace finds the run from there.
  const [run] = await stand.tools.engine.findJobs(String(first.body['run']));
  expect(causeIn(run?.attributes)).toEqual({ links: [{ trace: '0af7651916cd43dd8448eb211c80319c', span: 'b7ad6b7169203331' }] });
});
