import { createHash } from 'node:crypto';
import type { Cluster } from './cluster.ts';
import type { Fields, KubeObject, PodTemplate } from './objects.ts';

const revisionAnnotation = 'deployment.kubernetes.io/revision';
const hashLabel = 'pod-template-hash';

/**
 * What the controllers of a cluster make of a deployment, at once: a replica set for each template it ever had, a pod for the one that is wanted. Where its
 * image is `broken` the pod never becomes ready, and the one before goes on.
 */
export function runDeployment(cluster: Cluster, name: string): void {
  const deployment = cluster.get('deployments', name);
  const template = templateOf(deployment);
  const sets = cluster.list('replicasets').filter(({ metadata }) => metadata.ownerReferences?.[0]?.uid === deployment.metadata.uid);
  const hash = createHash('sha256').update(JSON.stringify(template)).digest('hex').slice(0, 10);
  const newest = Math.max(0, ...sets.map(revisionOf));
  const wanted = sets.find(({ metadata }) => metadata.name === `${name}-${hash}`);
  const revision = wanted !== undefined && revisionOf(wanted) === newest ? newest : newest + 1;
  const isBroken = template.spec.containers.some(({ image }) => image.includes('broken'));

  const annotations = { ...deployment.metadata.annotations, [revisionAnnotation]: String(revision) };
  const labels = { ...template.metadata?.labels, [hashLabel]: hash };
  const owner = { uid: deployment.metadata.uid, kind: 'Deployment', name, controller: true };
  cluster.put('replicasets', `${name}-${hash}`, {
    metadata: { labels, annotations, ownerReferences: [owner] },
    spec: { replicas: 1, template: { ...template, metadata: { ...template.metadata, labels } } },
    status: { replicas: 1, readyReplicas: isBroken ? 0 : 1 },
  });
  putPod(cluster, `${name}-${hash}-0`, template, labels);
  if (!isBroken) for (const old of sets.filter(({ metadata }) => metadata.name !== `${name}-${hash}`)) scaleDown(cluster, old);

  const { generation } = deployment.metadata;
  const condition = isBroken
    ? { type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded' }
    : { type: 'Progressing', status: 'True', reason: 'NewReplicaSetAvailable' };
  const ready = isBroken ? 0 : 1;
  const status = {
    observedGeneration: generation,
    replicas: 1,
    updatedReplicas: 1,
    readyReplicas: ready,
    availableReplicas: ready,
    conditions: [condition],
  };
  cluster.put('deployments', name, { ...deployment, metadata: { ...deployment.metadata, annotations }, status });
}

function putPod(cluster: Cluster, name: string, template: PodTemplate, labels: Readonly<Record<string, string>>): void {
  if (cluster.list('pods').some(({ metadata }) => metadata.name === name)) return;
  const containerStatuses = template.spec.containers.map((container) => ({ name: container.name, restartCount: 0, lastState: {} }));
  cluster.put('pods', name, {
    metadata: { ...template.metadata, labels },
    spec: template.spec,
    status: { phase: 'Running', containerStatuses },
  });
}

function scaleDown(cluster: Cluster, set: KubeObject): void {
  cluster.put('replicasets', set.metadata.name, { ...set, status: { replicas: 0, readyReplicas: 0 } });
  const pod = `${set.metadata.name}-0`;
  if (cluster.list('pods').some(({ metadata }) => metadata.name === pod)) cluster.remove('pods', pod);
}

/** As wanted, whoever has written it: an undo brings the label of the replica set along in some versions. */
function templateOf({ spec }: KubeObject): PodTemplate {
  const { metadata, ...rest } = (spec as { readonly template: PodTemplate }).template;
  const { [hashLabel]: _hash, ...labels } = metadata?.labels ?? {};
  return { metadata: { annotations: metadata?.annotations ?? {}, labels }, ...rest };
}

function revisionOf({ metadata }: KubeObject): number {
  return Number(metadata.annotations?.[revisionAnnotation]);
}

/** A container of the pods of a deployment exits, and is started again. */
export function exitOnce(cluster: Cluster, deployment: string): void {
  for (const pod of cluster.list('pods').filter(({ metadata }) => metadata.name.startsWith(`${deployment}-`))) {
    const { containerStatuses, ...status } = pod.status as Fields & {
      readonly containerStatuses: ReadonlyArray<Fields & { readonly restartCount: number }>;
    };
    const lastState = { terminated: { exitCode: 7, finishedAt: new Date().toISOString() } };
    const exited = containerStatuses.map((one) => ({ ...one, restartCount: one.restartCount + 1, lastState }));
    cluster.put('pods', pod.metadata.name, { ...pod, status: { ...status, containerStatuses: exited } });
  }
}
