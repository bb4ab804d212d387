import type { LogOfRun } from './logs/log-section.tsx';
import type { RunTask } from './task-words.ts';
import type { WorldGroup } from './worlds/world-cards.ts';

/** Whose worlds are shown: of the chosen task, else the first that is at work, else the first. */
export function groupInScope(groups: readonly WorldGroup[], chosen: RunTask | undefined): WorldGroup | undefined {
  return (
    groups.find(({ planTask }) => planTask === chosen?.planTask) ??
    groups.find(({ cards }) => cards.some(({ runsSince }) => runsSince !== null)) ??
    groups[0]
  );
}

/** Which log is shown: the one that was asked for, else the one of the chosen world, else one that is being printed, else the winner's. */
export function logInScope(
  logs: readonly LogOfRun[],
  {
    asked,
    chosen,
    group,
  }: { readonly asked: string | undefined; readonly chosen: RunTask | undefined; readonly group: WorldGroup | undefined },
): LogOfRun | undefined {
  const winner = group?.cards.find(({ isWinner }) => isWinner)?.world;
  const own = logs.filter(({ planTask }) => planTask === group?.planTask);
  return (
    logs.find(({ log }) => log === asked) ??
    own.find(({ world }) => world !== null && world === chosen?.world) ??
    own.find(({ isLive }) => isLive) ??
    own.find(({ world }) => world === winner) ??
    own[0] ??
    logs[0]
  );
}
