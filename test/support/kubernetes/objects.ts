/** An object of Kubernetes, as the API hands it out. */
export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Metadata;
  readonly spec?: Fields;
  readonly status?: Fields;
  readonly [field: string]: unknown;
}

export type Fields = Readonly<Record<string, unknown>>;

export interface Metadata {
  readonly name: string;
  readonly namespace?: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly generation: number;
  readonly creationTimestamp: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly ownerReferences?: ReadonlyArray<{
    readonly uid: string;
    readonly kind: string;
    readonly name: string;
    readonly controller: boolean;
  }>;
}

export interface PodTemplate {
  readonly metadata?: Pick<Metadata, 'labels' | 'annotations'>;
  readonly spec: {
    readonly containers: ReadonlyArray<{ readonly name: string; readonly image: string; readonly command?: readonly string[] }>;
  };
}

/** What an API server says no with. */
export class Refusal extends Error {
  readonly code: number;
  readonly reason: string;

  constructor(code: number, reason: string, message: string) {
    super(message);
    this.code = code;
    this.reason = reason;
  }
}

/** The resources of the scripted cluster: their group, and their kind. */
export const resources = {
  pods: { apiVersion: 'v1', kind: 'Pod' },
  secrets: { apiVersion: 'v1', kind: 'Secret' },
  services: { apiVersion: 'v1', kind: 'Service' },
  configmaps: { apiVersion: 'v1', kind: 'ConfigMap' },
  deployments: { apiVersion: 'apps/v1', kind: 'Deployment' },
  replicasets: { apiVersion: 'apps/v1', kind: 'ReplicaSet' },
  jobs: { apiVersion: 'batch/v1', kind: 'Job' },
} as const;
export type Resource = keyof typeof resources;

export function isResource(name: string): name is Resource {
  return name in resources;
}

/** As of a merge patch; lists are replaced. Good enough for server-side apply by one manager who forces. */
export function merged(old: unknown, patch: unknown): unknown {
  if (!isFields(patch)) return patch;
  const base = isFields(old) ? old : {};
  const entries = Object.entries(patch).map(([name, value]) => [name, value === null ? undefined : merged(base[name], value)] as const);
  return Object.fromEntries(Object.entries({ ...base, ...Object.fromEntries(entries) }).filter(([, value]) => value !== undefined));
}

/** As of RFC 6902, with the operations that kubectl uses. */
export function patched(
  object: unknown,
  operations: ReadonlyArray<{ readonly op: string; readonly path: string; readonly value: unknown }>,
): unknown {
  return operations.reduce((current, { op, path, value }) => {
    if (op !== 'replace' && op !== 'add') throw new Refusal(400, 'BadRequest', `the scripted cluster does not know ${op}`);
    const names = path
      .split('/')
      .slice(1)
      .map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'));
    return placed(current, names, value);
  }, object);
}

function placed(object: unknown, [name, ...rest]: readonly string[], value: unknown): unknown {
  if (name === undefined) return value;
  const base = isFields(object) ? object : {};
  return { ...base, [name]: placed(base[name], rest, value) };
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
