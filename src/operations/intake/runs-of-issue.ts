import { groupsBesideRuns } from '../../domain/job-groups.ts';
import { forgeOrigin } from '../../domain/issue.ts';
import { parseRemoteUrl } from '../../domain/remote-url.ts';
import { repositoryIdentity, runHeadSchema } from '../../domain/run.ts';
import type { Engine, JobView } from '../../weaver/engine.ts';
import type { OperationTools } from '../tools.ts';

export interface IssuePlace {
  readonly forge: string;
  readonly repository: string;
  readonly number: number;
}

/** How many of the newest runs of a repository are looked through for those of an issue. */
const newest = 300;

/** The runs of an issue, also those that have ended, the newest first. @param gitUrl where the code of its repository lies. */
export async function runsOfIssue(
  { engine, ledger }: Pick<OperationTools, 'engine' | 'ledger'>,
  place: IssuePlace,
  gitUrl: string,
): Promise<readonly JobView[]> {
  const { id } = await ledger.repository(repositoryIdentity({ kind: 'remote', url: parseRemoteUrl(gitUrl).url }));
  return (await engine.jobs({ groupKey: id, limit: newest })).filter(isRunOf(place));
}

/** The runs of an issue that have not ended, wherever its code lies now. */
export async function openRunsOfIssue(engine: Engine, place: IssuePlace): Promise<readonly JobView[]> {
  return (await engine.jobs({ exceptGroups: groupsBesideRuns, open: true, limit: mostOpen })).filter(isRunOf(place));
}

const mostOpen = 10_000;

function isRunOf(place: IssuePlace): (job: JobView) => boolean {
  return (job) => {
    const origin = originOf(job);
    return origin?.number === place.number && isOf(place, origin);
  };
}

/** The runs of all issues of a repository that have not ended. */
export async function openRunsOfRepository(engine: Engine, place: Omit<IssuePlace, 'number'>): Promise<readonly JobView[]> {
  const jobs = await engine.jobs({ exceptGroups: groupsBesideRuns, open: true, limit: mostOpen });
  return jobs.filter((job) => {
    const origin = originOf(job);
    return origin !== undefined && isOf(place, origin);
  });
}

function originOf({ attributes }: JobView): ReturnType<typeof forgeOrigin> {
  const read = runHeadSchema.safeParse(attributes);
  return read.success ? forgeOrigin(read.data.issue) : undefined;
}

/** Forges do not care for the case of these names. */
function isOf(place: Omit<IssuePlace, 'number'>, origin: Omit<IssuePlace, 'number'>): boolean {
  return place.forge === origin.forge && place.repository.toLowerCase() === origin.repository.toLowerCase();
}
