import type { Effort, ModelName } from './model.ts';
import type { MicroUsd } from './money.ts';

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

/** Which part of a search that several worlds divide among themselves is one world's. They do not talk: each knows by this alone what is its own. */
export interface SearchShare {
  /** From 0. */
  readonly index: number;
  readonly of: number;
  /** So many of the likeliest edits are tried by all of them. */
  readonly common: number;
}

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
  /** Absent: all of it is its own. */
  readonly share?: SearchShare | undefined;
  /** So many times the usual least number of turns of loops and calls that one test of a candidate may take. Absent: 1. */
  readonly patience?: number | undefined;
}

/** What can work in a world. */
export const agentNames = ['repair', 'model', 'claude-code', 'codex', 'opencode', 'gemini', 'acp', 'command'] as const;
export type AgentName = (typeof agentNames)[number];

/**
 * How a language model is told to go about a task. `standard`: as it sees fit. `reproduce-first`: a test that shows the fault, then the mending.
 * `minimal-change`: the fewest lines. `test-writer`: tests of what is asked for, edges included, then the code. `root-cause`: several
 * explanations weighed before anything is changed. `tests-only`: tests of what is asked for, and no code at all.
 */
export const promptVariants = ['standard', 'reproduce-first', 'minimal-change', 'test-writer', 'root-cause', 'tests-only'] as const;
export type PromptVariant = (typeof promptVariants)[number];

/** What the agent `model` may be given to work with. */
export const toolNames = ['read', 'search', 'edit', 'write', 'run', 'plan'] as const;
export type ToolName = (typeof toolNames)[number];

/** How a language model works in a world, whoever drives it. */
export interface ModelSettings {
  /** Undefined: whatever the program takes by itself. */
  readonly model: ModelName | undefined;
  readonly prompt: PromptVariant;
  /** Undefined where it cannot be told. */
  readonly temperature: number | undefined;
  readonly effort: Effort | undefined;
}

/** What runs in one world. */
export type AgentChoice =
  | { readonly name: 'repair'; readonly settings: RepairSettings }
  | (ModelSettings & { readonly name: 'model'; readonly model: ModelName; readonly tools: readonly ToolName[] })
  /** `through`: by its own JSON mode, or by the Agent Client Protocol. */
  | (ModelSettings & { readonly name: 'claude-code' | 'codex'; readonly through: 'own' | 'acp' })
  | (ModelSettings & { readonly name: 'opencode' | 'gemini' })
  /** `command` starts a program that speaks the Agent Client Protocol; no shell reads it. `providers`: whose gateway addresses it is told. */
  | (ModelSettings & { readonly name: 'acp'; readonly command: readonly [string, ...string[]]; readonly providers: readonly string[] })
  /** `command` is handed to `sh -c` inside the world; `variant` reaches it as `MIYABI_VARIANT`, so that five worlds can differ. */
  | { readonly name: 'command'; readonly command: string; readonly variant: string; readonly providers: readonly string[] };

/** One world of a task, as planned. */
export interface WorldPlan {
  readonly name: WorldName;
  /** In a word or two: conservative, balanced, creative, other framing, other mind. */
  readonly stance: string;
  readonly agent: AgentChoice;
  readonly timeoutMs: number;
  /** What it may cost, in micro-USD; undefined where only the run's budget holds. */
  readonly costMicroUsd: MicroUsd | undefined;
}

/** Who writes tests and no code: they see the issue and the base, and no world's change. */
export const testWriterNames = ['writer-1', 'writer-2', 'writer-3'] as const;
export type TestWriterName = (typeof testWriterNames)[number];

/** What runs in one place and what it may take: a world, or somebody who only writes tests. */
export type AgentPlan = Omit<WorldPlan, 'name'> & { readonly name: WorldName | TestWriterName };

/** How a world ended. */
export type WorldStatus = 'success' | 'failed' | 'timeout' | 'skipped' | 'cancelled';
