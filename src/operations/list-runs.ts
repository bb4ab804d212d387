import { groupsBesideRuns, isRun } from '../domain/job-groups.ts';
import type { JobState } from '../domain/job.ts';
import type { Repository } from '../ports/ledger.ts';
import type { JobFilter, JobText } from '../ports/store.ts';
import type { JobView } from '../weaver/engine.ts';
import type { OperationTools } from './tools.ts';

/** Which runs are meant; what is absent lets all pass. */
export interface RunsMeant {
  readonly open?: boolean | undefined;
  readonly states?: readonly JobState[] | undefined;
  /** In their title, their issue, their repository, or at the beginning of their id. */
  readonly text?: string | undefined;
  /** As a run tells it: a folder, or the address of a remote. */
  readonly repository?: string | undefined;
  /** Only those after this one in the order. */
  readonly before?: JobFilter['before'];
  readonly limit: number;
}

/** Runs, the newest first. */
export async function listRuns(
  tools: Pick<OperationTools, 'engine' | 'ledger'>,
  { open, states, text, repository, before, limit }: RunsMeant,
): Promise<readonly JobView[]> {
  const known = repository === undefined ? undefined : await findRepository(tools, repository);
  if (repository !== undefined && known === undefined) return [];
  const jobs = await tools.engine.jobs({
    ...(known === undefined ? { exceptGroups: groupsBesideRuns } : { groupKey: known.id }),
    ...(open === undefined ? {} : { open }),
    ...(states === undefined ? {} : { states }),
    ...(text === undefined ? {} : { text: await whereItMayBe(tools, text) }),
    ...(before === undefined ? {} : { before }),
    limit,
  });
  return jobs.filter(isRun);
}

async function findRepository({ ledger }: Pick<OperationTools, 'ledger'>, root: string): Promise<Repository | undefined> {
  return (await ledger.repositoriesWith(root)).find((known) => known.root === root);
}

/** `owner/name#12` and `#12` name an issue of a forge; anything else may be in a path of one, too. */
async function whereItMayBe({ ledger }: Pick<OperationTools, 'ledger'>, text: string): Promise<JobText> {
  const words = text.replace(/^run_/, '');
  const reference = /^(?<repository>[^\s#]*)#(?<number>\d{1,10})$/.exec(text)?.groups;
  if (reference === undefined) {
    const groups = await ledger.repositoriesWith(words);
    return { words, orGroups: groups.map(({ id }) => id), orKey: { begins: 'issue::file:', contains: words } };
  }
  const { repository = '', number = '' } = reference;
  const inGroups = repository === '' ? undefined : (await ledger.repositoriesWith(repository)).map(({ id }) => id);
  return { words, orGroups: [], orKey: { begins: 'issue::', contains: `:${number}`, ...(inGroups === undefined ? {} : { inGroups }) } };
}
