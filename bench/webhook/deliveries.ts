import { createHmac, randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';
import type { ForgeUser } from '../../src/domain/forge.ts';

/** A webhook that is ready to be sent. */
export interface Webhook {
  readonly event: string;
  readonly id: string;
  readonly body: string;
}

export interface Told {
  readonly repository: { readonly id: number; readonly full_name: string };
  readonly issue: number;
  readonly sender: ForgeUser;
}

const written = '2026-01-02T03:04:05Z';

function issueOf({ issue, sender }: Told, body: string): object {
  return {
    number: issue,
    title: 'The total is wrong',
    body,
    user: personOf(sender),
    labels: [{ name: 'miyabi' }],
    state: 'open',
    html_url: `https://github.example/issues/${issue}`,
    created_at: written,
    updated_at: written,
  };
}

function personOf({ id, login }: ForgeUser): object {
  return { id: Number(id), login, type: 'User' };
}

/** What a busy repository tells: mostly checks of commits that are nobody's, talk of people, other labels; and commands, which are stored and handled. */
export function someWebhook(told: Told, turn: number): Webhook {
  const common = { repository: told.repository, sender: personOf(told.sender) };
  const issue = issueOf(told, 'What happens is wrong. '.repeat(200));
  const comment = (body: string): object => ({
    id: 1_000_000 + turn,
    body,
    user: personOf(told.sender),
    html_url: 'https://github.example/1',
    created_at: written,
  });
  const kinds: readonly (readonly [string, object])[] = [
    [
      'check_run',
      {
        action: 'completed',
        check_run: { id: turn + 1, head_sha: String(turn).padStart(40, 'a'), status: 'completed', conclusion: 'success' },
      },
    ],
    ['issue_comment', { action: 'created', issue, comment: comment('I have seen that too. '.repeat(50)) }],
    ['issues', { action: 'labeled', issue, label: { name: 'bug' } }],
    ['issue_comment', { action: 'created', issue, comment: comment('/miyabi explain') }],
    ['issues', { action: 'edited', issue }],
  ];
  const [event, payload] = kinds[turn % kinds.length]!;
  return { event, id: randomUUID(), body: JSON.stringify({ ...payload, ...common }) };
}

/** The label that starts a run is put on. */
export function labelled(told: Told): Webhook {
  const payload = {
    action: 'labeled',
    issue: issueOf(told, ''),
    label: { name: 'miyabi' },
    repository: told.repository,
    sender: personOf(told.sender),
  };
  return { event: 'issues', id: randomUUID(), body: JSON.stringify(payload) };
}

/** Sends it signed. @returns the status, once the answer has come to its end. */
export function openSender(url: string, secret: string): { send(webhook: Webhook): Promise<number> } & Disposable {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const send = async (webhook: Webhook): Promise<number> =>
    await new Promise<number>((resolve, reject) => {
      const { event, id, body } = webhook;
      const headers = {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
        'x-github-event': event,
        'x-github-delivery': id,
        'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
      };
      const asked = request(url, { method: 'POST', agent, headers }, (answer) => {
        answer.resume().on('end', () => resolve(answer.statusCode ?? 0));
      });
      asked.on('error', (error) => {
        // A connection that was idle for long is closed by the service at the moment in which it is used again.
        if (asked.reusedSocket && 'code' in error && error.code === 'ECONNRESET') resolve(send(webhook));
        else reject(error);
      });
      asked.end(body);
    });
  return { send, [Symbol.dispose]: () => agent.destroy() };
}
