import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { writeFiles } from './repository.ts';
import { temporaryFolder } from './temporary.ts';

export interface TestPackage {
  readonly name: string;
  readonly version: string;
  /** Beside its package.json. */
  readonly files: Readonly<Record<string, string>>;
  /** Fields of its package.json beside name and version. */
  readonly manifest?: Readonly<Record<string, unknown>>;
}

export interface TestRegistry extends AsyncDisposable {
  /** Ends in a slash. */
  readonly url: string;
  /** Paths that were asked for. */
  readonly asked: readonly string[];
}

/** A registry of the few packages on 127.0.0.1, as npm, pnpm and yarn ask one. */
export async function testRegistry(packages: readonly TestPackage[]): Promise<TestRegistry> {
  const folder = await temporaryFolder();
  const tarballs = new Map(packages.map((one) => [`${one.name}-${one.version}.tgz`, pack(folder.path, one)]));
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const path = decodeURIComponent(request.url ?? '');
    asked.push(path);
    const tarball = tarballs.get(path.split('/').at(-1) ?? '');
    const versions = packages.filter(({ name }) => path === `/${name}`);
    if (tarball !== undefined) response.end(tarball);
    else if (versions.length > 0)
      response.setHeader('content-type', 'application/json').end(JSON.stringify(packument(url, versions, tarballs)));
    else response.writeHead(404).end('{}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  return {
    url,
    asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
      await folder[Symbol.asyncDispose]();
    },
  };
}

function pack(directory: string, { name, version, files, manifest = {} }: TestPackage): Buffer {
  const place = join(directory, `${name}-${version}`);
  mkdirSync(place);
  writeFiles(join(place, 'package'), { ...files, 'package.json': JSON.stringify({ name, version, ...manifest }) });
  execFileSync('tar', ['-czf', join(place, 'package.tgz'), '-C', place, 'package']);
  return readFileSync(join(place, 'package.tgz'));
}

function packument(url: string, versions: readonly TestPackage[], tarballs: ReadonlyMap<string, Buffer>): unknown {
  const [{ name } = { name: '' }] = versions;
  const described = versions.map(({ version, manifest = {} }) => {
    const file = `${name}-${version}.tgz`;
    const content = tarballs.get(file) ?? Buffer.alloc(0);
    const dist = {
      tarball: `${url}${name}/-/${file}`,
      shasum: createHash('sha1').update(content).digest('hex'),
      integrity: `sha512-${createHash('sha512').update(content).digest('base64')}`,
    };
    return [version, { name, version, ...manifest, dist }] as const;
  });
  const times = Object.fromEntries(versions.map(({ version }) => [version, '2020-01-01T00:00:00.000Z']));
  return {
    name,
    'dist-tags': { latest: versions.at(-1)?.version },
    versions: Object.fromEntries(described),
    time: { created: '2020-01-01T00:00:00.000Z', modified: '2020-01-01T00:00:00.000Z', ...times },
  };
}
