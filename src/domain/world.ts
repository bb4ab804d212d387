/** The names of worlds, in the order in which they are shown and in which ties are broken. At most nine. */
export const worldNames = ['alpha', 'beta', 'gamma', 'delta', 'epsilon', 'zeta', 'eta', 'theta', 'iota'] as const;
export type WorldName = (typeof worldNames)[number];

/** Kinds of edits that the `repair` agent can try; worlds differ by which they try first and how far they go. */
export const operatorFamilies = [
  'operator',
  'literal',
  'variable',
  'call',
  'condition',
  'guard',
  'ingredient',
  'statement',
  'deletion',
] as const;
export type OperatorFamily = (typeof operatorFamilies)[number];

/** How one world searches. */
export interface RepairSettings {
  /** Preferred in this order: each later family weighs a little less than the one before. Families that are not named are not tried. */
  readonly families: readonly OperatorFamily[];
  /** Edits that may be combined in one candidate. */
  readonly depth: 1 | 2;
  /** Candidates to try at most. */
  readonly candidates: number;
  /** The most suspicious statements to touch at most. */
  readonly statements: number;
}

/** What runs in one world. */
export type AgentChoice =
  | { readonly name: 'repair'; readonly settings: RepairSettings }
  /** `command` is handed to `sh -c` inside the world; `variant` reaches it as `MIYABI_VARIANT`, so that five worlds can differ. */
  | { readonly name: 'command'; readonly command: string; readonly variant: string };

/** One world of a task, as planned. */
export interface WorldPlan {
  readonly name: WorldName;
  /** In a word or two: conservative, balanced, creative, other framing, other mind. */
  readonly stance: string;
  readonly agent: AgentChoice;
  readonly timeoutMs: number;
}

/** How a world ended. */
export type WorldStatus = 'success' | 'failed' | 'timeout' | 'skipped' | 'cancelled';
