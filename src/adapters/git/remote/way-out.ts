import type { RemoteUrl } from '../../../domain/remote-url.ts';
import type { RemoteCredential } from '../../../ports/git.ts';
import type { WayOut } from '../git-command.ts';

/** What speaking with remotes takes, of this machine alone: none of it is recorded with a run. */
export interface RemoteSettings {
  /** What opens a remote to us; asked before each call, so that a key may be replaced while we run. Default: nothing does. */
  readonly credential?: (remote: RemoteUrl) => RemoteCredential | undefined | Promise<RemoteCredential | undefined>;
  /** HTTPS_PROXY, HTTP_PROXY, ALL_PROXY, NO_PROXY, SSL_CERT_FILE and SSH_AUTH_SOCK of it are looked at; for ssh also HOME. Default: none. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** The largest file that a fetch may make git write here, which all of it comes in, in bytes. Default: 10 GB. */
  readonly mostBytes?: number;
  /**
   * Whether commits of runs stay in the mirrors of this machine: where no other machine takes part, nothing goes to a remote but what is published.
   * Default: they are handed over there.
   */
  readonly runsStayHere?: boolean;
  /** Waits before further tries when the network fails, in ms, each up to a half shorter by chance. Default: five, 60 s in all. */
  readonly waitsMs?: readonly number[];
}

const defaultMostBytes = 10_000_000_000;

/** Bytes a second below which, for so many seconds, a transfer counts as stuck. */
const slowest = { bytes: '1000', seconds: '60' } as const;

/** Opens one protocol to one remote, for git alone and for this one call. */
export async function wayOut(remote: RemoteUrl, settings: RemoteSettings, direction: 'from' | 'to'): Promise<WayOut> {
  const { scheme } = remote;
  const credential = await settings.credential?.(remote);
  return {
    config: [[`protocol.${scheme}.allow`, 'always'], ...(isHttp(remote) ? httpConfig(remote, settings, credential) : [])],
    env: {
      GIT_ALLOW_PROTOCOL: scheme,
      ...(isHttp(remote) ? proxies(settings.environment ?? {}) : {}),
      ...(scheme === 'ssh' ? sshEnvironment(settings.environment ?? {}, credential) : {}),
    },
    limits: direction === 'from' ? { fileBytes: settings.mostBytes ?? defaultMostBytes } : {},
  };
}

/**
 * The other side of a remote that is a folder runs here, as us: its configuration may name no program, and whose it is does not matter.
 */
export function otherSide({ scheme }: RemoteUrl, program: 'upload-pack' | 'receive-pack'): readonly string[] {
  if (scheme !== 'file') return [];
  const own = [
    'safe.directory=*',
    'core.hooksPath=/dev/null',
    'core.fsmonitor=false',
    'core.alternateRefsCommand=/bin/false',
    'gc.auto=0',
    'receive.autogc=false',
  ];
  return [`--${program}=git ${own.map((setting) => `-c '${setting}'`).join(' ')} ${program}`];
}

function isHttp({ scheme }: RemoteUrl): boolean {
  return scheme === 'https' || scheme === 'http';
}

/** The header goes to this host and port alone: what redirects elsewhere is not followed. */
function httpConfig(
  { scheme, host }: RemoteUrl,
  { environment }: RemoteSettings,
  credential: RemoteCredential | undefined,
): WayOut['config'] {
  const certificates = environment?.['SSL_CERT_FILE'];
  return [
    ['http.followRedirects', 'false'],
    ['http.lowSpeedLimit', slowest.bytes],
    ['http.lowSpeedTime', slowest.seconds],
    ['http.sslVerify', 'true'],
    ...(certificates === undefined || certificates === '' ? [] : [['http.sslCAInfo', certificates] as const]),
    ...(credential?.kind === 'token' ? [[`http.${scheme}://${host}/.extraHeader`, basic(credential)] as const] : []),
  ];
}

function basic({ username, token }: Extract<RemoteCredential, { kind: 'token' }>): string {
  return `Authorization: Basic ${Buffer.from(`${username}:${token}`).toString('base64')}`;
}

const proxyNames = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy', 'ALL_PROXY', 'all_proxy', 'NO_PROXY', 'no_proxy'] as const;

function proxies(environment: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string>> {
  return Object.fromEntries(proxyNames.flatMap((name) => (environment[name] ? [[name, environment[name]]] : [])));
}

/** No configuration of the user's, no question, no server that is not known; one that goes silent is left. */
function sshEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
  credential: RemoteCredential | undefined,
): Readonly<Record<string, string>> {
  const key = credential?.kind === 'key' ? credential : undefined;
  const options = [
    'BatchMode=yes',
    'StrictHostKeyChecking=yes',
    'ConnectTimeout=20',
    'ServerAliveInterval=15',
    'ServerAliveCountMax=4',
    'ForwardAgent=no',
    'ForwardX11=no',
    'ClearAllForwardings=yes',
    'PermitLocalCommand=no',
    ...(key === undefined ? [] : ['IdentitiesOnly=yes']),
    ...(key?.knownHostsFile === undefined ? [] : [`UserKnownHostsFile=${key.knownHostsFile}`]),
  ];
  const command = [
    'ssh',
    '-F',
    '/dev/null',
    ...options.flatMap((option) => ['-o', option]),
    ...(key === undefined ? [] : ['-i', key.identityFile]),
  ];
  const agent = environment['SSH_AUTH_SOCK'];
  return {
    GIT_SSH_COMMAND: command.map(quoted).join(' '),
    GIT_SSH_VARIANT: 'ssh',
    ...(environment['HOME'] ? { HOME: environment['HOME'] } : {}),
    ...(agent && key === undefined ? { SSH_AUTH_SOCK: agent } : {}),
  };
}

/** A shell splits the command; paths in it may hold anything. */
function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
