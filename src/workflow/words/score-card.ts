import type { RecordedWorld } from '../../ports/world-ledger.ts';
import { showUsd } from '../../domain/money.ts';
import { code, inline, table } from './markdown.ts';

export type CardWorld = Pick<
  RecordedWorld,
  'planTask' | 'round' | 'world' | 'agent' | 'settings' | 'status' | 'chosen' | 'score' | 'costMicroUsd' | 'runMs' | 'checkMs'
>;

/** The most worlds that are shown one by one. */
const mostWorlds = 100;

/** Every world of a run, task by task: how it ended, its points, and which of them became real. */
export function scoreCard(worlds: readonly CardWorld[]): string {
  if (worlds.length === 0) return '';
  const rows = worlds
    .slice(0, mostWorlds)
    .map((world) => [
      code(world.round > 1 ? `${world.planTask}, round ${world.round}` : world.planTask),
      world.chosen ? `**${inline(world.world)}**` : inline(world.world),
      inline(world.settings === '' ? world.agent : `${world.agent}, ${world.settings}`),
      world.chosen ? 'chosen' : inline(world.status),
      world.score === undefined ? 'n/a' : String(world.score.total),
      ...(['build', 'tests', 'lint', 'quality', 'security'] as const).map((part) => points(world, part)),
      shownDuration((world.runMs ?? 0) + (world.checkMs ?? 0)),
      showUsd(world.costMicroUsd),
    ]);
  const head = ['Task', 'World', 'Agent', 'End', 'Score', 'Build 30', 'Tests 30', 'Lint 20', 'Quality 10', 'Security 10', 'Time', 'USD'];
  const more = worlds.length - rows.length;
  return [table(head, rows), ...(more > 0 ? [`and ${more} more`] : [])].join('\n\n');
}

function points({ score }: CardWorld, part: 'build' | 'tests' | 'lint' | 'quality' | 'security'): string {
  return score === undefined ? '' : String(score[part] ?? 'n/a');
}

/** `2 min 5 s`; @param ms */
export function shownDuration(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  const [hours, minutes] = [Math.floor(seconds / 3_600), Math.floor((seconds % 3_600) / 60)];
  if (hours > 0) return `${hours} h ${minutes} min`;
  return minutes > 0 ? `${minutes} min ${seconds % 60} s` : `${seconds} s`;
}
