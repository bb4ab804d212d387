import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { whereIs } from '../security/container-stand.ts';

export interface ContainerRegistry extends AsyncDisposable {
  /** `127.0.0.1:41234`. */
  readonly host: string;
  /** `user:password` of the only account. */
  readonly account: string;
  /** Tags of an image, as the registry tells them. */
  tags(image: string): Promise<readonly string[]>;
}

/** bcrypt of the password below: registries take no other kind. */
const passwordHash = '$2b$04$7GmtcolIw1ux0UQP/IVzmOh8Ovn6aYcmVtmoJNqPdH34CVvFKVaHq';
const account = 'ada:pass:word';

/** Why there can be none on this machine; undefined where there can. */
export const noContainerRegistry = whereIs('docker-registry') === undefined ? 'not run here: docker-registry is not installed' : undefined;

/** A real registry at 127.0.0.1 that only lets its account in, with all that it keeps below `folder`. */
export async function containerRegistry(folder: string): Promise<ContainerRegistry> {
  const [config, accounts] = [join(folder, 'registry.yaml'), join(folder, 'accounts')];
  writeFileSync(accounts, `ada:${passwordHash}\n`);
  const settings = {
    version: '0.1',
    log: { level: 'info', formatter: 'text' },
    storage: { filesystem: { rootdirectory: join(folder, 'registry') } },
    http: { addr: '127.0.0.1:0' },
    auth: { htpasswd: { realm: 'test', path: accounts } },
  };
  writeFileSync(config, JSON.stringify(settings));
  const registry = spawn('docker-registry', ['serve', config], { env: { PATH: process.env['PATH'] }, stdio: ['ignore', 'ignore', 'pipe'] });
  const host = await toldAddress(registry.stderr);
  registry.stderr.resume();
  const authorization = `Basic ${Buffer.from(account).toString('base64')}`;
  return {
    host,
    account,
    async tags(image) {
      const answer = await fetch(`http://${host}/v2/${image}/tags/list`, { headers: { authorization } });
      if (answer.status === 404) return [];
      return ((await answer.json()) as { readonly tags: readonly string[] }).tags;
    },
    async [Symbol.asyncDispose]() {
      const gone = once(registry, 'exit');
      registry.kill('SIGKILL');
      await gone;
    },
  };
}

async function toldAddress(log: NodeJS.ReadableStream): Promise<string> {
  for await (const line of createInterface({ input: log })) {
    const [, address] = /listening on (127\.0\.0\.1:\d+)/.exec(line) ?? [];
    if (address !== undefined) return address;
  }
  throw new Error('The registry ended before it listened.');
}
