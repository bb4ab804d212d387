import type { CommitId } from '../../domain/ids.ts';
import { isAtLeast } from '../../domain/forge.ts';
import type { Forge, Merged } from '../../ports/forge.ts';
import { readChecks } from './checks.ts';
import { readComments } from './comments.ts';
import type { RepositoryFolder } from './folder.ts';
import { readRepository } from './folder.ts';
import { changeItem, findItem } from './items.ts';
import type { PullItem } from './items.ts';
import { readPeople } from './people.ts';
import { codeOf, standingPull } from './pulls.ts';
import type { StandingPull } from './pulls.ts';
import type { RepositoryFile } from './shapes.ts';

type Request = Parameters<Forge['merge']>[1];

/** How often the base may move under our hands before it is given up. */
const tries = 5;

/** As `Forge.merge` says. Only under the lock of the repository. */
export async function mergePull(repository: RepositoryFolder, number: number, request: Request): Promise<Merged> {
  const pull = await standingPull(repository, number);
  if (pull.state === 'merged') return await noted(repository, pull);
  const refusal = await whyNot(repository, pull, request);
  if (refusal !== undefined) return { kind: 'refused', ...refusal };
  const { item, head } = pull;
  if (head === undefined) throw new Error('A pull request without a head was let through.');
  for (let attempt = 0; attempt < tries; attempt += 1) {
    const merged = await tryOnce(repository, { item, head }, request);
    if (merged !== undefined) return merged;
  }
  return { kind: 'refused', why: 'moved', reason: `${item.front.base} is pushed to again and again while it is merged.` };
}

/** @returns undefined where the base has moved meanwhile. */
async function tryOnce(
  repository: RepositoryFolder,
  { item, head }: { readonly item: PullItem; readonly head: CommitId },
  { method, title, message }: Request,
): Promise<Merged | undefined> {
  const code = codeOf(repository);
  const at = repository.forge.clock.now();
  const base = await code.head(item.front.base);
  if (base === undefined) return { kind: 'refused', why: 'rule', reason: `There is no branch ${item.front.base}.` };
  const words = `${title}\n\n${message}`.replaceAll('\0', '').trim();
  const made = await code.merge({ base, head, method, message: words, at });
  if (made.kind === 'conflict') return { kind: 'refused', why: 'conflict', reason: inConflict(item, made.paths) };
  // Written down first: whoever comes after a death between the two sees by it that the base has the merge.
  await changeItem(repository, item, { front: { merge: made.commit, commit: head } });
  if (!(await code.moveBranch(item.front.base, made.commit, base))) return undefined;
  const now = await findItem(repository, 'pull', item.number);
  if (now !== undefined) await changeItem(repository, now, { front: { state: 'merged', draft: 'false' } });
  return { kind: 'merged', commit: made.commit };
}

async function noted(repository: RepositoryFolder, { item, head, base, mergeCommit }: StandingPull): Promise<Merged> {
  const commit = mergeCommit ?? head ?? base;
  if (commit === undefined) return { kind: 'refused', why: 'rule', reason: 'It is called merged, and its branches are gone.' };
  if (item.front.state === 'open') await changeItem(repository, item, { front: { state: 'merged', merge: commit } });
  return { kind: 'merged', commit };
}

async function whyNot(
  repository: RepositoryFolder,
  { item, state, head, base }: StandingPull,
  { commit, method }: Request,
): Promise<{ readonly why: 'moved' | 'draft' | 'rule'; readonly reason: string } | undefined> {
  if (state === 'closed') return { why: 'rule', reason: 'The pull request is closed.' };
  if (item.front.draft) return { why: 'draft', reason: 'It is a draft.' };
  if (head !== commit || base === undefined) return { why: 'moved', reason: `Its head is at ${head?.slice(0, 8) ?? 'nothing'}.` };
  const rules = await readRepository(repository);
  if (!rules.mergeMethods.includes(method))
    return { why: 'rule', reason: `The repository allows ${rules.mergeMethods.join(', ')}, and not ${method}.` };
  const unmet = await unmetRule(repository, { item, head }, rules);
  return unmet === undefined ? undefined : { why: 'rule', reason: unmet };
}

async function unmetRule(
  repository: RepositoryFolder,
  { item, head }: { readonly item: PullItem; readonly head: CommitId },
  { protected: rules }: RepositoryFile,
): Promise<string | undefined> {
  for (const rule of rules.filter(({ branch }) => branch === item.front.base)) {
    const checks = new Map((await readChecks(repository, head)).map(({ name, state }) => [name, state]));
    const missing = rule.checks.filter((name) => !['passed', 'skipped'].includes(checks.get(name) ?? ''));
    if (missing.length > 0) return `Checks that ${rule.branch} asks for have not passed: ${missing.join(', ')}.`;
    if (rule.approvals === 0) continue;
    const { approvals, objections } = await reviewsOf(repository, item);
    if (objections.length > 0) return `Changes were asked for by ${objections.join(', ')}.`;
    if (approvals < rule.approvals) return `${rule.branch} asks for ${rule.approvals} approvals; there are ${approvals}.`;
  }
  return undefined;
}

/** What those who may write have said last, the author left out. */
async function reviewsOf(
  repository: RepositoryFolder,
  item: PullItem,
): Promise<{ readonly approvals: number; readonly objections: readonly string[] }> {
  const people = await readPeople(repository);
  const last = new Map<string, { readonly login: string; readonly approves: boolean }>();
  for (const { author, review } of await readComments(repository, people, { kind: 'pull', number: item.number })) {
    if (review === undefined || review === 'commented' || author.isBot || author.login === item.front.author) continue;
    if (isAtLeast(people.permissionOf(author.id), 'write')) last.set(author.id, { login: author.login, approves: review === 'approved' });
  }
  const all = [...last.values()];
  return {
    approvals: all.filter(({ approves }) => approves).length,
    objections: all.filter(({ approves }) => !approves).map(({ login }) => login),
  };
}

function inConflict({ front }: PullItem, paths: readonly string[]): string {
  if (paths.length === 0) return `${front.head} and ${front.base} have no commit in common.`;
  const more = paths.length > 10 ? ` and ${paths.length - 10} more` : '';
  return `${front.head} conflicts with ${front.base} in ${paths.slice(0, 10).join(', ')}${more}.`;
}
