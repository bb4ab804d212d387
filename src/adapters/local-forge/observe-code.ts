import { stampOfChecks } from './checks.ts';
import { readRepository, unlessBroken } from './folder.ts';
import { findItem } from './items.ts';
import { note, seeChecks, seeHead, seeItem } from './journal.ts';
import type { Look } from './observe.ts';
import { codeOf, standing } from './pulls.ts';

/** Notes what has become of pull requests that are watched, their checks, and the branches they are for. */
export async function observeCode(look: Look, watched: readonly number[]): Promise<void> {
  const { repository } = look;
  const { defaultBranch } = await readRepository(repository);
  const bases = new Set([defaultBranch]);
  for (const number of watched) {
    const base = await unlessBroken(repository.forge, () => observePull(look, number));
    if (base !== undefined) bases.add(base);
  }
  for (const branch of bases) await observeBranch(look, branch);
}

/** @returns the branch that it is for. */
async function observePull(look: Look, number: number): Promise<string | undefined> {
  const { repository, journal } = look;
  const now = repository.forge.clock.now();
  const item = await findItem(repository, 'pull', number);
  const seen = journal.items[number];
  if (item === undefined || seen === undefined) return undefined;
  const { state, head } = await standing(repository, item);
  const { head: branch, base } = item.front;
  if (state === 'merged' && seen.state === 'open') {
    note(journal, now, { kind: 'pull-request', action: 'merged', number, branch, commit: head ?? '' });
    seeItem(journal, number, { ...seen, state });
  }
  if (head === undefined) return base;
  const before = journal.heads[branch];
  if (before !== undefined && before !== head && state === 'open')
    note(journal, now, { kind: 'pull-request', action: 'changed', number, branch, commit: head });
  seeHead(journal, branch, head);
  const stamp = await stampOfChecks(repository, head);
  if (stamp !== undefined && journal.checks[head] !== stamp) {
    note(journal, now, { kind: 'checks', commit: head });
    seeChecks(journal, head, stamp);
  }
  return base;
}

async function observeBranch({ repository, journal }: Look, branch: string): Promise<void> {
  const head = await codeOf(repository).head(branch);
  const before = journal.heads[branch];
  if (head === before) return;
  if (before !== undefined)
    note(journal, repository.forge.clock.now(), { kind: 'push', branch, ...(head === undefined ? {} : { to: head }) });
  seeHead(journal, branch, head);
}
