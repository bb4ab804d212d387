import type { Client } from './client.ts';
import { createClient } from './client.ts';
import { githubFetch } from './fetch.ts';
import type { Guard } from './guard.ts';
import { createGuard } from './guard.ts';
import { isStatus, refusalOf, refused } from './refusal.ts';
import { ownerAndRepo, refuseOthers } from './place.ts';
import type { GithubSettings } from './settings.ts';

/** As whom a repository is spoken with. */
export interface Access {
  readonly client: Client;
  readonly guard: Guard;
  /** What opens its code, with git as with the API; of an App a token that holds for an hour at most. */
  token(): Promise<string>;
}

export interface Accesses {
  /** @param repository `owner/name`. @throws Failure for one that is not ours, or where an App is not installed at its owner's. */
  of(repository: string): Promise<Access>;
  /** The account itself: what belongs to no repository. Of an App: by its JWT. */
  readonly own: Access;
  /** Of an App: every installation there is; undefined with a personal token. */
  readonly installations: (() => Promise<readonly Access[]>) | undefined;
}

const defaultTimeoutMs = 30_000;
/** How long it is believed that an owner's installation is still the same. */
const installationMs = 600_000;

/** A client for the token, or one for each installation of the App, by owner. */
export function createAccesses(settings: GithubSettings): Accesses {
  const { api, identity, clock, repositories } = settings;
  const fetch = githubFetch({ timeoutMs: settings.timeoutMs ?? defaultTimeoutMs });
  const userAgent = `miyabi/${settings.version}`;
  const own = { client: createClient({ api, identity, userAgent, fetch }), guard: createGuard(clock) };
  if (identity.kind === 'token') {
    const access: Access = { ...own, token: async () => await Promise.resolve(identity.token) };
    const of = async (repository: string): Promise<Access> => {
      ownerAndRepo(repository);
      refuseOthers(repositories, repository);
      return await Promise.resolve(access);
    };
    return { of, own: access, installations: undefined };
  }
  const byId = new Map<number, Access>();
  const open = (installationId: number): Access => {
    const known = byId.get(installationId);
    if (known !== undefined) return known;
    const client = createClient({ api, identity, installationId, userAgent, fetch });
    const guard = createGuard(clock);
    const token = async (): Promise<string> =>
      await guard('give us a token for its code', async () => {
        const { token: given } = (await client.auth({ type: 'installation', installationId })) as { readonly token: string };
        return given;
      });
    const access = { client, guard, token };
    byId.set(installationId, access);
    return access;
  };
  const byOwner = new Map<string, { readonly access: Access; readonly until: number }>();
  return {
    own: { ...own, token: async () => await Promise.reject(new Error('an App has no token of its own for code')) },
    async of(repository) {
      const { owner, repo } = ownerAndRepo(repository);
      refuseOthers(repositories, repository);
      const known = byOwner.get(owner.toLowerCase());
      if (known !== undefined && known.until > clock.monotonic()) return known.access;
      const id = await own.guard('tell where the App is installed', async () => await installationOf(own.client, owner, repo));
      const access = open(id);
      byOwner.set(owner.toLowerCase(), { access, until: clock.monotonic() + installationMs });
      return access;
    },
    installations: async () =>
      await own.guard('tell where the App is installed', async () => {
        const all = await own.client.paginate(own.client.rest.apps.listInstallations, { per_page: 100 });
        return all.filter(({ suspended_at: suspended }) => suspended === null).map(({ id }) => open(id));
      }),
  };
}

async function installationOf(client: Client, owner: string, repo: string): Promise<number> {
  try {
    return (await client.rest.apps.getRepoInstallation({ owner, repo })).data.id;
  } catch (error) {
    const refusal = refusalOf(error);
    if (refusal === undefined || !isStatus(error, 404)) throw error;
    throw refused(
      `The GitHub App is not installed for ${owner}/${repo}.`,
      refusal,
      'Install it there: on the page of the App, "Install App".',
    );
  }
}
