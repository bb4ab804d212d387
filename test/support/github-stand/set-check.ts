import type { World } from './world.ts';
import { askAs } from './world.ts';

export type CheckState = 'pending' | 'passed' | 'failed' | 'skipped';

const ends = { passed: 'success', failed: 'failure', skipped: 'skipped' } as const;

/** A check run that stands so now; a newer one of the same name replaces it. With a log it is a job of Actions. */
export async function setCheck(
  world: World,
  token: string,
  {
    commit,
    name,
    state,
    log,
  }: { readonly commit: string; readonly name: string; readonly state: CheckState; readonly log: string | undefined },
): Promise<void> {
  const { owner, name: repo } = world;
  const now = new Date().toISOString();
  const at = `/repos/${owner}/${repo}/check-runs`;
  const made = (await askAs(world, token, 'POST', at, { name, head_sha: commit, status: 'in_progress', started_at: now })) as {
    readonly id: number;
  };
  if (log !== undefined) {
    const lines = log.split('\n').map((line) => `${now.replace('Z', '0000Z')} ${line}`);
    const later = new Date(Date.parse(now) + 60_000).toISOString();
    const text = [`${now.replace('Z', '0000Z')} ##[group]Set up job`, ...lines, `${later} Post job cleanup.`].join('\n');
    world.jobs.set(made.id, {
      step: 'Run tests',
      text: `${text}\n`,
      completedAt: new Date(Date.parse(now) + 1_000).toISOString(),
      conclusion: state === 'pending' ? 'success' : ends[state],
    });
    await askAs(world, token, 'PATCH', `${at}/${made.id}`, { details_url: `${world.url}/${owner}/${repo}/actions/runs/1/job/${made.id}` });
  }
  if (state === 'pending') return;
  await askAs(world, token, 'PATCH', `${at}/${made.id}`, { status: 'completed', conclusion: ends[state], completed_at: now });
}
