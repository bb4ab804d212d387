/** Jobs with which something that a forge has told is handled. */
export const deliveriesGroup = 'deliveries';

/** Jobs with which people are told something. */
export const noticesGroup = 'notices';

/** Groups (`groupKey`) of jobs that are no runs: whoever lists runs leaves them out. */
export const groupsBesideRuns: readonly string[] = [deliveriesGroup, noticesGroup];

/** Whether a job is a run. */
export function isRun({ groupKey }: { readonly groupKey: string | undefined }): boolean {
  return groupKey === undefined || !groupsBesideRuns.includes(groupKey);
}
