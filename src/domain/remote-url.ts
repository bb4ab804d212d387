import { Failure } from './failure.ts';

/** How a remote is spoken with. `http` only with this very machine, where nobody listens on the way. */
export type RemoteScheme = 'https' | 'http' | 'ssh' | 'file';

/** Where a repository lies that several machines can reach. */
export interface RemoteUrl {
  /** Without credentials, and always the same for the same spelling: as it is recorded, compared, and handed to git. */
  readonly url: string;
  readonly scheme: RemoteScheme;
  /** Lower-case, with the port where one is named; empty for files. */
  readonly host: string;
}

const longest = 2_048;
const loopback = /^(?:127(?:\.\d{1,3}){3}|localhost|\[::1\])(?::\d+)?$/;
/** `git@example.org:team/project`: ssh, as people write it. */
const scpLike = /^(?:([\w.-]+)@)?([a-z\d][\w.-]*):([^:\s]+)$/i;

/**
 * Reads where a remote lies: a URL (`https`, `ssh`, `file`), `user@host:path`, or an absolute path. A password or token in it is refused:
 * what is recorded and shown must not hold one.
 *
 * @throws Failure (usage) for what is none, or holds a secret, which the failure does not repeat.
 */
export function parseRemoteUrl(text: string): RemoteUrl {
  // eslint-disable-next-line no-control-regex -- they are what is looked for
  if (text.length > longest || /[\s\u0000-\u001f\u007f]/.test(text) || text.startsWith('-'))
    throw notOne('It is too long, or has characters that no such address has.');
  if (text.startsWith('/')) return { url: `file://${withoutSlashes(text)}`, scheme: 'file', host: '' };
  const scp = text.includes('://') ? null : scpLike.exec(text);
  if (scp !== null) {
    const [, user, host = '', path = ''] = scp;
    if (path.startsWith('-')) throw notOne('Its path begins with a dash.');
    return {
      url: `${user === undefined ? '' : `${user}@`}${host.toLowerCase()}:${withoutSlashes(path)}`,
      scheme: 'ssh',
      host: host.toLowerCase(),
    };
  }
  return parseUrl(text);
}

/** Whether what the ledger knows a repository by is a remote and no folder of this machine. */
export function isRemote(identity: string): boolean {
  return !identity.startsWith('/');
}

function parseUrl(text: string): RemoteUrl {
  if (!URL.canParse(text)) throw notOne('It is neither a URL, nor `user@host:path`, nor an absolute path.');
  const url = new URL(text);
  const scheme = url.protocol.slice(0, -1);
  const { host, username, password, pathname } = url;
  if (password !== '' || (username !== '' && scheme !== 'ssh')) {
    throw notOne(
      'It holds a name or a secret of an account.',
      'Leave that out of the address, and name the variable that holds it in `remotes`.',
    );
  }
  if (url.search !== '' || url.hash !== '') throw notOne('It has a query or a fragment.');
  if (pathname === '' || pathname === '/') throw notOne('It names no repository, only a server.');
  if (!isScheme(scheme, host)) throw notOne('Only https, ssh and file are spoken; http only with this machine.');
  if (scheme === 'file' && host !== '') throw notOne('A file lies on this machine: no host stands before its path.');
  if (scheme !== 'file' && !/^[a-z\d[]/.test(host)) throw notOne('Its host is none.');
  const user = username === '' ? '' : `${username}@`;
  return { url: `${scheme}://${user}${host}${withoutSlashes(pathname)}`, scheme, host };
}

function isScheme(scheme: string, host: string): scheme is RemoteScheme {
  return scheme === 'https' || scheme === 'ssh' || scheme === 'file' || (scheme === 'http' && loopback.test(host));
}

function withoutSlashes(path: string): string {
  let end = path.length;
  while (end > 1 && path[end - 1] === '/') end -= 1;
  return path.slice(0, end);
}

function notOne(
  why: string,
  fix = 'Write it like https://example.org/team/project, git@example.org:team/project or /srv/git/project.git.',
): Failure {
  return new Failure('usage', { what: 'That is no address of a repository that machines share.', why, fix });
}
