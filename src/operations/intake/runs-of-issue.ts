import { groupsBesideRuns } from '../../domain/job-groups.ts';
import { forgeOrigin } from '../../domain/issue.ts';
import { runAttributesSchema } from '../../domain/run.ts';
import type { Engine, JobView } from '../../weaver/engine.ts';

export interface IssuePlace {
  readonly forge: string;
  readonly repository: string;
  readonly number: number;
}

/** How many of the newest runs are looked through for those of an issue; of those that have not ended all are. */
const newest = 300;

/** The runs of an issue, the newest first. @param open only those that have not ended. */
export async function runsOfIssue(engine: Engine, place: IssuePlace, { open = false } = {}): Promise<readonly JobView[]> {
  const jobs = await engine.jobs({ exceptGroups: groupsBesideRuns, ...(open ? { open: true, limit: 10_000 } : { limit: newest }) });
  return jobs.filter((job) => {
    const origin = originOf(job);
    return origin?.number === place.number && isOf(place, origin);
  });
}

/** The runs of all issues of a repository that have not ended. */
export async function openRunsOfRepository(engine: Engine, place: Omit<IssuePlace, 'number'>): Promise<readonly JobView[]> {
  const jobs = await engine.jobs({ exceptGroups: groupsBesideRuns, open: true, limit: 10_000 });
  return jobs.filter((job) => {
    const origin = originOf(job);
    return origin !== undefined && isOf(place, origin);
  });
}

function originOf({ attributes }: JobView): ReturnType<typeof forgeOrigin> {
  const read = runAttributesSchema.safeParse(attributes);
  return read.success ? forgeOrigin(read.data.issue) : undefined;
}

/** Forges do not care for the case of these names. */
function isOf(place: Omit<IssuePlace, 'number'>, origin: Omit<IssuePlace, 'number'>): boolean {
  return place.forge === origin.forge && place.repository.toLowerCase() === origin.repository.toLowerCase();
}
