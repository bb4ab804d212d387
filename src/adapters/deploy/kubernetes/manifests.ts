import { parseAllDocuments } from 'yaml';
import type { Document } from 'yaml';
import { z } from 'zod';
import { DeployRefused } from '../../../ports/deployer.ts';

/** What a release is filled in with. */
export interface FilledIn {
  readonly image: string;
  readonly commit: string;
  readonly release: string;
  /** The name of the Secret that holds the environment of the release. */
  readonly environment: string;
}

const metadata = z.looseObject({
  name: z.string().min(1),
  namespace: z.string().optional(),
  annotations: z.record(z.string(), z.string()).nullish(),
});
const manifest = z.looseObject({ apiVersion: z.string().min(1), kind: z.string().min(1), metadata });
export type Manifest = z.infer<typeof manifest>;

const podTemplate = z.looseObject({
  metadata: z.looseObject({ annotations: z.record(z.string(), z.string()).nullish() }).nullish(),
  spec: z.looseObject({ containers: z.array(z.looseObject({ name: z.string() })).min(1) }),
});
const deploymentSpec = z.looseObject({ template: podTemplate });
export type PodTemplate = z.infer<typeof podTemplate>;

/** More than anybody writes by hand. */
const mostObjects = 500;

/** Fills in `<image>`, `<commit>`, `<release>` and `<environment>`. */
export function fillIn(text: string, values: FilledIn): string {
  return text.replaceAll(/<(image|commit|release|environment)>/g, (_whole, name: keyof FilledIn) => values[name]);
}

/**
 * Reads the objects of a text of YAML or JSON; lists are taken apart.
 *
 * @throws DeployRefused for what is none, for one of another namespace, and when the deployment is not among them.
 */
export function readManifests(
  text: string,
  { namespace, deployment }: { readonly namespace: string; readonly deployment: string },
): readonly Manifest[] {
  const objects = parseAllDocuments(text).flatMap(valuesOf);
  if (objects.length > mostObjects)
    throw new DeployRefused(`The manifests hold ${objects.length} objects; at most ${mostObjects} are taken.`);
  const read = objects.map((object) => {
    const { success, data, error } = manifest.safeParse(object);
    if (!success)
      throw new DeployRefused(
        `The manifests hold something that is no object of Kubernetes: ${z.prettifyError(error).replaceAll('\n', ' ')}`,
      );
    const { kind, metadata: its } = data;
    if (its.namespace !== undefined && its.namespace !== namespace)
      throw new DeployRefused(`${kind} ${its.name} belongs to the namespace ${its.namespace}; the target is ${namespace}.`);
    return data;
  });
  templateOf(read, deployment);
  return read;
}

function valuesOf(document: Document.Parsed): readonly unknown[] {
  try {
    const [error] = document.errors;
    if (error !== undefined) throw error;
    const value = document.toJS({ maxAliasCount: 100 }) as unknown;
    return value === null || value === undefined ? [] : apart(value);
  } catch (error) {
    // Of the reader, for what is no YAML, or grows beyond measure when it is read.
    throw new DeployRefused(
      `The manifests cannot be read: ${(error instanceof Error ? error.message : String(error)).split('\n')[0] ?? ''}`,
      { cause: error },
    );
  }
}

function apart(value: unknown): readonly unknown[] {
  const { success, data } = z.object({ kind: z.literal('List'), items: z.array(z.unknown()) }).safeParse(value);
  return success ? data.items : [value];
}

function isDeployment(name: string): (object: Manifest) => boolean {
  return ({ apiVersion, kind, metadata: its }) => apiVersion === 'apps/v1' && kind === 'Deployment' && its.name === name;
}

/** The pods of the deployment. @throws DeployRefused when there is no such deployment, or it has no pods to speak of. */
export function templateOf(manifests: readonly Manifest[], deployment: string): PodTemplate {
  const found = manifests.find(isDeployment(deployment));
  if (found === undefined) throw new DeployRefused(`The manifests hold no Deployment (apps/v1) named ${deployment}.`);
  const { success, data, error } = deploymentSpec.safeParse(found['spec']);
  if (!success) throw new DeployRefused(`The Deployment ${deployment} has no pods: ${z.prettifyError(error).replaceAll('\n', ' ')}`);
  return data.template;
}

export const annotations = { release: 'miyabi.dev/release', commit: 'miyabi.dev/commit', fence: 'miyabi.dev/fence' } as const;

export interface Stamp {
  readonly release: number;
  readonly commit: string;
  readonly fence: number;
  /** Of the deployment when it was looked at; undefined when it was not there. */
  readonly resourceVersion: string | undefined;
}

/**
 * Writes on the objects whose they are. The pods of the deployment bear release and commit, so that each of its revisions tells which release it is; the
 * deployment itself has the fence too, and is taken only as it was looked at.
 */
export function stampManifests(
  manifests: readonly Manifest[],
  deployment: string,
  { release, commit, fence, resourceVersion }: Stamp,
): readonly Manifest[] {
  const which = { [annotations.release]: String(release), [annotations.commit]: commit };
  const template = templateOf(manifests, deployment);
  return manifests.map((object) => {
    const { metadata: its } = object;
    const stamped = { ...object, metadata: { ...its, annotations: { ...its.annotations, ...which } } };
    if (!isDeployment(deployment)(object)) return stamped;
    const pods = { ...template, metadata: { ...template.metadata, annotations: { ...template.metadata?.annotations, ...which } } };
    const own = { ...stamped.metadata.annotations, [annotations.fence]: String(fence) };
    return {
      ...stamped,
      metadata: { ...stamped.metadata, annotations: own, ...(resourceVersion === undefined ? {} : { resourceVersion }) },
      spec: { ...(object['spec'] as Readonly<Record<string, unknown>>), template: pods },
    };
  });
}
