import { stripVTControlCharacters } from 'node:util';
import { Failure } from '../../../domain/failure.ts';
import type { RemoteUrl } from '../../../domain/remote-url.ts';
import { visibleText } from '../../../domain/visible-text.ts';
import type { GitOutput } from '../git-command.ts';

/** Longest part of what git says that is shown, in characters. */
const shown = 300;
/** How much of it is looked through. */
const read = 16_384;

/** What went wrong between us and a remote. */
export type RemoteTrouble =
  /** Goes away by itself, perhaps. */
  | { readonly kind: 'network' }
  /** The ref that was asked for is not there. */
  | { readonly kind: 'no-such-ref' }
  /** Another git of ours holds a lock for the moment. */
  | { readonly kind: 'busy' }
  /** For a person. */
  | { readonly kind: 'denied' | 'absent' | 'too-large' | 'moved' | 'unknown-host-key' | 'no-refs-of-ours' }
  | { readonly kind: 'other' };

/** From what git itself says; the order matters where one sentence follows from another. */
const signs: readonly (readonly [RemoteTrouble['kind'], RegExp])[] = [
  ['other', /No space left on device|Disk quota exceeded/i],
  ['no-such-ref', /couldn't find remote ref/i],
  [
    'busy',
    /\.lock': File exists|could not lock|cannot lock ref|shallow file has changed|failed to update ref|incorrect old value|reference already exists/i,
  ],
  ['too-large', /File too large|died of signal (?:25|31)|SIGXFSZ/i],
  ['unknown-host-key', /Host key verification failed|REMOTE HOST IDENTIFICATION HAS CHANGED/i],
  ['no-refs-of-ours', /\[remote rejected\][^\n]*refs\/miyabi|deny updating a hidden ref|funny refname/i],
  [
    'denied',
    /Authentication failed|could not read (?:Username|Password)|Permission denied \(|returned error: 40[13]\b|access denied|not authorized|insufficient permission/i,
  ],
  ['moved', /returned error: 30\d\b|unable to update url base from redirection/i],
  [
    'network',
    /returned error: (?:5\d\d|408|429)\b|Could(?:n't| not) (?:resolve|connect)|Failed to connect|Connection (?:refused|reset|timed out|closed)|timed? ?out|early EOF|unexpected disconnect|hung up unexpectedly|RPC failed|Empty reply|transfer closed|Recv failure|Send failure|Operation too slow|GnuTLS|SSL_|Temporary failure|Network is unreachable|No route to host|kex_exchange_identification|HTTP\/2 stream|the remote end hung up/i,
  ],
  // Who is ended by a limit says nothing; only the one who waited for it does.
  ['too-large', /invalid index-pack output/i],
  [
    'absent',
    /does not appear to be a git repository|Repository not found|not found|returned error: 404\b|No such file or directory|not a git repository/i,
  ],
];

/** What a failed call of git means. Sentences of the other side (`remote: ...`) are not taken for git's own. */
export function troubleOf({ stderr }: Pick<GitOutput, 'stderr'>): RemoteTrouble {
  const own = ownLines(stderr).join('\n');
  const kind = signs.find(([, sign]) => sign.test(own))?.[0] ?? 'other';
  return { kind };
}

/** The line that says most, without anything that a terminal would take for an order. */
export function saidByGit({ stderr, code }: GitOutput): string {
  const lines = ownLines(stderr);
  const line =
    lines.find((one) => /\[(?:remote )?rejected\]/.test(one)) ??
    lines.findLast((one) => /^(?:fatal|error): (?!Could not read from remote repository)/.test(one)) ??
    lines[0];
  if (line === undefined || line === '') return `git ended with ${code}`;
  return visibleText(stripVTControlCharacters(line)).text.slice(0, shown).replace(/\.$/, '');
}

function ownLines(stderr: string): readonly string[] {
  return stderr
    .slice(0, read)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('remote:'));
}

/** The failure of what a person can mend; undefined for what another attempt may mend. */
export function remoteFailure({ url, scheme }: RemoteUrl, { kind }: RemoteTrouble, output: GitOutput): Failure | undefined {
  const text = kind === 'absent' && scheme === 'file' ? noRepository : texts[kind];
  if (text === undefined) return undefined;
  return new Failure(
    'configuration',
    { what: `${text.what}: ${url}.`, why: `git says: ${saidByGit(output)}.`, fix: text.fix },
    { facts: { remote: url, trouble: kind } },
  );
}

const noRepository = {
  what: 'There is no git repository in the folder',
  fix: 'Go to a repository that has a remote, or name one with --repo; where it is right, this machine has to have that folder too.',
};

const texts: Partial<Record<RemoteTrouble['kind'], { readonly what: string; readonly fix: string }>> = {
  denied: {
    what: 'The remote does not let us in, or not do this',
    fix: 'Give this machine an account that may read and push there: see `remotes` in your own configuration, and whether the variable or key that it names is there.',
  },
  absent: {
    what: 'There is no repository that we can see at the remote',
    fix: 'Check the address with `git ls-remote`; where it is right, the account of this machine may not see it.',
  },
  'too-large': {
    what: 'The remote sends more than is allowed',
    fix: 'Raise `remotes.mostGigabytes` in your own configuration if the repository is that large.',
  },
  moved: { what: 'The remote has moved, and redirects are not followed', fix: 'Start the run with the new address.' },
  'unknown-host-key': {
    what: 'The server of the remote is not known to this machine, or is another one than it was',
    fix: 'Put its key into the known_hosts file that is configured in `remotes`, after you have compared it.',
  },
  'no-refs-of-ours': {
    what: 'The remote takes no refs of ours',
    fix: 'Let the account of this machine push to `refs/miyabi/*` there: commits travel from machine to machine in them.',
  },
};
