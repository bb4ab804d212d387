import { DeployRefused } from '../../../ports/deployer.ts';
import type { ChangeOfTarget, KnownRelease } from '../../../ports/deployer.ts';
import { fieldManager } from './kubectl.ts';
import type { Kubectl } from './kubectl.ts';
import { readPods } from './live.ts';
import type { LiveDeployment } from './live.ts';
import { annotations, stampManifests } from './manifests.ts';
import type { Manifest } from './manifests.ts';
import { annotate, onDeployment, raiseFence } from './raise-fence.ts';

export interface Roll {
  readonly kubectl: Kubectl;
  readonly deployment: string;
  readonly release: KnownRelease;
  /** Filled in; asked for only where they are needed. */
  readonly manifests: () => Promise<readonly Manifest[]>;
  readonly timeoutMs: number;
}

/** Brings the release to the cluster, or back where a later one is there and the cluster still has its revision, and waits until it is rolled out. */
export async function roll({ manifests, ...request }: Roll, change: ChangeOfTarget): Promise<void> {
  const { kubectl, deployment, timeoutMs } = request;
  await onDeployment(kubectl, deployment, change, async (live) => {
    if (live === undefined || !(await isBackAt(request, live, change))) await apply(request, await manifests(), live, change);
  });
  await rolledOut(kubectl, deployment, timeoutMs, change);
}

/** Brings the release back, and waits until it is rolled out. @returns false where the cluster has nothing of it to go back to. */
export async function rollBack(request: Omit<Roll, 'manifests'>, change: ChangeOfTarget): Promise<boolean> {
  const { kubectl, deployment, timeoutMs } = request;
  let isBack = false;
  await onDeployment(kubectl, deployment, change, async (live) => {
    isBack = live !== undefined && (await isBackAt(request, live, change));
  });
  if (isBack) await rolledOut(kubectl, deployment, timeoutMs, change);
  return isBack;
}

/** Whether the release is what the deployment is to be, undone to it where the cluster still has its revision. */
async function isBackAt(which: Which, live: LiveDeployment, change: ChangeOfTarget): Promise<boolean> {
  const { kubectl, release } = which;
  const { wanted, fence } = live;
  if (wanted?.release === release.number && wanted.commit === release.commit && fence === change.fence) return true;
  const before = await revisionBefore(kubectl, live, release, change.signal);
  if (before !== undefined) await undo(which, live, before, change);
  return before !== undefined;
}

/** The revision of a release before the one that is wanted, where the cluster still has it. */
async function revisionBefore(
  kubectl: Kubectl,
  live: LiveDeployment,
  { number, commit }: KnownRelease,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (live.wanted === undefined || live.wanted.release <= number) return undefined;
  const { revisions } = await readPods(kubectl, live, signal);
  return revisions.find((one) => one.release === number && one.commit === commit)?.revision;
}

type Which = Pick<Roll, 'kubectl' | 'deployment' | 'release'>;

async function apply(
  { kubectl, deployment, release }: Which,
  manifests: readonly Manifest[],
  live: LiveDeployment | undefined,
  change: ChangeOfTarget,
): Promise<void> {
  const stamp = { release: release.number, commit: release.commit, fence: change.fence, resourceVersion: live?.resourceVersion };
  const items = stampManifests(manifests, deployment, stamp);
  // Whoever has undone or annotated it before (kubectl does that under names of its own) does not keep what is ours.
  const args = ['apply', '--server-side', '--force-conflicts', `--field-manager=${fieldManager}`, '--filename=-'];
  await kubectl.perform(args, change, { stdin: JSON.stringify({ apiVersion: 'v1', kind: 'List', items }) });
}

/** The fence comes first: it is what somebody else would have to get past. */
async function undo(
  { kubectl, deployment, release }: Which,
  live: LiveDeployment,
  revision: string,
  change: ChangeOfTarget,
): Promise<void> {
  const values = {
    [annotations.release]: String(release.number),
    [annotations.commit]: release.commit,
    [annotations.fence]: String(change.fence),
  };
  await annotate(kubectl, deployment, live, values, change);
  await kubectl.perform(['rollout', 'undo', `deployment.apps/${deployment}`, `--to-revision=${revision}`], change);
  // It brings back what was written on the deployment along with the revision, its old fence too.
  await raiseFence(kubectl, deployment, change);
}

async function rolledOut(kubectl: Kubectl, deployment: string, timeoutMs: number, change: ChangeOfTarget): Promise<void> {
  const seconds = Math.ceil(timeoutMs / 1_000);
  try {
    await kubectl.perform(['rollout', 'status', `deployment.apps/${deployment}`, `--timeout=${seconds}s`], change, {
      timeoutMs: timeoutMs + 30_000,
    });
  } catch (error) {
    if (error instanceof Error && /timed out waiting/.test(error.message))
      throw new DeployRefused(`The release was not rolled out within ${seconds} s.`, { cause: error });
    throw error;
  }
}
