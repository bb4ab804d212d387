import type { FileChange } from '../../domain/change.ts';
import { encodedKeys } from '../../domain/encoded-keys.ts';
import type { MatchSecrets } from '../../domain/secret-matcher.ts';
import type { SecurityFinding } from '../../domain/security.ts';
import type { ChangedFiles, ReadFile } from './changed-files.ts';
import { readChangedFiles } from './changed-files.ts';
import type { LookPlace } from './look.ts';
import { look } from './look.ts';
import { findOwnSecrets } from './own-secrets.ts';
import { pathFindings } from './path-rules.ts';
import { addsPlainWords, isPlain } from './plain-words.ts';
import type { NamedText } from './steps.ts';

/** One commit that is about to be handed to others: what was taken away again by a later one leaves with it too. */
export interface LeavingCommit {
  /** As people see it: the beginning of its id. */
  readonly name: string;
  readonly message: string;
  readonly files: readonly FileChange[];
  readonly before: ReadFile;
  readonly after: ReadFile;
  readonly links: ReadFile;
}

export interface LeakRequest extends LookPlace {
  readonly commits: readonly LeavingCommit[];
  /** Finds the secrets that this process holds. */
  readonly secrets: MatchSecrets;
  readonly timeoutMs: number;
}

export interface Leaks {
  /** `high` and `critical` ones. */
  readonly findings: readonly SecurityFinding[];
  /** Why not everything could be looked at; undefined where it was. */
  readonly unknown: string | undefined;
}

/**
 * Secrets in commits that are about to leave this machine: in what each of them adds, in its message and in names of files; as they are and
 * encoded. What could not be looked at is said and never taken for clean.
 *
 * @throws the signal's reason when it aborts.
 */
export async function findLeaks({ commits, secrets, timeoutMs, ...place }: LeakRequest): Promise<Leaks> {
  const found: SecurityFinding[] = [];
  const files: ChangedFiles['texts'][number][] = [];
  const texts: NamedText[] = [];
  for (const commit of commits) {
    const changed = await readChangedFiles(commit.files, commit.before, commit.after);
    const message = { name: `the message of ${commit.name}`, text: commit.message };
    found.push(
      ...(await findOwnSecrets(secrets, changed, commit.files, [message])),
      ...(await pathFindings(commit.files, commit.links)).filter(({ analysis }) => analysis === 'secrets'),
      ...encodedIn(changed, message),
    );
    files.push(...changed.texts);
    texts.push(message);
    place.signal.throwIfAborted();
  }
  const { findings, unknown } = await lookForSecrets(place, { files, texts }, timeoutMs);
  return { findings: once([...found, ...findings]).filter(({ level }) => level === 'high' || level === 'critical'), unknown };
}

/** By a program of ours within walls, as foreign text is parsed. */
async function lookForSecrets(
  place: LookPlace,
  { files, texts }: { readonly files: ChangedFiles['texts']; readonly texts: readonly NamedText[] },
  timeoutMs: number,
): Promise<{ readonly findings: readonly SecurityFinding[]; readonly unknown: string | undefined }> {
  if (files.every(addsPlainWords) && texts.every(({ text }) => isPlain(text))) return { findings: [], unknown: undefined };
  const input = { files, texts, unchanged: [], licences: [], registries: [] };
  const looked = (await look(place, { steps: ['secrets'], input }, timeoutMs)).get('secrets');
  if (looked?.kind !== 'ended') return { findings: [], unknown: looked?.reason ?? 'it was not looked at' };
  const findings = looked.findings.map(({ rule, level, path, line, detail }): SecurityFinding => ({
    analysis: 'secrets',
    rule,
    level,
    path,
    ...(line === undefined ? {} : { line }),
    detail,
  }));
  return { findings, unknown: looked.unknown };
}

function encodedIn({ texts, others }: ChangedFiles, message: NamedText): readonly SecurityFinding[] {
  const files = [...texts, ...others].map(({ path, before = '', after = '' }) => ({ path, before, after }));
  return [...files, { path: message.name, before: '', after: message.text }].flatMap(({ path, before, after }) => {
    if (after === before) return [];
    const known = new Set(encodedKeys(before).map(({ rule }) => rule));
    return encodedKeys(after)
      .filter(({ rule }) => !known.has(rule))
      .map(({ rule, index, encoding }): SecurityFinding => {
        const line = after.slice(0, index).split('\n').length;
        return { analysis: 'secrets', rule, level: 'high', path, line, detail: `It stands there in ${encoding}.` };
      });
  });
}

/** A commit and the one that takes it over find the same. */
function once(findings: readonly SecurityFinding[]): readonly SecurityFinding[] {
  return [...new Map(findings.map((finding) => [`${finding.rule}\0${finding.path}\0${finding.line ?? 0}`, finding])).values()];
}
