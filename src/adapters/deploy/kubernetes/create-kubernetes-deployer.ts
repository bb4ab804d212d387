import type { ChangeOfTarget, DeployableRelease, Deployer } from '../../../ports/deployer.ts';
import { fenceRecord } from '../fence-record.ts';
import { answeringEngine } from '../engines/answering-engine.ts';
import { imageOfCommit } from '../engines/image-name.ts';
import { placeImage } from '../engines/place-image.ts';
import { registryAccount } from '../engines/push-image.ts';
import { spreadExits } from '../spread-exits.ts';
import type { SeenExits } from '../spread-exits.ts';
import type { TargetSettings } from '../target-settings.ts';
import { applyEnvironment, environmentSecret, removeEnvironments } from './environment-secret.ts';
import { createKubectl } from './kubectl.ts';
import { readDeployment, readPods, servingOf } from './live.ts';
import type { LivePods } from './live.ts';
import { fillIn, readManifests, templateOf } from './manifests.ts';
import type { Manifest } from './manifests.ts';
import { raiseFence } from './raise-fence.ts';
import { renderManifests } from './render-manifests.ts';
import { roll, rollBack } from './roll.ts';
import { runHookJob } from './run-hook-job.ts';

/**
 * A Deployment of a Kubernetes cluster, through kubectl. Its own rolling update is the switch: a release cannot be asked before it serves. Release and
 * commit stand on the pods, the fence on the deployment.
 */
export function createKubernetesDeployer(settings: TargetSettings<'kubernetes'>): Deployer {
  const { target, environment, folder, process, host, secrets } = settings;
  const { deployment, namespace, image, dockerfile, build, timeoutSeconds } = target;
  const kubectl = createKubectl(settings);
  const record = fenceRecord(folder);
  const engineOf = answeringEngine(['docker', 'podman'], process, host);
  const seen = new Map<string, SeenExits>();

  const under = async <Value>(change: ChangeOfTarget, make: () => Promise<Value>): Promise<Value> => {
    const look = async (): Promise<{ readonly fence: number }> =>
      (await readDeployment(kubectl, deployment, change.signal)) ?? { fence: 0 };
    return await record.change(change, look, async ({ fence }) => {
      if (fence < change.fence) await raiseFence(kubectl, deployment, change);
      return await make();
    });
  };
  const manifestsOf = async ({ folder: place, number, commit }: DeployableRelease, signal: AbortSignal): Promise<readonly Manifest[]> => {
    const text = await renderManifests({ process, folder: place, manifests: target.manifests, path: host['PATH'] ?? '' }, signal);
    const name = build ? imageOfCommit(image, { commit }) : `${image}:${commit}`;
    const values = { image: name, commit, release: `r${number}`, environment: environmentSecret(deployment, number) };
    return readManifests(fillIn(text, values), { namespace, deployment });
  };
  const placed = async (release: DeployableRelease, change: ChangeOfTarget): Promise<void> => {
    if (build) {
      const push = { account: registryAccount(target.registryVariable, secrets), folder, secrets };
      await placeImage({ engine: await engineOf(change.signal), image, dockerfile, environment, push }, release, change);
    }
    await applyEnvironment(kubectl, deployment, release, change);
  };
  const exitsOf = (release: number, { restarts }: LivePods): readonly number[] =>
    restarts
      .filter((one) => one.release === release)
      .flatMap((one) => {
        const now = spreadExits(one, seen.get(one.id), Date.now());
        seen.set(one.id, now);
        return now.exits;
      })
      .toSorted((one, other) => one - other)
      .slice(-100);

  return {
    place: (release, change) =>
      under(change, async () => {
        // What is wrong with them is better known before anything is built.
        await manifestsOf(release, change.signal);
        await placed(release, change);
      }),
    hook: (release, hook, change) =>
      under(change, async () => {
        const template = templateOf(await manifestsOf(release, change.signal), deployment);
        return await runHookJob({ kubectl, deployment, template }, release, hook, change);
      }),
    start: (_release, change) => under(change, () => Promise.resolve(false)),
    serve: (release, change) =>
      under(change, () =>
        roll(
          { kubectl, deployment, release, manifests: () => manifestsOf(release, change.signal), timeoutMs: timeoutSeconds * 1_000 },
          change,
        ),
      ),
    serveAsItIs: (release, change) =>
      under(change, () => rollBack({ kubectl, deployment, release, timeoutMs: timeoutSeconds * 1_000 }, change)),
    retire: (keep, change) =>
      under(change, async () => {
        const live = await readDeployment(kubectl, deployment, change.signal);
        const { revisions } = live === undefined ? { revisions: [] } : await readPods(kubectl, live, change.signal);
        const running = revisions.filter(({ replicas }) => replicas > 0).map(({ release }) => release);
        await removeEnvironments(kubectl, deployment, [...keep.placed, ...keep.running, ...running], change);
      }),
    async status(signal) {
      const [live, own] = [await readDeployment(kubectl, deployment, signal), await record.seen()];
      if (live === undefined) return { fence: own, serving: undefined, running: [], url: undefined };
      const pods = await readPods(kubectl, live, signal);
      const serving = servingOf(pods);
      const running = pods.revisions.filter(({ replicas }) => replicas > 0);
      return {
        fence: Math.max(own, live.fence),
        serving: serving && { release: serving.release, commit: serving.commit },
        running: running.map(({ release }) => ({ release, url: undefined, exits: exitsOf(release, pods) })),
        url: undefined,
      };
    },
    traffic: () => Promise.resolve(undefined),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}
