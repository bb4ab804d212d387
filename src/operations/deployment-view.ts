import type { DeploymentView, ReleaseView } from '../domain/api/deployments.ts';
import type { Deployment, Release } from '../domain/deployment.ts';
import { releaseName } from '../domain/deployment.ts';
import type { CommitId } from '../domain/ids.ts';
import { displayId } from '../domain/ids.ts';

/** A deployment for programs. @param commit of its release; undefined where that is not known any more. */
export function deploymentView(deployment: Deployment, commit: CommitId | undefined): DeploymentView {
  const { id, environment, release, previous, jobId, state, verdict, baseline, leaves, startedAt, servedAt, endedAt } = deployment;
  return {
    id,
    environment,
    release: named(release),
    commit: commit ?? null,
    previous: previous === undefined ? null : named(previous),
    run: displayId('run', jobId),
    state,
    verdict: verdict === undefined ? null : { ...verdict, evidence: [...verdict.evidence] },
    baseline:
      baseline === undefined
        ? null
        : { requests: baseline.requests, errors: baseline.errors, p95Ms: baseline.p95Ms ?? null, source: baseline.source },
    leaves: leaves === undefined ? null : named(leaves),
    startedAt,
    servedAt: servedAt ?? null,
    endedAt: endedAt ?? null,
  };
}

/** What is known of a release beside itself. */
export interface AboutRelease {
  readonly title: string | undefined;
  readonly serves: readonly string[];
  /** Of this release, newest first. */
  readonly deployments: readonly Deployment[];
}

/** A release for programs, with its last deployment to each environment. */
export function releaseView(release: Release, { title, serves, deployments }: AboutRelease): ReleaseView {
  const { commit, createdAt, built, blocked } = release;
  const last = deployments.filter(({ environment }, at) => deployments.findIndex((other) => other.environment === environment) === at);
  return {
    release: releaseName(release),
    commit,
    title: title ?? null,
    createdAt,
    built: built === undefined ? null : { at: built.at, digest: built.digest },
    blocked: blocked ?? null,
    serves: [...serves],
    deployments: last.map((deployment) => deploymentView(deployment, commit)),
  };
}

function named(number: number): string {
  return releaseName({ number });
}
