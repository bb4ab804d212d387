import { z } from 'zod';
import type { MergeMethod } from '../domain/forge.ts';
import type { CommitId } from '../domain/ids.ts';
import { displayId } from '../domain/ids.ts';
import { withoutInvisible } from '../domain/visible-text.ts';
import type { Merged } from '../ports/forge.ts';
import { leavingText } from './leaving-text.ts';
import type { MergeLook, MergeOutcome } from './merge-look.ts';
import { isMerged } from './merge-look.ts';
import { afterRefusal } from './merge-refused.ts';

/** Characters of the first line of a merge, as the forge shows it. */
const longestTitle = 200;

/** Thrown out of an effect, so that nothing is recorded as done. */
class MergeRefused extends Error {
  readonly answer: Extract<Merged, { readonly kind: 'refused' }>;
  constructor(answer: MergeRefused['answer']) {
    super(answer.reason);
    this.answer = answer;
  }
}

/** Merges the pull request while its head is still this commit, once over all attempts. */
export async function mergeNow(look: MergeLook, head: CommitId): Promise<MergeOutcome> {
  const { context, at, found } = look;
  const place = { repository: at.origin.repository, number: found.number };
  const method = await methodOf(look);
  try {
    const { commit } = await context.effect({
      name: 'merge',
      result: z.object({ commit: z.string().nullable() }),
      probe: async () => {
        const now = await at.forge.pullRequest(place);
        return now.state === 'merged' ? { commit: now.mergeCommit ?? null } : undefined;
      },
      act: async () => {
        const merged = await at.forge.merge(place, { commit: head, method, ...wordsOf(look) });
        if (merged.kind === 'refused') throw new MergeRefused(merged);
        return { commit: merged.commit };
      },
    });
    return await isMerged(look, commit, method);
  } catch (error) {
    if (!(error instanceof MergeRefused)) throw error;
    return await afterRefusal(look, error.answer);
  }
}

/** As configured where the repository allows it, else its own favourite. */
async function methodOf({ at }: MergeLook): Promise<MergeMethod> {
  const { mergeMethods, name } = await at.forge.repository(at.origin.repository);
  const wanted = at.run.config.merge.method;
  const method = wanted !== undefined && mergeMethods.includes(wanted) ? wanted : mergeMethods[0];
  if (method === undefined) throw new Error(`${name} allows no way of merging`);
  return method;
}

/** The trailers prove later, from `git log` alone, that it was merged, and once. */
function wordsOf({ tools, context, at, found, payload }: MergeLook): { readonly title: string; readonly message: string } {
  const title = withoutInvisible(found.title).replaceAll(/\s+/g, ' ').trim().slice(0, longestTitle);
  const trailers = [
    `Miyabi-Run: ${displayId('run', context.jobId)}`,
    `Miyabi-Task: ${context.taskId}`,
    ...(payload.approvedBy === null ? [] : [`Approved-by: ${payload.approvedBy.replaceAll(/[^\w.@() -]/g, ' ')}`]),
  ];
  return {
    title: leavingText(tools, `${title} (#${found.number})`),
    message: leavingText(tools, `Refs #${at.origin.number}\n\n${trailers.join('\n')}`),
  };
}
