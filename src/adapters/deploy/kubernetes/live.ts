import { z } from 'zod';
import type { Kubectl } from './kubectl.ts';
import { annotations } from './manifests.ts';

const texts = z.record(z.string(), z.string()).nullish();
const number = z.int().default(0);
const template = z.object({ metadata: z.object({ annotations: texts }).nullish() });

const deploymentSchema = z.object({
  metadata: z.object({
    name: z.string(),
    uid: z.string().default(''),
    resourceVersion: z.string(),
    generation: number,
    annotations: texts,
  }),
  spec: z.object({ selector: z.object({ matchLabels: texts }), template }),
});
const replicaSetSchema = z.object({
  kind: z.literal('ReplicaSet'),
  metadata: z.object({ annotations: texts, ownerReferences: z.array(z.object({ uid: z.string() })).default([]) }),
  spec: z.object({ template }),
  status: z.object({ replicas: number, readyReplicas: number }).prefault({}),
});
const podSchema = z.object({
  kind: z.literal('Pod'),
  metadata: z.object({ uid: z.string(), annotations: texts, creationTimestamp: z.string() }),
  status: z
    .object({
      containerStatuses: z
        .array(
          z.object({
            name: z.string(),
            restartCount: number,
            lastState: z.object({ terminated: z.object({ finishedAt: z.string().nullish() }).nullish() }).prefault({}),
          }),
        )
        .default([]),
    })
    .prefault({}),
});
const listSchema = z.object({ items: z.array(z.discriminatedUnion('kind', [replicaSetSchema, podSchema])) });

/** One revision of the deployment, told apart by what its pods bear. */
export interface LiveRevision {
  readonly release: number;
  readonly commit: string;
  /** By which it is undone to. */
  readonly revision: string;
  readonly replicas: number;
  readonly ready: number;
}

export interface LiveRestarts {
  /** Of a container in a pod, unlike any other's. */
  readonly id: string;
  readonly release: number;
  readonly count: number;
  /** Epoch ms, as the other. */
  readonly lastAt: number | undefined;
  readonly since: number;
}

/** What stands on a deployment itself. */
export interface LiveDeployment {
  readonly uid: string;
  readonly resourceVersion: string;
  /** 0 where no deployment of ours has been at it. */
  readonly fence: number;
  /** What its pods are to be; undefined where somebody else has made it. */
  readonly wanted: { readonly release: number; readonly commit: string } | undefined;
  /** Of its pods, as kubectl takes it. */
  readonly selector: string;
}

/** What a deployment has made. */
export interface LivePods {
  /** Those of our releases, newest first. */
  readonly revisions: readonly LiveRevision[];
  readonly restarts: readonly LiveRestarts[];
}

/** @returns undefined where the cluster has no such deployment. */
export async function readDeployment(kubectl: Kubectl, name: string, signal: AbortSignal): Promise<LiveDeployment | undefined> {
  const found = await kubectl.read(['get', 'deployments.apps', name], signal);
  if (found === undefined) return undefined;
  const { metadata, spec } = deploymentSchema.parse(found);
  const fence = metadata.annotations?.[annotations.fence] ?? '0';
  if (!/^\d{1,15}$/.test(fence)) throw new Error(`The annotation ${annotations.fence} of the deployment ${name} is no number.`);
  return {
    uid: metadata.uid,
    resourceVersion: metadata.resourceVersion,
    fence: Number(fence),
    wanted: bearing(spec.template.metadata?.annotations),
    selector: Object.entries(spec.selector.matchLabels ?? {})
      .map(([label, value]) => `${label}=${value}`)
      .join(','),
  };
}

export async function readPods(kubectl: Kubectl, { uid, selector }: LiveDeployment, signal: AbortSignal): Promise<LivePods> {
  const listed = await kubectl.read(['get', 'replicasets.apps,pods', `--selector=${selector}`], signal);
  const { items } = listSchema.parse(listed);
  const isOwn = ({ metadata }: z.infer<typeof replicaSetSchema>): boolean => metadata.ownerReferences.some((owner) => owner.uid === uid);
  return {
    revisions: items
      .flatMap((item) => (item.kind === 'ReplicaSet' && isOwn(item) ? revisionOf(item) : []))
      .toSorted((one, other) => Number(other.revision) - Number(one.revision)),
    restarts: items.flatMap((item) => (item.kind === 'Pod' ? restartsOf(item) : [])),
  };
}

/** The release that most of what is ready belongs to, the newer one where it is the same; undefined while nothing is ready. */
export function servingOf({ revisions }: Pick<LivePods, 'revisions'>): LiveRevision | undefined {
  return revisions
    .filter(({ ready }) => ready > 0)
    .toSorted((one, other) => other.ready - one.ready || Number(other.revision) - Number(one.revision))[0];
}

function bearing(its: z.infer<typeof texts>): LiveDeployment['wanted'] {
  const [release, commit] = [Number(its?.[annotations.release]), its?.[annotations.commit]];
  return Number.isInteger(release) && commit !== undefined ? { release, commit } : undefined;
}

function revisionOf({ metadata, spec, status }: z.infer<typeof replicaSetSchema>): readonly LiveRevision[] {
  const which = bearing(spec.template.metadata?.annotations);
  const revision = metadata.annotations?.['deployment.kubernetes.io/revision'];
  return which === undefined || revision === undefined
    ? []
    : [{ ...which, revision, replicas: status.replicas, ready: status.readyReplicas }];
}

function restartsOf({ metadata, status }: z.infer<typeof podSchema>): readonly LiveRestarts[] {
  const which = bearing(metadata.annotations);
  if (which === undefined) return [];
  return status.containerStatuses.map(({ name, restartCount, lastState }) => {
    const lastAt = Date.parse(lastState.terminated?.finishedAt ?? '');
    return {
      id: `${metadata.uid}/${name}`,
      release: which.release,
      count: restartCount,
      lastAt: Number.isNaN(lastAt) ? undefined : lastAt,
      since: Date.parse(metadata.creationTimestamp),
    };
  });
}
