import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { workflowStand } from '../../../test/support/workflow-stand.ts';
import type { WorkflowStand } from '../../../test/support/workflow-stand.ts';
import type { StepVerdict } from './step-verdict.ts';
import { smokeRelease } from './smoke.ts';
import { environmentOf } from './testing/scripted-release.ts';

const files = {
  'package.json': '{"name":"shop","version":"1.0.0","type":"module"}',
  'smoke.mjs': `
const answer = await fetch(process.env.MIYABI_URL + '/prices');
console.log('the prices say ' + (await answer.text()));
if (!answer.ok) process.exit(3);
`,
};

let stand: WorkflowStand;
const asked: string[] = [];
const service = createServer((request, response) => {
  asked.push(request.url ?? '');
  response.writeHead(request.url === '/good/prices' ? 200 : 500).end('42');
});
const neighbour = createServer((_, response) => response.end('you should not have come'));
const portOf = (server: typeof service): number => (server.address() as AddressInfo).port;

beforeAll(async () => {
  await Promise.all([service, neighbour].map(async (server) => await once(server.listen(0, '127.0.0.1'), 'listening')));
  stand = await workflowStand(files);
});
afterAll(async () => {
  await stand[Symbol.asyncDispose]();
  for (const server of [service, neighbour]) {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  }
});

/** Whether programs here are kept behind walls; without any the network is the machine's. */
const isWalled = async (): Promise<boolean> =>
  (await stand.tools.sandboxes.ladder()).some(({ level, usable }) => usable && level !== 'limits');

async function smoke(command: string, path = '/good', timeoutSeconds = 60): Promise<StepVerdict> {
  const commit = stand.git.repository.head;
  const environment = environmentOf('process', {
    smoke: { command, timeoutSeconds },
    deploySecrets: ['SHOP_TOKEN'],
    releaseSecrets: ['SHOP_KEY'],
  });
  const url = `http://127.0.0.1:${portOf(service)}${path}`;
  const { host } = stand.tools;
  const tools = {
    ...stand.tools,
    host: { ...host, environment: { ...host.environment, SHOP_TOKEN: 'for deploying', SHOP_KEY: 'of the release' } },
  };
  return await smokeRelease(tools, stand.context(1, {}), { environment, commit, checks: stand.checks, url });
}

it('passes where the release does what it should, and fails where it does not', async () => {
  expect(await smoke('node smoke.mjs')).toEqual({
    kind: 'good',
    notes: [expect.stringMatching(/^The smoke test passed in [\d.]+ s\.$/) as string],
  });
  expect(await smoke('node smoke.mjs', '/bad')).toEqual({
    kind: 'bad',
    verdict: {
      rule: 'smoke',
      reason: 'the smoke test `node smoke.mjs` ended with exit code 3',
      evidence: ['the prices say 42'],
      inconclusive: false,
      at: expect.any(Number) as number,
    },
  });
  expect(asked).toEqual(['/good/prices', '/bad/prices']);
});

it('reaches nobody but the release, and has no secrets', async () => {
  const reach = `fetch('http://127.0.0.1:${portOf(neighbour)}').then(() => console.log('reached'), () => console.log('not reached'))`;
  const found = await smoke(`echo "secrets: $SHOP_TOKEN$SHOP_KEY"; node -e "${reach}"; exit 1`);
  const evidence = found.kind === 'bad' ? found.verdict.evidence : [];
  expect(evidence).toEqual(['secrets:', (await isWalled()) ? 'not reached' : 'reached']);
});

it('fails where it takes too long, and shows what it printed last', async () => {
  const found = await smoke('seq 1 100; sleep 60', '/good', 0.5);
  expect(found).toMatchObject({
    kind: 'bad',
    verdict: { rule: 'smoke', reason: 'the smoke test `seq 1 100; sleep 60` took longer than 0.5 s' },
  });
  const evidence = found.kind === 'bad' ? found.verdict.evidence : [];
  expect(evidence).toHaveLength(20);
  expect(evidence.at(-1)).toBe('100');
});

it('cannot be run where nobody knows where the release is; where none is configured there is nothing to run', async () => {
  const request = { commit: stand.git.repository.head, checks: stand.checks, url: undefined };
  const environment = environmentOf('kubernetes', { smoke: { command: 'true' } });
  await expect(smokeRelease(stand.tools, stand.context(1, {}), { ...request, environment })).rejects.toThrow(
    'The smoke test of production cannot be run.',
  );
  const without = await smokeRelease(stand.tools, stand.context(1, {}), { ...request, environment: environmentOf('kubernetes') });
  expect(without).toEqual({ kind: 'good', notes: [] });
});
