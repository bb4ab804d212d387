import { createRequire } from 'node:module';
import { Webhooks } from '@octokit/webhooks';
import { expect, test } from 'vitest';
import { readGithubWebhook } from './read-github-webhook.ts';

interface Example {
  readonly name: string;
  readonly examples: readonly object[];
}

const require = createRequire(import.meta.url);
const described = require('@octokit/webhooks-examples/api.github.com/index.json') as readonly Example[];

const secret = 'a secret of both sides';
const signing = new Webhooks({ secret });
const reader = readGithubWebhook({ secret, repositories: [] });

async function signed(event: string, payload: object) {
  const body = Buffer.from(JSON.stringify(payload));
  const headers = {
    'x-github-event': [event],
    'x-github-delivery': ['72d3162e-cc78-11e3-81ab-4c9367dc0958'],
    'x-hub-signature-256': [await signing.sign(body.toString('utf8'))],
  };
  return { headers, body };
}

test('every payload that GitHub shows as an example is taken, and none is malformed', async () => {
  const counts = new Map<string, number>();
  const malformed: string[] = [];
  for (const { name, examples } of described) {
    for (const payload of examples) {
      const delivery = await signed(name, payload);
      expect(await reader.isSigned(delivery)).toBe(true);
      expect(reader.identify(delivery)?.event).toBe(name);
      const read = reader.read(delivery);
      const kind = read.kind === 'event' ? `event ${read.event.kind}` : read.kind === 'ignored' ? `ignored ${read.reason}` : read.kind;
      if (read.kind === 'malformed') malformed.push(`${name}: ${read.reason}`);
      counts.set(kind, (counts.get(kind) ?? 0) + 1);
    }
  }
  expect(malformed).toEqual([]);
  expect(Object.fromEntries(counts)).toEqual({
    'event issue': 14,
    'event comment': 5,
    'event pull-request': 19,
    'event review': 3,
    'event checks': 26,
    'event push': 2,
    'event installation': 7,
    'ignored ping': 4,
    'ignored tag': 5,
    'ignored no-repository': 2,
    'ignored unknown-action': 32,
    'ignored unknown-event': 210,
  });
});
