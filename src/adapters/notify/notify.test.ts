import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { SMTPServer } from 'smtp-server';
import { afterAll, describe, expect, it, test } from 'vitest';
import { temporaryFolder } from '../../../test/support/temporary.ts';
import type { Channel } from '../../domain/config-notify.ts';
import { Failure } from '../../domain/failure.ts';
import type { Notice } from '../../domain/notice.ts';
import { createProcessRunner } from '../process/process-runner.ts';
import { openNotifier } from './open-notifiers.ts';
import { post } from './post.ts';
import { slackMessage } from './slack.ts';

const processes = createProcessRunner();
afterAll(async () => await processes[Symbol.asyncDispose]());

const never = new AbortController().signal;
const notice: Notice = {
  id: 'question:1',
  kind: 'question',
  priority: 'P1-High',
  title: 'run_0000000001 waits for <!channel> *you* & <https://evil.example|me>',
  text: 'Go on with 3 tasks?\n<script>alert(1)</script>',
  run: 'run_0000000001',
  url: 'https://forge.example/team/shop/issues/7',
  at: 1_700_000_000_000,
};

interface Received {
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** A hook on this machine that answers as it is told. */
async function hook(answer: { readonly status: number; readonly headers?: Readonly<Record<string, string>> }) {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (bytes: Buffer) => parts.push(bytes));
    request.on('end', () => {
      received.push({ headers: request.headers, body: Buffer.concat(parts).toString('utf8') });
      response.writeHead(answer.status, answer.headers).end('ok');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook?x=1`,
    received,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

const common = { atLeast: 'P3-Low' } as const;

function open(channel: Channel, environment: Readonly<Record<string, string>>) {
  return openNotifier('team', channel, { process: processes, platform: 'linux', environment });
}

describe('a hook', () => {
  it('is given the notice with a key and a signature that the receiver can check', async () => {
    await using there = await hook({ status: 200 });
    const channel: Channel = { ...common, kind: 'webhook', urlVariable: 'HOOK', secretVariable: 'SECRET', private: true };
    expect(await open(channel, { HOOK: there.url, SECRET: 's3cret-of-the-hook' }).send(notice, 'task-1', never)).toEqual({ kind: 'sent' });
    const [{ headers, body } = { headers: {}, body: '' }] = there.received;
    expect(JSON.parse(body)).toEqual({ version: 1, ...notice });
    expect(headers['idempotency-key']).toBe('task-1');
    expect(headers['x-miyabi-signature-256']).toBe(`sha256=${createHmac('sha256', 's3cret-of-the-hook').update(body).digest('hex')}`);
  });

  test.each([
    [404, undefined, { kind: 'refused', reason: 'answered 404' }],
    [429, '7', { kind: 'unavailable', reason: 'answered 429', retryAfterMs: 7_000 }],
    [503, undefined, { kind: 'unavailable', reason: 'answered 503' }],
    [302, undefined, { kind: 'refused', reason: 'answered 302, which leads elsewhere; that is not followed' }],
  ])('that answers %i is understood', async (status, wait, expected) => {
    await using there = await hook({
      status,
      headers: { location: 'http://127.0.0.1:1/', ...(wait === undefined ? {} : { 'retry-after': wait }) },
    });
    const channel: Channel = { ...common, kind: 'webhook', urlVariable: 'HOOK', private: true };
    expect(await open(channel, { HOOK: there.url }).send(notice, 'task-1', never)).toEqual(expected);
    expect(there.received).toHaveLength(1);
  });

  it('that nobody listens at may be tried again', async () => {
    const channel: Channel = { ...common, kind: 'webhook', urlVariable: 'HOOK', private: true };
    expect(await open(channel, { HOOK: 'http://127.0.0.1:9/' }).send(notice, 'k', never)).toMatchObject({ kind: 'unavailable' });
  });
});

describe('an address that is not on the public internet', () => {
  test.each([
    'https://127.0.0.1/',
    'https://localhost/',
    'https://2130706433/',
    'https://0x7f.1/',
    'https://127.1/',
    'https://0177.0.0.1/',
    'https://①②⑦.0.0.1/',
    'https://0/',
    'https://[::1]/',
    'https://[::ffff:7f00:1]/',
    'https://169.254.169.254/latest/meta-data/',
    'https://10.0.0.8/',
    'https://[fe80::1]/',
  ])('%s is refused before anything is asked', (url) => {
    const channel: Channel = { ...common, kind: 'slack', urlVariable: 'HOOK', private: false };
    expect(() => open(channel, { HOOK: url })).toThrow(Failure);
  });

  test.each(['http://hooks.example/', 'https://user:pass@hooks.example/', 'ftp://hooks.example/', 'file:///etc/passwd', 'nonsense'])(
    '%s is no address of a hook, and the failure does not repeat it',
    (url) => {
      const channel: Channel = { ...common, kind: 'slack', urlVariable: 'HOOK', private: false };
      const text = whyNot(() => open(channel, { HOOK: url }));
      expect(text).toContain('HOOK');
      expect(text).not.toContain(url);
    },
  );

  test.each([
    ['127.0.0.1', 4],
    ['169.254.169.254', 4],
    ['::ffff:10.0.0.1', 6],
    ['fd00::1', 6],
  ])('is not spoken to when a name leads to %s', async (address, family) => {
    const resolve = async () => [
      { address: '93.184.215.14', family: 4 },
      { address, family },
    ];
    const target = { url: new URL('https://hooks.example/'), isPrivate: false, resolve };
    const said = await post(target, {}, '{}', never);
    expect(said).toMatchObject({ kind: 'refused', reason: expect.stringContaining(address) });
  });
});

it('a message for Slack names nobody, links nowhere and has no markup of anybody else', () => {
  const text = JSON.stringify(slackMessage(notice));
  expect(text).not.toContain('<!channel>');
  expect(text).not.toContain('<https://evil.example');
  expect(text).toContain('&lt;!channel&gt;');
  expect(text).toContain('<https://forge.example/team/shop/issues/7|issue>');
});

describe('mail', () => {
  it('is sent once, with an id that a second try would have too', async () => {
    const received: string[] = [];
    await using server = await mailServer((text) => received.push(text));
    const channel: Channel = {
      ...common,
      kind: 'mail',
      serverVariable: 'MAIL',
      sender: 'miyabi@example.org',
      to: ['team@example.org'],
      private: true,
    };
    const mail = open(channel, { MAIL: `smtp://127.0.0.1:${server.port}` });
    const hostile = { ...notice, title: 'Injected\r\nBcc: everybody@example.org' };
    expect(await mail.send(hostile, 'task-1', never)).toEqual({ kind: 'sent' });
    expect(await mail.send(hostile, 'task-1', never)).toEqual({ kind: 'sent' });
    const ids = received.map((text) => /^Message-ID: (.*)$/im.exec(text)?.[1]);
    expect(ids[0]).toMatch(/^<[\da-f]{32}@miyabi.invalid>$/);
    expect(ids[1]).toBe(ids[0]);
    expect(received[0]).not.toMatch(/^Bcc:/im);
    expect(server.recipients()).toEqual(['team@example.org', 'team@example.org']);
  });

  it('to a server inside is refused unless that was said', () => {
    const channel: Channel = {
      ...common,
      kind: 'mail',
      serverVariable: 'MAIL',
      sender: 'a@example.org',
      to: ['b@example.org'],
      private: false,
    };
    expect(whyNot(() => open(channel, { MAIL: 'smtp://127.0.0.1:25' }))).toContain('this machine');
    expect(whyNot(() => open(channel, {}))).toContain('MAIL is not set');
  });

  it('that the server does not take is not tried again, and a server that is gone is', async () => {
    await using server = await mailServer(() => undefined, 'reject');
    const channel: Channel = {
      ...common,
      kind: 'mail',
      serverVariable: 'MAIL',
      sender: 'a@example.org',
      to: ['b@example.org'],
      private: true,
    };
    expect(await open(channel, { MAIL: `smtp://127.0.0.1:${server.port}` }).send(notice, 'k', never)).toMatchObject({ kind: 'refused' });
    expect(await open(channel, { MAIL: 'smtp://127.0.0.1:9' }).send(notice, 'k', never)).toMatchObject({ kind: 'unavailable' });
  });
});

describe('the desktop', () => {
  it('is told by the program of the system, with the text as it is', async () => {
    await using folder = await temporaryFolder();
    const [program, said] = [join(folder.path, 'notify-send'), join(folder.path, 'said')];
    writeFileSync(program, `#!/bin/sh\nprintf '%s\\n' "$@" > '${said}'\n`);
    chmodSync(program, 0o755);
    const told = { ...notice, title: '--icon=x $(touch pwned)' };
    expect(await open({ ...common, kind: 'desktop' }, { PATH: `${folder.path}:/usr/bin:/bin` }).send(told, 'k', never)).toEqual({
      kind: 'sent',
    });
    const lines = readFileSync(said, 'utf8').split('\n');
    expect(lines.slice(0, 4)).toEqual(['--app-name=Miyabi', '--urgency=normal', '--', '--icon=x $(touch pwned)']);
  });

  it('without such a program is refused', async () => {
    const refused = await open({ ...common, kind: 'desktop' }, { PATH: '/nowhere' }).send(notice, 'k', never);
    expect(refused).toEqual({ kind: 'refused', reason: 'there is no program notify-send here' });
  });
});

function whyNot(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof Failure) return `${error.text.what} ${error.text.why} ${error.text.fix}`;
    throw error;
  }
  throw new Error('it was not refused');
}

async function mailServer(onMail: (text: string) => void, how: 'take' | 'reject' = 'take') {
  const to: string[] = [];
  const server = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    onRcptTo(address, _session, done) {
      if (how === 'reject') return done(Object.assign(new Error('no such mailbox'), { responseCode: 550 }));
      to.push(address.address);
      done();
    },
    onData(stream, _session, done) {
      const parts: Buffer[] = [];
      stream.on('data', (bytes: Buffer) => parts.push(bytes));
      stream.on('end', () => {
        onMail(Buffer.concat(parts).toString('utf8'));
        done();
      });
    },
  });
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  return {
    port: (server.server.address() as AddressInfo).port,
    recipients: () => to,
    [Symbol.asyncDispose]: () => new Promise<void>((closed) => server.close(() => closed())),
  };
}
