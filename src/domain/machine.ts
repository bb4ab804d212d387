/** How a world's folder comes to be, from the best way down: the ladder of workspaces. */
export const workspaceMethods = ['overlay', 'reflink', 'pool', 'checkout'] as const;
export type WorkspaceMethod = (typeof workspaceMethods)[number];

/** How a world is kept apart from the machine, from the strongest way down. `limits` confines nothing: it only bounds. */
export const isolationLevels = ['container', 'bubblewrap', 'seatbelt', 'limits'] as const;
export type IsolationLevel = (typeof isolationLevels)[number];

/** What a person may ask for: the strongest there is, one of them by name, or none that confines. */
export const isolationChoices = ['auto', 'container', 'bubblewrap', 'seatbelt', 'none'] as const;

/** A way of isolation as it was found on this machine. */
export interface IsolationRung {
  readonly level: IsolationLevel;
  readonly usable: boolean;
  /** In a sentence: what it is and does here, or why it cannot be used. */
  readonly detail: string;
}

/** As a worker states it that has these ways, and as a task needs it: a way by its name, and `isolation:walls` for any that confines. */
export function isolationNeeds(levels: readonly IsolationLevel[]): readonly string[] {
  const walls = levels.filter((level) => level !== 'limits');
  return [...walls.map((level) => `isolation:${level}`), ...(walls.length > 0 ? ['isolation:walls'] : [])];
}
