import type { Answer } from '../../api/operations.ts';

export type ReleaseRow = Answer<'listReleases'>['items'][number];
export type DeploymentRow = ReleaseRow['deployments'][number];

/** A repository that is deployed, with its environments in their order. */
export interface Project {
  readonly repository: string;
  readonly environments: readonly string[];
}

/** @param projects the value of the setting `deploy.projects`. */
export function configuredProjects(projects: unknown): readonly Project[] {
  if (!Array.isArray(projects)) return [];
  return projects.flatMap((each: unknown) => {
    if (!isData(each) || typeof each['repository'] !== 'string') return [];
    const environments = Array.isArray(each['environments']) ? each['environments'].flatMap(nameOf) : [];
    return [{ repository: each['repository'], environments }];
  });
}

function nameOf(environment: unknown): readonly string[] {
  return isData(environment) && typeof environment['name'] === 'string' ? [environment['name']] : [];
}

function isData(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

/** What serves in an environment, and the newest deployment to it. */
export interface Serving {
  readonly release: ReleaseRow | undefined;
  readonly latest: DeploymentRow | undefined;
}

/** @param releases of one repository. */
export function servingIn(environment: string, releases: readonly ReleaseRow[]): Serving {
  const deployments = releases.flatMap((release) => release.deployments.filter((each) => each.environment === environment));
  return {
    release: releases.find(({ serves }) => serves.includes(environment)),
    latest: deployments.toSorted((one, other) => other.startedAt - one.startedAt)[0],
  };
}

/** Whether something is on its way. */
export function isUnderWay({ endedAt }: DeploymentRow): boolean {
  return endedAt === null;
}

/** The last part of an address or a path. */
export function shortRepository(repository: string): string {
  return repository.replace(/\/+$/, '').split('/').slice(-2).join('/');
}
