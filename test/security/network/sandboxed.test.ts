import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../../src/adapters/clock.ts';
import { createProcessRunner } from '../../../src/adapters/process/process-runner.ts';
import { createSandboxes } from '../../../src/adapters/sandbox/sandboxes.ts';
import { parseAllowedAddress } from '../../../src/domain/allowed-address.ts';
import type { GatewayRequest } from '../../../src/ports/gateway.ts';
import { exchangeStand, standKey } from '../../support/models/exchange-stand.ts';
import type { ExchangeStand } from '../../support/models/exchange-stand.ts';
import { temporaryFolder } from '../../support/temporary.ts';
import { localServer } from './stand.ts';

const processes = createProcessRunner();
afterAll(() => processes[Symbol.asyncDispose]());
const path = '/usr/local/bin:/usr/bin:/bin';
const owner = { name: `network-${process.pid}`, hold: async () => undefined, isAlive: async () => true };
const parts = { process: processes, path, owner, clock: systemClock, nodePath: process.execPath };
const probed = await createSandboxes({ ...parts, state: '/nonexistent', home: '/nonexistent' }).ladder();
const bubblewrap = probed.find(({ level }) => level === 'bubblewrap');
const reason = bubblewrap?.usable === true ? '' : ` (not run here: ${bubblewrap?.detail ?? 'bubblewrap is unknown here'})`;

const gibibyte = 1024 ** 3;

const standAt = (port: number): Promise<ExchangeStand> =>
  exchangeStand({ addresses: { anthropic: { protocol: 'anthropic', url: `http://127.0.0.1:${port}` } } });
const modelsOf = ({ exchange, caller }: ExchangeStand): GatewayRequest => ({
  routes: [{ name: 'anthropic', protocol: 'anthropic', paths: ['/v1/models'] }],
  send: (request) => exchange.send({ ...request, delivery: 'streamed' }, caller()),
});

describe.skipIf(reason !== '')(`a world in the whole sandbox${reason}`, () => {
  test('reaches what is listed and its model, is told no otherwise, and all of it is known afterwards', async () => {
    await using folder = await temporaryFolder();
    await using target = await localServer((_request, response) => response.end('reached'));
    await using model = await localServer((request, response) =>
      response.end(request.headers['x-api-key'] === standKey ? 'Hello.' : 'Who?'),
    );
    await using stand = await standAt(model.port);
    const [state, tree] = [join(folder.path, 'state'), join(folder.path, 'tree')];
    mkdirSync(state);
    mkdirSync(tree);
    const sandboxes = createSandboxes({ ...parts, state, home: '/nonexistent' });
    await using sandbox = await sandboxes.open({
      level: 'bubblewrap',
      name: 'alpha',
      writable: [tree],
      protected: [],
      readable: [],
      network: [parseAllowedAddress(`localhost:${target.port}`)],
      models: modelsOf(stand),
      limits: { memoryBytes: gibibyte, processes: 128, cpus: 2, diskBytes: gibibyte, outputBytes: 1_000_000 },
      onIncident: () => {},
    });
    const script = `
      const say = (promise) => promise.then((r) => r.text()).catch((error) => error.message);
      const all = ['http://localhost:${target.port}/', 'http://evil.test/', 'https://evil.test/', process.env.ANTHROPIC_BASE_URL + '/v1/models'].map((url) => say(fetch(url)));
      Promise.all(all).then((said) => { console.log(JSON.stringify(said)); process.exitCode = 3; });`;
    const result = await sandbox.process.run({
      command: [process.execPath, '-e', script],
      cwd: tree,
      env: { PATH: path, ...sandbox.environment },
      timeoutMs: 20_000,
    });
    expect(result).toMatchObject({ end: { kind: 'exited', code: 3 }, leftovers: 0, stderr: '' });
    expect(JSON.parse(result.stdout)).toEqual(['reached', 'fetch failed', 'fetch failed', 'Hello.']);
    expect(stand.events).toEqual([]);
    expect(sandbox.usage().contacted).toEqual([`localhost:${target.port}`]);
    expect(sandbox.incidents().map(({ kind, stopped }) => [kind, stopped])).toContainEqual(['network', false]);
  });
});

test('without walls a world has the network of the machine, and its model all the same', async () => {
  await using folder = await temporaryFolder();
  await using model = await localServer((request, response) => response.end(request.headers['x-api-key'] === standKey ? 'Hello.' : 'Who?'));
  await using stand = await standAt(model.port);
  const state = join(folder.path, 'state');
  mkdirSync(state);
  await using sandbox = await createSandboxes({ ...parts, state, home: '/nonexistent' }).open({
    level: 'limits',
    name: 'beta',
    writable: [],
    protected: [],
    readable: [],
    network: [parseAllowedAddress('registry.test:443')],
    models: modelsOf(stand),
    limits: { memoryBytes: gibibyte, processes: 128, cpus: 2, diskBytes: gibibyte, outputBytes: 1_000_000 },
    onIncident: () => {},
  });
  expect(Object.keys(sandbox.environment).sort()).toEqual(['ANTHROPIC_API_KEY', 'ANTHROPIC_BASE_URL', 'MIYABI_GATEWAY_ANTHROPIC']);
  const result = await sandbox.process.run({
    command: [process.execPath, '-e', "fetch(process.env.ANTHROPIC_BASE_URL + '/v1/models').then((r) => r.text()).then(console.log)"],
    cwd: folder.path,
    env: { PATH: path, ...sandbox.environment },
    timeoutMs: 20_000,
  });
  expect(result).toMatchObject({ end: { kind: 'exited', code: 0 }, stdout: 'Hello.\n' });
});
