import { describe, expect, it } from 'vitest';
import { Failure } from '../../domain/failure.ts';
import { resolveConfig } from '../../domain/resolve-config.ts';
import type { Forge, Forges, Sweep, WebhookReader } from '../../ports/forge.ts';
import type { Notifier } from '../../ports/notifier.ts';
import { channelFindings, forgeFindings } from './forges.ts';

const { forge, notify } = resolveConfig([
  {
    source: 'user',
    origin: 'a test',
    values: {
      forge: { local: { home: '/home/ada/forge' }, sweepSeconds: 5 },
      notify: { channels: { team: { kind: 'slack', urlVariable: 'SLACK', atLeast: 'P1-High' } } },
    },
  },
]).config;
const broken = new Failure('configuration', { what: 'It is not known who we are at GitHub.', why: 'No key.', fix: 'Put it there.' });

function forges(names: readonly string[], { opens = true, signed = false } = {}): Forges {
  return {
    names,
    open: async () => (opens ? ({} as Forge & Sweep) : await Promise.reject(broken)),
    readers: async () => (signed ? [{ forge: 'github' } as WebhookReader] : []),
  };
}

describe('what doctor says of forges', () => {
  it('says that there are none, and what would make one', async () => {
    expect(await forgeFindings(forges([]), forge)).toEqual([
      { name: 'Forges', status: 'ok', detail: expect.stringContaining('GITHUB_TOKEN'), fix: '' },
    ]);
  });

  it('names each with the way in which it tells, and whether its webhooks have a secret', async () => {
    expect(await forgeFindings(forges(['github', 'home']), forge)).toMatchObject([
      {
        name: 'Forge github',
        status: 'ok',
        detail: expect.stringMatching(/token in GITHUB_TOKEN.*no secret in MIYABI_WEBHOOK_SECRET.*every 5 s/),
      },
      { name: 'Forge home', status: 'ok', detail: '/home/ada/forge; a service looks every 5 s' },
    ]);
    const [signed] = await forgeFindings(forges(['github'], { signed: true }), { ...forge, github: { ...forge.github, appId: 7 } });
    expect(signed?.detail).toMatch(/as App 7;.*signed with the secret in MIYABI_WEBHOOK_SECRET/);
  });

  it('says of one that cannot be used what to do, and counts it as a failure', async () => {
    expect(await forgeFindings(forges(['github'], { opens: false }), forge)).toEqual([
      { name: 'Forge github', status: 'failure', detail: 'It is not known who we are at GitHub. No key.', fix: 'Put it there.' },
    ]);
  });
});

it('says which ways to tell people can be used, without telling anybody, and only warns of the others', async () => {
  const sends: Notifier = { name: 'team', send: () => Promise.reject(new Error('nothing is to be sent')) };
  expect(await channelFindings(async () => sends, notify)).toEqual([
    { name: 'Channel team', status: 'ok', detail: 'slack, for P1-High and above; nothing was sent', fix: '' },
  ]);
  expect(await channelFindings(() => Promise.reject(broken), notify)).toMatchObject([
    { status: 'warning', detail: 'No key.', fix: 'Put it there.' },
  ]);
});
