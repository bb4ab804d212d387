import type { ForgeCheck } from '../../domain/forge.ts';
import type { Access } from './access.ts';
import { ownerAndRepo } from './place.ts';

/** Names a check at GitHub: Actions and Apps make check runs, older services make statuses of a commit. */
export type CheckId = { readonly kind: 'run' | 'status'; readonly id: string };

export function readCheckId(id: string): CheckId | undefined {
  const found = /^(run|status):(\d{1,20})$/.exec(id);
  return found === null ? undefined : { kind: found[1] === 'run' ? 'run' : 'status', id: found[2] ?? '' };
}

const mostPages = 10;
const shownWords = 100;

interface Dated extends ForgeCheck {
  /** Epoch ms. */
  readonly at: number;
}

/** Check runs and statuses together, the newest of each name. */
export async function listChecks({ client, guard }: Access, repository: string, commit: string): Promise<readonly ForgeCheck[]> {
  const at = { ...ownerAndRepo(repository), ref: commit, per_page: 100 };
  const all = await guard(`list the checks of ${repository}`, async () => {
    const found: Dated[] = [];
    let pages = 0;
    for await (const { data } of client.paginate.iterator(client.rest.checks.listForRef, { ...at, filter: 'latest' } as const)) {
      found.push(...data.map(checkOfRun));
      pages += 1;
      if (pages === mostPages) break;
    }
    const { data } = await client.rest.repos.getCombinedStatusForRef(at);
    return [...found, ...data.statuses.map(checkOfStatus)];
  });
  const newest = new Map<string, Dated>();
  for (const check of all) {
    const other = newest.get(check.name);
    if (other === undefined || other.at <= check.at) newest.set(check.name, check);
  }
  return [...newest.values()].map(({ at: _at, ...check }) => check);
}

interface CheckRun {
  readonly id: number | bigint;
  readonly name: string;
  readonly status: string;
  readonly conclusion: string | null;
  readonly html_url: string | null;
  readonly started_at: string | null;
}

function checkOfRun({ id, name, status, conclusion, html_url: url, started_at: started }: CheckRun): Dated {
  const end = status === 'completed' ? (conclusion ?? 'unknown') : status;
  return {
    id: `run:${id}`,
    name,
    state: status === 'completed' ? stateOf(end) : 'pending',
    conclusion: end.slice(0, shownWords),
    url: url ?? undefined,
    at: Date.parse(started ?? '') || 0,
  };
}

/** What is neither good nor without meaning is a failure, also whatever GitHub may think of later. */
function stateOf(conclusion: string): ForgeCheck['state'] {
  if (conclusion === 'success') return 'passed';
  return conclusion === 'skipped' || conclusion === 'neutral' ? 'skipped' : 'failed';
}

interface Status {
  readonly id: number | bigint;
  readonly context: string;
  readonly state: string;
  readonly target_url: string | null;
  readonly updated_at: string;
}

function checkOfStatus({ id, context, state, target_url: url, updated_at: updated }: Status): Dated {
  return {
    id: `status:${id}`,
    name: context,
    state: state === 'pending' ? 'pending' : state === 'success' ? 'passed' : 'failed',
    conclusion: state.slice(0, shownWords),
    url: url ?? undefined,
    at: Date.parse(updated) || 0,
  };
}
