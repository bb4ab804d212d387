import type { ForgeObjection } from '../domain/forge.ts';
import { isAtLeast } from '../domain/forge.ts';
import { baseOfBranch } from './base-of-branch.ts';
import type { MergePayload } from './forge-task-types.ts';
import { leavingText } from './leaving-text.ts';
import { mendTask } from './mend-round.ts';
import type { MergeLook, MergeOutcome } from './merge-look.ts';
import { askAtMerge, followAgain } from './merge-look.ts';
import { inline } from './words/markdown.ts';
import { objectionInstructions } from './words/objection-instructions.ts';

type Heeded = NonNullable<MergePayload['objections']>;

/**
 * A review that asks for changes keeps the pull request from being merged: what it says is done by one more task, pushed and checked; where it still
 * stands then, or says nothing, a person is asked. Only reviews of people count who may answer for the repository.
 *
 * @returns undefined where nobody objects any more.
 */
export async function heedObjections(look: MergeLook): Promise<MergeOutcome | undefined> {
  const { tools, context, at, mirror, found, payload, ci } = look;
  const heeded: Heeded = payload.objections ?? { mended: [], asked: [], overruled: [] };
  const standing = (await objectionsThatCount(look)).filter(({ id }) => !heeded.overruled.includes(id));
  if (standing.length === 0) return undefined;
  const fresh = standing.filter(({ id, body }) => body.trim() !== '' && !heeded.mended.includes(id));
  if (fresh.length > 0 && heeded.mended.length < at.run.config.ci.rounds) {
    const objections: Heeded = { ...heeded, mended: [...heeded.mended, ...fresh.map(({ id }) => id)] };
    const diff = leavingText(tools, await mirror.patch(await baseOfBranch(mirror, context), ci.current.commit));
    const task = mendTask({
      id: `repair-objection-${objections.mended.length}`,
      title: 'Change what a review of the pull request asks for',
      instructions: objectionInstructions(
        fresh.map((each) => ({ by: each.author.login, body: leavingText(tools, each.body) })),
        at.run.issue,
        diff,
      ),
      work: payload.work,
    });
    // Who approved it before has approved something else.
    return followAgain({ ...look, payload: { ...payload, objections, approvedBy: null } }, [task], {
      kind: 'followed',
      because: 'objection',
    });
  }
  const objections: Heeded = { ...heeded, asked: standing.map(({ id }) => id) };
  const who = standing.map(({ author }) => author.login).join(', ');
  return askAtMerge(
    { ...look, payload: { ...payload, objections } },
    {
      about: 'objection',
      severity: 'high',
      reason: `a review asks for changes: ${who}`,
      failing: standing.map(({ author, body }) =>
        inline(leavingText(tools, `${author.login}: ${body.trim() === '' ? 'see the review' : body}`), 500),
      ),
      recommendation: `Look at ${found.url}: mend it by hand, or have the review withdrawn.`,
      actions: { approve_anyway: 'Merge it all the same', manual_fix: 'Mend it by hand', reject: 'Do not merge it' },
      neverByItself: true,
    },
  );
}

/** What a person has said to the question about them. */
export function overruled(payload: MergePayload): MergePayload {
  const { objections } = payload;
  if (objections === undefined) return payload;
  return { ...payload, objections: { ...objections, asked: [], overruled: [...objections.overruled, ...objections.asked] } };
}

async function objectionsThatCount({ at, found }: MergeLook): Promise<readonly ForgeObjection[]> {
  const { forge, origin, run } = at;
  const counting: ForgeObjection[] = [];
  for (const objection of await forge.objections({ repository: origin.repository, number: found.number })) {
    const permission = await forge.permission(origin.repository, objection.author);
    if (isAtLeast(permission, run.config.forge.permission)) counting.push(objection);
  }
  return counting;
}
