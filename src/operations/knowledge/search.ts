import { errorsIn } from '../../domain/error-signature.ts';
import { displayId } from '../../domain/ids.ts';
import type { RepositoryId } from '../../domain/ids.ts';
import type { KnowledgeEntry, KnowledgeMatch } from '../../ports/knowledge.ts';
import type { OperationTools } from '../tools.ts';
import { knownRepository } from './known-repository.ts';

export interface SearchRequest {
  readonly text: string;
  /** Only what is about this repository: a folder, or an address. */
  readonly repository: string | undefined;
  /** Where the user stands: entries of a repository there are preferred. */
  readonly cwd: string;
  /** What was printed of an error. */
  readonly errors: readonly string[];
  readonly paths: readonly string[];
  readonly labels: readonly string[];
  readonly most: number;
}

/** What was found. `miyabi knowledge search --json` prints it; its shape is a promise to scripts. */
export interface KnowledgeReport {
  readonly type: 'knowledge';
  readonly schemaVersion: 1;
  readonly matches: readonly FoundEntry[];
  /** What a user should know of how it was searched, a sentence each. */
  readonly notes: readonly string[];
  /** How many entries there are. */
  readonly entries: number;
}

/** An entry for people and scripts, without its diff. */
export interface ToldEntry extends Omit<KnowledgeEntry, 'repositoryId' | 'issue' | 'diff'> {
  /** The run that left it. */
  readonly run: string | null;
  readonly issue: string | null;
  /** Its folder or address. */
  readonly repository: string | null;
}

export interface FoundEntry extends ToldEntry, Omit<KnowledgeMatch, 'entry'> {}

type Tools = Pick<OperationTools, 'knowledge' | 'ledger' | 'git' | 'sharing'>;

/** Looks for what was learnt. @throws Failure (usage) for a repository that is none; (configuration) for an index that cannot be opened. */
export async function searchKnowledge(tools: Tools, request: SearchRequest): Promise<KnowledgeReport> {
  const { text, repository, cwd, errors, paths, labels, most } = request;
  const about = await knownRepository(tools, repository ?? cwd, repository !== undefined);
  const knowledge = await tools.knowledge();
  const told = [text, ...errors].join('\n');
  const { matches, notes } = await knowledge.search({
    text: told,
    errorSignatures: errorsIn(told, 20).map(({ signature }) => signature),
    paths,
    labels,
    ...(about === undefined ? {} : { repositoryId: about }),
    ...(repository === undefined ? {} : { only: 'repository' as const }),
    most,
  });
  const entries = await Promise.all(
    matches.map(async ({ entry, score, likeness, why }) => ({ ...(await toldEntry(tools, entry)), score, likeness, why })),
  );
  return { type: 'knowledge', schemaVersion: 1, matches: entries, notes, entries: await knowledge.count() };
}

/** What entries have to have, all of it. */
export interface NarrowedTo {
  readonly paths: readonly string[];
  readonly labels: readonly string[];
}

/** Where they have to have something, no more are looked through. */
const mostLookedThrough = 1_000;

/** The newest entries that have all of this, as they are told. */
export async function newestKnowledge(
  tools: Tools,
  most: number,
  { paths, labels }: NarrowedTo = { paths: [], labels: [] },
): Promise<readonly ToldEntry[]> {
  const isNarrowed = paths.length + labels.length > 0;
  const entries = await (await tools.knowledge()).newest(isNarrowed ? mostLookedThrough : most);
  const meant = entries.filter(
    (entry) => paths.every((path) => entry.paths.includes(path)) && labels.every((label) => entry.labels.includes(label)),
  );
  return await Promise.all(meant.slice(0, most).map(async (entry) => await toldEntry(tools, entry)));
}

async function toldEntry({ ledger }: Pick<Tools, 'ledger'>, entry: KnowledgeEntry): Promise<ToldEntry> {
  const { repositoryId, issue, diff: _, ...rest } = entry;
  const repository = repositoryId === undefined ? undefined : await ledger.repositoryById(repositoryId as RepositoryId);
  return {
    ...rest,
    run: rest.kind === 'run' ? displayId('run', rest.id.slice('run:'.length)) : null,
    issue: issue ?? null,
    repository: repository?.root ?? null,
  };
}
