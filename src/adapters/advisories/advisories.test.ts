import { once } from 'node:events';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../../../test/support/temporary.ts';
import type { AdvisoryEcosystem, PackageVersion } from '../../ports/advisories.ts';
import { createProcessRunner } from '../process/process-runner.ts';
import { compareVersions } from './compare-versions.ts';
import { noAdvisories } from './no-advisories.ts';
import { npmAudit, readAudit } from './npm-audit.ts';
import { osvFolder } from './osv-folder.ts';

const npm = (name: string, version: string): PackageVersion => ({ ecosystem: 'npm', name, version });
const limits = { timeoutMs: 20_000, signal: new AbortController().signal };

describe('a folder of advisories', () => {
  const document = (id: string, ecosystem: string, name: string, more: object): string =>
    JSON.stringify({
      id,
      summary: `About ${name}`,
      affected: [{ package: { ecosystem, name }, ...more }],
      database_specific: { severity: 'HIGH' },
    });
  const ranges = (...events: object[]): object => ({ ranges: [{ type: 'SEMVER', events }] });

  async function filled(documents: Readonly<Record<string, string>>) {
    const folder = await temporaryFolder();
    for (const [name, text] of Object.entries(documents)) {
      await mkdir(dirname(join(folder.path, name)), { recursive: true });
      await writeFile(join(folder.path, name), text);
    }
    return folder;
  }

  test('knows versions by ranges and by lists, in several ecosystems', async () => {
    await using folder = await filled({
      'a.json': document(
        'GHSA-1',
        'npm',
        'alpha',
        ranges({ introduced: '0' }, { fixed: '1.2.0' }, { introduced: '2.0.0' }, { last_affected: '2.1.0' }),
      ),
      'python/b.json': document('PYSEC-1', 'PyPI', 'Django', {
        versions: ['4.0'],
        ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '3.0' }, { fixed: '3.2.5' }] }],
      }),
      'c.json': document('GO-1', 'Go', 'x.example/y', ranges({ introduced: '0' }, { fixed: '1.0.1' })),
      'd.json': JSON.stringify({
        ...JSON.parse(document('GHSA-2', 'npm', 'alpha', ranges({ introduced: '0' }))),
        withdrawn: '2024-01-01T00:00:00Z',
      }),
      'e.json': document('MAL-1', 'npm', 'evil', { versions: ['1.0.0'] }),
    });
    const asked = [
      npm('alpha', '1.1.9'),
      npm('alpha', '1.2.0'),
      npm('alpha', '2.1.0'),
      npm('alpha', '2.1.1'),
      npm('evil', '1.0.0'),
      npm('other', '1.0.0'),
      { ecosystem: 'PyPI', name: 'django', version: '3.2.4' },
      { ecosystem: 'PyPI', name: 'django', version: '4.0' },
      { ecosystem: 'PyPI', name: 'django', version: '3.2.5' },
      { ecosystem: 'Go', name: 'x.example/y', version: '1.0.0' },
      { ecosystem: 'Maven', name: 'g:a', version: '1.0' },
    ] as const;
    const answer = await osvFolder(folder.path).about(asked, limits);
    expect(
      answer.kind === 'answered' && answer.advisories.map(({ id, severity, package: of }) => `${id} ${severity} ${of.version}`),
    ).toEqual([
      'GHSA-1 high 1.1.9',
      'GHSA-1 high 2.1.0',
      'MAL-1 critical 1.0.0',
      'PYSEC-1 high 3.2.4',
      'PYSEC-1 high 4.0',
      'GO-1 high 1.0.0',
    ]);
    expect(answer).toMatchObject({ notKnown: [{ ecosystem: 'Maven' }] });
  });

  test('that is missing, empty or broken is unavailable', async () => {
    await using folder = await filled({ 'a.json': '{"id":' });
    await using empty = await temporaryFolder();
    for (const path of [join(empty.path, 'nowhere'), empty.path, folder.path]) {
      expect(await osvFolder(path).about([npm('a', '1.0.0')], limits)).toMatchObject({ kind: 'unavailable' });
    }
  });
});

test.each<readonly [AdvisoryEcosystem, string, string, number]>([
  ['npm', '1.0.0-rc.1', '1.0.0', -1],
  ['Go', '1.10.0', '1.9.0', 1],
  ['PyPI', '1.0rc1', '1.0', -1],
  ['PyPI', '1.0.post1', '1.0', 1],
  ['PyPI', '1.0', '1.0.0', 0],
  ['PyPI', '1!1.0', '2.0', 1],
  ['Maven', '1.0-SNAPSHOT', '1.0', -1],
  ['Maven', '2.10', '2.9.1', 1],
])('versions of %s: %s and %s', (ecosystem, one, other, order) => {
  expect(Math.sign(compareVersions(ecosystem, one, other) ?? Number.NaN)).toBe(order);
});

test('versions that cannot be compared have no order', () => {
  expect(compareVersions('Maven', 'r09', '1.0')).toBeUndefined();
});

describe('npm audit', () => {
  /** A registry that answers questions about vulnerabilities in its own way. */
  async function registry(answer: (body: string) => readonly [status: number, text: string]) {
    const asked: string[] = [];
    const server = createServer((request, response) => {
      void (async () => {
        const chunks: Buffer[] = [];
        for await (const chunk of request) chunks.push(chunk as Buffer);
        const isAudit = request.url?.includes('/security/') === true;
        if (isAudit) asked.push(request.url ?? '');
        const [status, text] = isAudit ? answer(Buffer.concat(chunks).toString('latin1')) : [404, '{}'];
        response.writeHead(status, { 'content-type': 'application/json' }).end(text);
      })();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    return {
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
      asked,
      async [Symbol.asyncDispose]() {
        server.closeAllConnections();
        server.close();
        await once(server, 'close');
      },
    };
  }

  async function ask(url: string, packages: readonly PackageVersion[]) {
    await using home = await temporaryFolder();
    await using process_ = createProcessRunner();
    const environment = {
      PATH: process.env['PATH'] ?? '',
      HOME: home.path,
      npm_config_registry: url,
      npm_config_cache: join(home.path, 'cache'),
    };
    return await npmAudit({ process: process_, environment }).about(packages, limits);
  }

  test('tells what the registry knows, of several versions of a package too', async () => {
    const advisory = {
      id: 1,
      url: 'https://github.com/advisories/GHSA-x',
      title: 'Bad',
      severity: 'critical',
      vulnerable_versions: '<2.0.0',
      cwe: [],
      cvss: { score: 9 },
    };
    await using server = await registry(() => [200, JSON.stringify({ alpha: [advisory] })]);
    const answer = await ask(server.url, [
      npm('alpha', '1.0.0'),
      npm('alpha', '2.0.0'),
      npm('beta', '1.0.0'),
      { ecosystem: 'PyPI', name: 'a', version: '1' },
    ]);
    expect(answer).toEqual({
      kind: 'answered',
      advisories: [{ id: 'GHSA-x', package: npm('alpha', '1.0.0'), severity: 'critical', title: 'Bad' }],
      notKnown: [{ ecosystem: 'PyPI', name: 'a', version: '1' }],
    });
    expect(server.asked).not.toEqual([]);
    expect((await readdir(tmpdir())).filter((name) => name.startsWith('miyabi-audit-'))).toEqual([]);
  });

  test('is unavailable where the registry refuses: neither clean nor vulnerable', async () => {
    await using server = await registry(() => [405, '{"error":"Method Not Allowed"}']);
    const answer = await ask(server.url, [npm('alpha', '1.0.0')]);
    expect(answer).toMatchObject({ kind: 'unavailable', reason: expect.stringContaining('npm audit gave no report') as string });
    expect(server.asked).not.toEqual([]);
  });

  test('gives nothing for what is no report on all that was asked', () => {
    const asked = [npm('alpha', '1.0.0')];
    const sound = { auditReportVersion: 2, vulnerabilities: {}, metadata: { dependencies: { total: 1 } } };
    expect(readAudit(JSON.stringify(sound), asked)).toEqual({ kind: 'answered', advisories: [], notKnown: [] });
    for (const text of [
      '',
      '{}',
      '{"error":{"code":"E405"}}',
      'null',
      JSON.stringify({ ...sound, metadata: { dependencies: { total: 0 } } }),
    ]) {
      expect(readAudit(text, asked)).toBeUndefined();
    }
  });
});

test('nobody is never taken for somebody who knows nothing bad', async () => {
  expect(await noAdvisories().about([npm('a', '1.0.0')], limits)).toMatchObject({ kind: 'unavailable' });
});
