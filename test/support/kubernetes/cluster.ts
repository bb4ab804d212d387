import { randomUUID } from 'node:crypto';
import { runDeployment } from './run-deployment.ts';
import { runJob } from './run-job.ts';
import { Refusal, merged, patched, resources } from './objects.ts';
import type { Fields, KubeObject, Metadata, Resource } from './objects.ts';

export type Patch = 'apply' | 'merge' | 'json';
export type Selector = Readonly<Record<string, string>>;

/** The objects of one namespace, and the controllers that act on them. */
export interface Cluster {
  get(resource: Resource, name: string): KubeObject;
  list(resource: Resource, selector?: Selector): readonly KubeObject[];
  create(resource: Resource, object: Fields): KubeObject;
  /** `apply` makes what is not there. */
  patch(resource: Resource, name: string, kind: Patch, patch: unknown): KubeObject;
  /** By a controller: no generation, no controller. */
  put(resource: Resource, name: string, fields: Fields): KubeObject;
  remove(resource: Resource, name: string): void;
  /** Called once, before the next patch of the resource: somebody else is faster. */
  interfere(resource: Resource, how: () => void): void;
}

export function createCluster(namespace: string): Cluster {
  const all = new Map<string, KubeObject>();
  const interferences = new Map<Resource, () => void>();
  let version = 0;
  const key = (resource: Resource, name: string): string => `${resource}/${name}`;

  const write = (resource: Resource, name: string, object: Fields, old: KubeObject | undefined): KubeObject => {
    version += 1;
    const given = object['metadata'] as Metadata;
    const isChanged = JSON.stringify(object['spec']) !== JSON.stringify(old?.spec);
    const metadata: Metadata = {
      ...given,
      name,
      namespace,
      uid: old?.metadata.uid ?? randomUUID(),
      creationTimestamp: old?.metadata.creationTimestamp ?? new Date().toISOString(),
      generation: (old?.metadata.generation ?? 0) + (isChanged ? 1 : 0),
      resourceVersion: String(version),
    };
    const written = { ...resources[resource], ...object, metadata } as KubeObject;
    all.set(key(resource, name), written);
    return written;
  };
  const control = (resource: Resource, name: string): KubeObject => {
    if (resource === 'deployments') runDeployment(cluster, name);
    if (resource === 'jobs') runJob(cluster, name);
    return cluster.get(resource, name);
  };

  const cluster: Cluster = {
    get(resource, name) {
      const found = all.get(key(resource, name));
      if (found === undefined) throw new Refusal(404, 'NotFound', `${resource} "${name}" not found`);
      return found;
    },
    list: (resource, selector = {}) =>
      [...all.entries()]
        .filter(
          ([at, { metadata }]) =>
            at.startsWith(`${resource}/`) && Object.entries(selector).every(([label, value]) => metadata.labels?.[label] === value),
        )
        .map(([, object]) => object),
    create(resource, object) {
      const { name } = object['metadata'] as Metadata;
      if (all.has(key(resource, name))) throw new Refusal(409, 'AlreadyExists', `${resource} "${name}" already exists`);
      write(resource, name, object, undefined);
      return control(resource, name);
    },
    patch(resource, name, kind, patch) {
      const interference = interferences.get(resource);
      interferences.delete(resource);
      interference?.();
      const old = all.get(key(resource, name));
      if (old === undefined && kind !== 'apply') throw new Refusal(404, 'NotFound', `${resource} "${name}" not found`);
      const wanted = kind === 'json' ? undefined : (patch as { readonly metadata?: Partial<Metadata> }).metadata?.resourceVersion;
      if (wanted !== undefined && wanted !== old?.metadata.resourceVersion)
        throw new Refusal(
          409,
          'Conflict',
          `Operation cannot be fulfilled on ${resource} "${name}": the object has been modified; please apply your changes to the latest version and try again`,
        );
      const next = kind === 'json' ? patched(old, patch as never) : merged(old, patch);
      write(resource, name, next as Fields, old);
      return control(resource, name);
    },
    put: (resource, name, fields) => write(resource, name, fields, all.get(key(resource, name))),
    remove(resource, name) {
      cluster.get(resource, name);
      all.delete(key(resource, name));
    },
    interfere: (resource, how) => void interferences.set(resource, how),
  };
  return cluster;
}
