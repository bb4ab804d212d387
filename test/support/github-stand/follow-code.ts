import type { Row } from './emulation.ts';
import type { World } from './world.ts';
import { asOwner, repositoryRow } from './world.ts';

/** Tells the emulation of what was pushed: branches, commits, heads of pull requests, and whether those fit. */
export function followCode(world: World): () => Promise<void> {
  let seen = '';
  return async () => {
    const branches = world.code.branches();
    const now = JSON.stringify([...branches]);
    if (now === seen) return;
    const before = new Map(JSON.parse(seen === '' ? '[]' : seen) as Array<[string, string]>);
    seen = now;
    world.emulation.tables.repos.update(repositoryRow(world).id, { pushed_at: new Date().toISOString() });
    bringCommits(world, branches);
    bringBranches(world, branches);
    await movePullRequests(world, branches);
    for (const name of new Set([...before.keys(), ...branches.keys()])) {
      if (before.size > 0 && before.get(name) !== branches.get(name)) await tellPush(world, name, before.get(name), branches.get(name));
    }
  };
}

function bringCommits(world: World, branches: ReadonlyMap<string, string>): void {
  const { id } = repositoryRow(world);
  const { commits } = world.emulation.tables;
  const known = new Set(commits.findBy('repo_id', id).map((row) => String(row['sha'])));
  const missing = [...branches.values()].filter((sha) => !known.has(sha));
  if (missing.length === 0) return;
  const at = new Date().toISOString();
  for (const { sha, tree, parents, message } of world.code.commits(missing, known)) {
    const person = { name: 'Ada User', email: 'ada@example.org', date: at };
    commits.insert({
      repo_id: id,
      sha,
      node_id: `C_${sha}`,
      message,
      author_name: person.name,
      author_email: person.email,
      author_date: at,
      committer_name: person.name,
      committer_email: person.email,
      committer_date: at,
      tree_sha: tree,
      parent_shas: parents,
      user_id: null,
    });
  }
}

function bringBranches(world: World, branches: ReadonlyMap<string, string>): void {
  const { id } = repositoryRow(world);
  const { tables } = world.emulation;
  const bring = (table: 'branches' | 'refs', nameOf: (row: Row) => string, make: (name: string, sha: string) => object): void => {
    const rows = new Map(tables[table].findBy('repo_id', id).map((row) => [nameOf(row), row]));
    for (const [name, row] of rows) if (!branches.has(name)) tables[table].delete(row.id);
    for (const [name, sha] of branches) {
      const row = rows.get(name);
      if (row === undefined) tables[table].insert({ repo_id: id, ...make(name, sha) });
      else if (row['sha'] !== sha) tables[table].update(row.id, { sha });
    }
  };
  bring(
    'branches',
    (row) => String(row['name']),
    (name, sha) => ({ name, sha, protected: false }),
  );
  bring(
    'refs',
    (row) => String(row['ref']).slice('refs/heads/'.length),
    (name, sha) => ({ ref: `refs/heads/${name}`, sha, node_id: `R_${name}` }),
  );
}

async function movePullRequests(world: World, branches: ReadonlyMap<string, string>): Promise<void> {
  const { id } = repositoryRow(world);
  const { pullRequests } = world.emulation.tables;
  for (const row of pullRequests.findBy('repo_id', id)) {
    if (row['state'] !== 'open' || row['head_repo_id'] !== id) continue;
    const head = branches.get(String(row['head_ref']));
    const base = branches.get(String(row['base_ref']));
    if (base === undefined) continue;
    const moved = head !== undefined && head !== row['head_sha'];
    if (!moved && base === row['base_sha']) continue;
    const at = head ?? String(row['head_sha']);
    pullRequests.update(row.id, { head_sha: at, base_sha: base, ...fit(world, base, at) });
    if (moved) await tellPull(world, Number(row['number']), 'synchronize');
  }
}

/** Whether a head fits on a base, in GitHub's words. */
export function fit(
  { code }: Pick<World, 'code'>,
  base: string,
  head: string,
): { readonly mergeable: boolean; readonly mergeable_state: string } {
  const fits = code.mergeTree(base, head) !== undefined;
  return { mergeable: fits, mergeable_state: fits ? 'clean' : 'dirty' };
}

/** A webhook about a pull request as it is now. */
export async function tellPull(world: World, number: number, action: string): Promise<void> {
  const { owner, name, emulation } = world;
  const answer = await emulation.ask({ method: 'GET', path: `/repos/${owner}/${name}/pulls/${number}`, headers: asOwner });
  const pull = (await answer.json()) as { readonly base: { readonly repo: unknown }; readonly user: unknown };
  await world.dispatch(
    'pull_request',
    action,
    { action, number, pull_request: pull, repository: pull.base.repo, sender: pull.user },
    owner,
    name,
  );
}

async function tellPush(world: World, branch: string, before: string | undefined, after: string | undefined): Promise<void> {
  const { owner, name, emulation } = world;
  const nothing = '0'.repeat(40);
  const repository = (await (await emulation.ask({ method: 'GET', path: `/repos/${owner}/${name}`, headers: asOwner })).json()) as {
    readonly owner: unknown;
  };
  const payload = {
    ref: `refs/heads/${branch}`,
    before: before ?? nothing,
    after: after ?? nothing,
    created: before === undefined,
    deleted: after === undefined,
    forced: false,
    commits: [],
    head_commit: null,
    repository: { ...repository, pushed_at: Math.floor(Date.now() / 1_000) },
    sender: repository.owner,
  };
  await world.dispatch('push', undefined, payload, owner, name);
}
