import { z } from 'zod';
import type { JudgeReport } from '../domain/choice.ts';
import type { CommitId } from '../domain/ids.ts';
import { visibleText } from '../domain/visible-text.ts';
import type { MicroUsd } from '../domain/money.ts';
import type { WorldName } from '../domain/world.ts';
import type { TaskContext } from '../weaver/handler.ts';
import { issueText } from './background.ts';
import { openMirror } from './open-mirror.ts';
import { askConfigured } from './roles/configured-role.ts';
import type { RoleTools } from './roles/configured-role.ts';
import type { WorkflowTools } from './tools.ts';
import { runOf } from './tools.ts';

const opinion = z.object({ better: z.enum(['first', 'second', 'neither']), reason: z.string() });

const instructions = `You compare two changes that were made for the same issue. Both build, and both pass the same tests: look for what these do not see.
Better is, in this order: what does what the issue asks in more of the cases that will happen; what breaks nothing else; what is easier to read and to change later.
How long a change is, and which of the two comes first, means nothing. neither: where you cannot tell.
reason: what decides it, in a sentence that names neither of them by its place.`;

/** Characters of one change that are read. */
const mostOfPatch = 60_000;

export interface LevelWorld {
  readonly world: WorldName;
  readonly commit: CommitId;
}

/** What the judge said, and what is to be said of how it came to that. */
export interface Judged {
  /** Absent where none is configured. */
  readonly judge: JudgeReport | undefined;
  readonly notes: readonly string[];
  readonly costMicroUsd: MicroUsd;
}

/**
 * Asks a model about worlds that the evidence left level, each pair twice, either first: what it says only because of the order cancels out.
 * Where it prefers nobody, or nothing it says can be used, the rules decide as they would have without it.
 */
export async function judgeLevel(
  tools: RoleTools & Pick<WorkflowTools, 'git' | 'state'>,
  context: TaskContext<unknown>,
  { base, worlds }: { readonly base: CommitId; readonly worlds: readonly LevelWorld[] },
): Promise<Judged> {
  const { config } = runOf(context);
  const model = config.models.judge;
  if (worlds.length < 2 || model === undefined) return { judge: undefined, notes: [], costMicroUsd: 0 };
  const mirror = await openMirror(tools, context);
  const shown = await Promise.all(worlds.map(async ({ world, commit }) => ({ world, patch: await mirror.patch(base, commit) })));
  const pairs = shown.flatMap((one, index) => shown.slice(index + 1).map((other) => [one, other] as const));
  const compared: Compared[] = [];
  // One pair after the other: where the budget ends, what was asked until then still counts.
  for (const [one, other] of pairs) compared.push(await compare(tools, context, one, other));
  const asked = worlds.map(({ world }) => world);
  return {
    judge: { model, asked, preferred: preferredOf(asked, compared), words: compared.map(({ words }) => words) },
    notes: [...new Set(compared.flatMap(({ notes }) => notes))],
    costMicroUsd: compared.reduce((sum, { costMicroUsd }) => sum + costMicroUsd, 0),
  };
}

interface Shown {
  readonly world: WorldName;
  readonly patch: string;
}

interface Compared {
  readonly winner: WorldName | undefined;
  readonly loser: WorldName | undefined;
  readonly words: string;
  readonly notes: readonly string[];
  readonly costMicroUsd: MicroUsd;
}

async function compare(tools: RoleTools, context: TaskContext<unknown>, one: Shown, other: Shown): Promise<Compared> {
  const there = await askAbout(tools, context, one, other);
  const back = await askAbout(tools, context, other, one);
  const common = {
    notes: [...new Set([...(there?.warnings ?? []), ...(back?.warnings ?? [])])],
    costMicroUsd: (there?.costMicroUsd ?? 0) + (back?.costMicroUsd ?? 0),
  };
  const pair = `${one.world} and ${other.world}`;
  const [first, second] = [there?.value, back?.value];
  if (first === undefined || second === undefined)
    return { ...common, winner: undefined, loser: undefined, words: `${pair}: ${common.notes.join(' ')}` };
  const better =
    first.better === 'first' && second.better === 'second'
      ? one
      : first.better === 'second' && second.better === 'first'
        ? other
        : undefined;
  if (better === undefined) {
    const why =
      first.better === 'neither' && second.better === 'neither' ? 'neither is better' : 'the answer depends on which is shown first';
    return { ...common, winner: undefined, loser: undefined, words: `${pair}: ${why}.` };
  }
  const loser = better === one ? other : one;
  return { ...common, winner: better.world, loser: loser.world, words: `${pair}: ${better.world} is better. ${inLine(first.reason)}` };
}

async function askAbout(tools: RoleTools, context: TaskContext<unknown>, first: Shown, second: Shown) {
  return await askConfigured(tools, context, 'judge', {
    what: 'judgement',
    schema: opinion,
    instructions,
    prompt: [
      { name: 'issue', untrusted: issueText(runOf(context).issue), most: 65_536 },
      { name: 'first change', untrusted: first.patch, most: mostOfPatch },
      { name: 'second change', untrusted: second.patch, most: mostOfPatch },
    ],
  });
}

/** The one with the most wins, where that is one alone, and it was never found worse. */
function preferredOf(asked: readonly WorldName[], compared: readonly Compared[]): WorldName | undefined {
  const wins = asked.map((world) => ({ world, count: compared.filter(({ winner }) => winner === world).length }));
  const most = Math.max(...wins.map(({ count }) => count));
  const [best, ...level] = wins.filter(({ count }) => count === most);
  if (best === undefined || most === 0 || level.length > 0 || compared.some(({ loser }) => loser === best.world)) return undefined;
  return best.world;
}

function inLine(text: string): string {
  return visibleText(text).text.replaceAll(/\s+/g, ' ').trim().slice(0, 500).replace(/\.?$/, '.');
}
