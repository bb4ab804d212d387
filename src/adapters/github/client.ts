import { createAppAuth } from '@octokit/auth-app';
import { Octokit } from '@octokit/core';
import { paginateRest } from '@octokit/plugin-paginate-rest';
import { restEndpointMethods } from '@octokit/plugin-rest-endpoint-methods';
import type { GithubIdentity } from './settings.ts';

const GithubOctokit = Octokit.plugin(restEndpointMethods, paginateRest);

/** Octokit with what we use of it: typed endpoints, lists over their pages, GraphQL. */
export type Client = InstanceType<typeof GithubOctokit>;

export interface ClientRequest {
  readonly api: string;
  readonly identity: GithubIdentity;
  /** Of an App: the installation that is acted for; without it the App speaks for itself, by its JWT. */
  readonly installationId?: number;
  readonly userAgent: string;
  readonly fetch: typeof fetch;
}

const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/** Tokens of installations are asked for when they are needed, kept for as long as they hold and renewed by the library. */
export function createClient({ api, identity, installationId, userAgent, fetch }: ClientRequest): Client {
  return new GithubOctokit({
    baseUrl: api.replace(/\/$/, ''),
    userAgent,
    log: silent,
    request: { fetch, log: silent },
    ...(identity.kind === 'token'
      ? { auth: identity.token }
      : {
          authStrategy: createAppAuth,
          auth: {
            appId: identity.appId,
            privateKey: identity.privateKey,
            ...(installationId === undefined ? {} : { installationId }),
          },
        }),
  });
}
