import { createHash } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import type { ChangeOfTarget, DeployableRelease, Deployer } from '../../../ports/deployer.ts';
import { Conflict, fieldManager } from './kubectl.ts';
import type { Kubectl } from './kubectl.ts';
import type { PodTemplate } from './manifests.ts';

type Hook = Parameters<Deployer['hook']>[1];
type HookEnd = Awaited<ReturnType<Deployer['hook']>>;

const jobSchema = z.object({
  status: z
    .object({ conditions: z.array(z.object({ type: z.string(), status: z.string(), reason: z.string().default('') })).default([]) })
    .prefault({}),
});
const podsSchema = z.object({
  items: z.array(
    z.object({
      status: z.object({
        containerStatuses: z
          .array(z.object({ state: z.object({ terminated: z.object({ exitCode: z.int() }).optional() }).prefault({}) }))
          .default([]),
      }),
    }),
  ),
});

/** What a container has in order to serve, or to be the program that it is. */
const ofServing: ReadonlySet<string> = new Set([
  'livenessProbe',
  'readinessProbe',
  'startupProbe',
  'lifecycle',
  'ports',
  'command',
  'args',
]);
/** Between two looks at a job, in ms. */
const lookMs = 1_000;
/** That a cluster may take to begin with a job, and to tell of its end, in ms. */
const longestDelayMs = 300_000;
/** As of `timeout`, for what was ended because it took too long. */
const tookTooLong = 124;

/**
 * Runs a command as a Job: in a pod like those of the deployment, with the image, variables, volumes and account of its first container, but for probes and
 * labels. A key has one job, which is never tried again by the cluster and stays for a day.
 */
export async function runHookJob(
  { kubectl, deployment, template }: { readonly kubectl: Kubectl; readonly deployment: string; readonly template: PodTemplate },
  release: DeployableRelease,
  hook: Hook,
  change: ChangeOfTarget,
): Promise<HookEnd> {
  const name = `${deployment.slice(0, 40)}-hook-${createHash('sha256').update(hook.key).digest('hex').slice(0, 12)}`;
  const job = jobOf(name, deployment, template, release, hook);
  try {
    await kubectl.perform(['create', `--field-manager=${fieldManager}`, '--filename=-'], change, { stdin: JSON.stringify(job) });
  } catch (error) {
    // Somebody has begun it under the same key, and it is theirs that counts.
    if (!(error instanceof Conflict)) throw error;
  }
  const failed = await ended(kubectl, name, AbortSignal.any([change.signal, AbortSignal.timeout(hook.timeoutMs + longestDelayMs)]));
  // A pod that has exceeded its time is removed, and its log with it.
  const { stdout: tail } = await kubectl.ask(['logs', `job.batch/${name}`, '--tail=100'], change.signal);
  for (const line of tail.split('\n').filter((each) => each !== '')) change.onLine(line);
  if (failed === 'DeadlineExceeded')
    return { code: tookTooLong, tail: `${tail.slice(-10_000)}It was ended after ${hook.timeoutMs / 1_000} s.\n` };
  return { code: failed === undefined ? 0 : await exitCode(kubectl, name, change.signal), tail: tail.slice(-10_000) };
}

/** @returns why it failed; undefined when it did not. */
async function ended(kubectl: Kubectl, name: string, signal: AbortSignal): Promise<string | undefined> {
  for (;;) {
    const { status } = jobSchema.parse(await kubectl.read(['get', 'jobs.batch', name], signal));
    const condition = status.conditions.find(({ type, status: is }) => is === 'True' && (type === 'Complete' || type === 'Failed'));
    if (condition !== undefined) return condition.type === 'Failed' ? condition.reason : undefined;
    await wait(lookMs, undefined, { signal });
  }
}

async function exitCode(kubectl: Kubectl, name: string, signal: AbortSignal): Promise<number> {
  const { items } = podsSchema.parse(await kubectl.read(['get', 'pods', `--selector=job-name=${name}`], signal));
  const codes = items.flatMap(({ status }) => status.containerStatuses.flatMap(({ state }) => state.terminated?.exitCode ?? []));
  return codes.find((code) => code !== 0) ?? 1;
}

function jobOf(name: string, deployment: string, template: PodTemplate, { number, commit }: DeployableRelease, hook: Hook): unknown {
  const kept = Object.entries(template.spec.containers[0] ?? {}).filter(([field]) => !ofServing.has(field));
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name,
      labels: { 'miyabi.dev/hook-of': deployment },
      annotations: { 'miyabi.dev/release': String(number), 'miyabi.dev/commit': commit },
    },
    spec: {
      backoffLimit: 0,
      activeDeadlineSeconds: Math.ceil(hook.timeoutMs / 1_000),
      ttlSecondsAfterFinished: 86_400,
      // Without the labels of the deployment: no service sends it requests.
      template: {
        metadata: { labels: { 'miyabi.dev/hook-of': deployment } },
        spec: {
          ...template.spec,
          restartPolicy: 'Never',
          containers: [{ ...Object.fromEntries(kept), command: ['/bin/sh', '-c', hook.command] }],
        },
      },
    },
  };
}
