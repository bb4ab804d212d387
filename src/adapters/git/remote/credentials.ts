import { readFileSync } from 'node:fs';
import type { Config } from '../../../domain/config.ts';
import { Failure } from '../../../domain/failure.ts';
import type { RemoteUrl } from '../../../domain/remote-url.ts';
import type { RemoteCredential } from '../../../ports/git.ts';
import type { RemoteSettings } from './way-out.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** The name that the large hosts take beside a token. */
const usualUsername = 'x-access-token';

/**
 * How remotes are spoken with on this machine, as its own configuration says: what a run brings along names no key.
 *
 * @param ofForge what a forge gives us for its code, where nothing is configured for that host.
 */
export function remoteSettings(
  config: Config['remotes'],
  environment: Environment,
  ofForge: NonNullable<RemoteSettings['credential']> = () => undefined,
): RemoteSettings {
  return {
    credential: (remote) => credentialFor(config, environment, remote) ?? ofForge(remote),
    environment,
    mostBytes: config.mostGigabytes * 1_000_000_000,
  };
}

/**
 * What lets us in at the host of a remote. A token goes to no other host than the one that it is configured for, and only over https (or to this
 * very machine).
 *
 * @throws Failure (configuration) when the variable or the file that is named is not there.
 */
function credentialFor({ hosts }: Config['remotes'], environment: Environment, { scheme, host }: RemoteUrl): RemoteCredential | undefined {
  const own = Object.hasOwn(hosts, host) ? hosts[host] : undefined;
  if (own === undefined || scheme === 'file') return undefined;
  if (scheme === 'ssh') {
    const { identityFile, knownHostsFile } = own;
    if (identityFile === undefined) return undefined;
    for (const path of [identityFile, ...(knownHostsFile === undefined ? [] : [knownHostsFile])]) refuseUnreadable(host, path);
    return { kind: 'key', identityFile, ...(knownHostsFile === undefined ? {} : { knownHostsFile }) };
  }
  if (own.tokenVariable === undefined) return undefined;
  const token = environment[own.tokenVariable];
  if (token === undefined || token === '') throw missing(host, `the variable ${own.tokenVariable} is not set`);
  return { kind: 'token', username: own.username ?? usualUsername, token };
}

function refuseUnreadable(host: string, path: string): void {
  try {
    readFileSync(path);
  } catch (cause) {
    throw missing(host, `the file ${path} cannot be read`, cause);
  }
}

function missing(host: string, why: string, cause?: unknown): Failure {
  return new Failure(
    'configuration',
    {
      what: `It is not known who we are at ${host}.`,
      why: `\`remotes.hosts\` says how to get in there, but ${why}.`,
      fix: 'Put it there on every machine that works on repositories of that server.',
    },
    { facts: { host }, ...(cause === undefined ? {} : { cause }) },
  );
}
