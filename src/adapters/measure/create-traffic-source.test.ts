import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/support/temporary.ts';
import { deploySection } from '../../domain/config-deploy.ts';
import type { DeployEnvironment, MeasurementSource, TargetKind } from '../../domain/config-deploy.ts';
import { systemClock } from '../clock.ts';
import { createProcessRunner } from '../process/process-runner.ts';
import type { TrafficSettings } from './create-traffic-source.ts';
import { createTrafficSource } from './create-traffic-source.ts';

const processes = createProcessRunner();
afterAll(async () => await processes[Symbol.asyncDispose]());

const never = new AbortController().signal;
const release = { number: 12, commit: '0123456789abcdef0123456789abcdef01234567' };
const window = { from: 1_700_000_000_000, to: 1_700_000_300_000 };

const targets = {
  process: { kind: 'process', listen: { port: 8080 }, start: 'node server.js' },
  container: { kind: 'container', listen: { port: 8080 }, containerPort: 80, image: 'shop' },
  command: { kind: 'command', deploy: './deploy', status: './status', rollback: './rollback' },
  compose: { kind: 'compose', project: 'shop', image: 'shop' },
  kubernetes: { kind: 'kubernetes', namespace: 'shop', deployment: 'web', manifests: 'k8s', image: 'shop' },
} satisfies Readonly<Record<TargetKind, unknown>>;

function environmentOf(kind: TargetKind, source?: unknown, deploySecrets: readonly string[] = []): DeployEnvironment {
  const watch = source === undefined ? {} : { source };
  const environment = { name: 'production', target: targets[kind], watch, deploySecrets };
  return deploySection.parse({ projects: [{ repository: 'ada/shop', environments: [environment] }] }).projects[0]!.environments[0]!;
}

const unseen: TrafficSettings['deployer'] = { traffic: async () => await Promise.resolve(undefined) };
const sourceOf = (environment: DeployEnvironment, more: Partial<TrafficSettings> = {}) =>
  createTrafficSource({
    environment,
    deployer: unseen,
    clock: systemClock,
    process: processes,
    folder: '/nowhere',
    host: {},
    secrets: {},
    ...more,
  });

describe('the source of traffic', () => {
  it.each(['process', 'container'] as const)('of a target of the kind %s is its proxy', async (kind) => {
    const counted = { ...window, requests: 40, errors: 1, p95Ms: 12 };
    const asked: unknown[] = [];
    const deployer: TrafficSettings['deployer'] = {
      async traffic(...question) {
        asked.push(question.slice(0, 3));
        return await Promise.resolve(counted);
      },
    };
    const source = sourceOf(environmentOf(kind), { deployer });
    expect(source?.name).toBe('the proxy');
    expect(await source?.measure(release, window, never)).toEqual({ kind: 'measured', ...counted });
    expect(asked).toEqual([[12, window.from, window.to]]);
  });

  it.each(['command', 'compose', 'kubernetes'] as const)('of a target of the kind %s are our own probes', (kind) => {
    expect(sourceOf(environmentOf(kind))).toBeUndefined();
    expect(() => sourceOf(environmentOf(kind, { kind: 'proxy' }))).toThrow('cannot be measured by a proxy');
  });

  it('are our own probes wherever they are asked for', () => {
    expect(sourceOf(environmentOf('process', { kind: 'probes' }))).toBeUndefined();
  });

  it('measures nothing where the proxy cannot be asked, or sees nothing', async () => {
    const broken = { traffic: async () => await Promise.reject(new Error('connect ENOENT keeper.sock')) };
    const source = sourceOf(environmentOf('process'), { deployer: broken });
    expect(await source?.measure(release, window, never)).toEqual({ kind: 'measuring', why: 'connect ENOENT keeper.sock' });
    expect(await sourceOf(environmentOf('process'))?.measure(release, window, never)).toMatchObject({ kind: 'measuring' });
  });
});

describe('a command that measures', () => {
  const commandOf = (command: string, timeoutSeconds = 30): MeasurementSource => ({ kind: 'command', command, timeoutSeconds });
  const measured = async (command: string, more: Partial<TrafficSettings> = {}, timeoutSeconds?: number) => {
    await using folder = await temporaryFolder();
    const environment = environmentOf('kubernetes', commandOf(command, timeoutSeconds), ['SHOP_TOKEN']);
    const host = { PATH: process.env['PATH'], AWS_SECRET_ACCESS_KEY: 'not for anybody' };
    const source = sourceOf(environment, {
      host,
      folder: join(folder.path, 'made'),
      secrets: { SHOP_TOKEN: 'shop-secret-123', OTHER: 'other-secret-1' },
      ...more,
    });
    return await source?.measure(release, window, never);
  };

  it('is told the window and the release, and has the secrets for deploying and no others', async () => {
    const names = '$MIYABI_FROM $MIYABI_TO $MIYABI_RELEASE $MIYABI_COMMIT ${SHOP_TOKEN} ${OTHER-} ${AWS_SECRET_ACCESS_KEY-}';
    const right = `${window.from} ${window.to} 12 ${release.commit} shop-secret-123  `;
    const command = `echo looking; [ "${names}" = "${right}" ] && echo '{"requests":120,"errors":3,"p95Ms":35.5,"more":1}'`;
    expect(await measured(command)).toEqual({ kind: 'measured', ...window, requests: 120, errors: 3, p95Ms: 35.5 });
  });

  it.each(['null', 'undefined'])('may know no latency (%s)', async (value) => {
    const p95 = value === 'null' ? ',"p95Ms":null' : '';
    expect(await measured(`echo '{"requests":0,"errors":0${p95}}'`)).toEqual({
      kind: 'measured',
      ...window,
      requests: 0,
      errors: 0,
      p95Ms: undefined,
    });
  });

  it.each([
    ['fails', 'echo "no way to shop-secret-123" >&2; exit 3', 'it ended with exit code 3: no way to [secret removed]'],
    ['prints nothing', 'true', 'it printed no line like'],
    ['prints less than nothing', `echo '{"requests":-1,"errors":0}'`, 'it printed no line like'],
    ['prints no number', `echo '{"requests":"12","errors":0}'`, 'it printed no line like'],
    ['is killed', 'kill -9 $$', 'it was ended by SIGKILL'],
  ])('measures nothing when it %s', async (_, command, why) => {
    expect(await measured(command)).toEqual({ kind: 'measuring', why: expect.stringContaining(why) as string });
  });

  it('measures nothing when it takes too long, is cancelled or has no folder', async () => {
    expect(await measured('sleep 60', {}, 0.05)).toEqual({ kind: 'measuring', why: 'it took longer than 0.05 s' });
    const source = sourceOf(environmentOf('kubernetes', commandOf('true')), { folder: '/dev/null/folder' });
    expect(await source?.measure(release, window, never)).toMatchObject({
      kind: 'measuring',
      why: expect.stringContaining('ENOTDIR') as string,
    });
    await using folder = await temporaryFolder();
    const cancelled = sourceOf(environmentOf('kubernetes', commandOf('sleep 60')), { folder: folder.path });
    expect(await cancelled?.measure(release, window, AbortSignal.abort())).toEqual({ kind: 'measuring', why: 'it was cancelled' });
  });
});

describe('Prometheus', () => {
  const queries = {
    requests: 'sum(increase(requests{release="<release>"}[<seconds>s]))',
    errors: 'errors_of{commit="<commit>"}',
    p95Ms: 'p95_of',
  };
  type Values = Readonly<Record<'requests' | 'errors' | 'p95', unknown>>;
  const vector = (...values: readonly string[]) => ({
    status: 'success',
    data: { resultType: 'vector', result: values.map((value) => ({ metric: {}, value: [1_700_000_300, value] })) },
  });
  const scalar = (value: string) => ({ status: 'success', data: { resultType: 'scalar', result: [1_700_000_300, value] } });
  const usual: Values = { requests: vector('120.4'), errors: scalar('3'), p95: vector('35.5') };

  /** Answers queries by what they name. */
  async function scripted(values: Values, status = 200) {
    const asked: { readonly path: string; readonly query: string; readonly time: string | null; readonly token: string | undefined }[] = [];
    const server = createServer((request, response) => {
      const url = new URL(request.url ?? '', 'http://prometheus');
      const query = url.searchParams.get('query') ?? '';
      asked.push({ path: url.pathname, query, time: url.searchParams.get('time'), token: request.headers.authorization });
      const value = query.startsWith('sum') ? values.requests : query.startsWith('errors') ? values.errors : values.p95;
      response.writeHead(status).end(typeof value === 'string' ? value : JSON.stringify(value));
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/prometheus/`;
    return {
      asked,
      url,
      source: (more: object = {}, secrets: Readonly<Record<string, string>> = {}) =>
        sourceOf(environmentOf('kubernetes', { kind: 'prometheus', url, private: true, ...queries, ...more }), { secrets }),
      async [Symbol.asyncDispose]() {
        server.closeAllConnections();
        server.close();
        await once(server, 'close');
      },
    };
  }
  const measured = async (values: Partial<Values>, status?: number) => {
    await using server = await scripted({ ...usual, ...values }, status);
    return await server.source()?.measure(release, window, never);
  };

  it('is asked for one number each, at the end of the window, with its token', async () => {
    await using server = await scripted(usual);
    const source = server.source({ tokenVariable: 'PROMETHEUS_TOKEN' }, { PROMETHEUS_TOKEN: 'token-12345' });
    expect(source?.name).toBe(`Prometheus at ${new URL(server.url).host}`);
    expect(await source?.measure(release, window, never)).toEqual({ kind: 'measured', ...window, requests: 120.4, errors: 3, p95Ms: 35.5 });
    const common = { path: '/prometheus/api/v1/query', time: '1700000300.000', token: 'Bearer token-12345' };
    expect(server.asked.toSorted((one, other) => (one.query < other.query ? 1 : -1))).toEqual([
      { ...common, query: 'sum(increase(requests{release="12"}[300s]))' },
      { ...common, query: 'p95_of' },
      { ...common, query: `errors_of{commit="${release.commit}"}` },
    ]);
  });

  it.each([
    ['nothing', vector()],
    ['NaN', vector('NaN')],
    ['infinitely many', vector('+Inf')],
    ['less than none', vector('-1')],
  ])('that has counted %s has not measured, and says how to mend that', async (_, value) => {
    expect(await measured({ requests: value })).toEqual({
      kind: 'measuring',
      why: expect.stringContaining('the query `requests` has no value') as string,
    });
    expect(await measured({ errors: value })).toEqual({ kind: 'measuring', why: expect.stringContaining('`or vector(0)`') as string });
    expect(await measured({ p95: value })).toMatchObject({ kind: 'measured', p95Ms: undefined });
    expect(await measured({ requests: vector('0'), errors: value })).toMatchObject({
      kind: 'measured',
      requests: 0,
      errors: 0,
      p95Ms: undefined,
    });
  });

  it.each([
    ['several numbers', vector('1', '2'), 'Prometheus has 2 values for a query that is to give one; sum them'],
    [
      'a range',
      { status: 'success', data: { resultType: 'matrix', result: [] } },
      'Prometheus answered 200 with something else than one number',
    ],
    ['no JSON', '<html>', 'Prometheus answered 200 with something else than one number'],
    ['too much', ' '.repeat(70_000), 'Prometheus answered 200 with something else than one number'],
    ['an error', { status: 'error', error: 'parse error' }, 'Prometheus answered 200: parse error'],
  ])('that answers with %s has not measured', async (_, value, why) => {
    expect(await measured({ requests: value })).toEqual({ kind: 'measuring', why });
    expect(await measured({ p95: value })).toEqual({ kind: 'measuring', why });
  });

  it('that does not answer, or may not be asked, has not measured', async () => {
    await using server = await scripted(usual);
    expect(await server.source({ private: false })?.measure(release, window, never)).toEqual({
      kind: 'measuring',
      why: '127.0.0.1 is this machine, and may not be asked unless it is said to be private',
    });
    expect(server.asked).toEqual([]);
    const gone = server.source();
    await server[Symbol.asyncDispose]();
    expect(await gone?.measure(release, window, never)).toMatchObject({ kind: 'measuring' });
  });

  it('is not asked without its token', () => {
    const source = { kind: 'prometheus', url: 'https://metrics.example', ...queries, tokenVariable: 'PROMETHEUS_TOKEN' };
    expect(() => sourceOf(environmentOf('kubernetes', source))).toThrow('Prometheus cannot be asked about production.');
  });

  const absent = spawnSync('prometheus', ['--version']).error === undefined ? undefined : 'prometheus is not installed';
  it.skipIf(absent !== undefined)(`itself answers as it is read${absent === undefined ? '' : ` (${absent})`}`, async () => {
    await using folder = await temporaryFolder();
    writeFileSync(join(folder.path, 'prometheus.yaml'), '{}');
    const words = [
      `--config.file=${folder.path}/prometheus.yaml`,
      `--storage.tsdb.path=${folder.path}/data`,
      '--web.listen-address=127.0.0.1:0',
    ];
    const server = spawn('prometheus', words, { stdio: ['ignore', 'ignore', 'pipe'] });
    try {
      let address: string | undefined;
      for await (const line of createInterface({ input: server.stderr })) {
        address ??= /address=(127\.0\.0\.1:[1-9]\d*)/.exec(line)?.[1];
        if (line.includes('ready to receive web requests')) break;
      }
      server.stderr.resume();
      const real = (requests: string, errors: string, p95Ms: string) =>
        sourceOf(environmentOf('kubernetes', { kind: 'prometheus', url: `http://${address}`, private: true, requests, errors, p95Ms }));
      const measure = async (...asked: readonly [string, string, string]) => await real(...asked)?.measure(release, window, never);
      expect(await measure('vector(<seconds>)', '<release>', 'time() - 1700000000')).toEqual({
        kind: 'measured',
        ...window,
        requests: 300,
        errors: 12,
        p95Ms: 300,
      });
      expect(await measure('vector(40)', 'nobody_counts_this or vector(0)', 'vector(0) / 0')).toMatchObject({
        errors: 0,
        p95Ms: undefined,
      });
      expect(await measure('nobody_counts_this', '1', '1')).toMatchObject({
        kind: 'measuring',
        why: expect.stringContaining('no value') as string,
      });
      expect(await measure('sum(', '1', '1')).toMatchObject({
        kind: 'measuring',
        why: expect.stringContaining('answered 400: ') as string,
      });
    } finally {
      const exit = once(server, 'exit');
      server.kill('SIGTERM');
      await exit;
    }
  });
});
