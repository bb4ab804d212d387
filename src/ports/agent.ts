import type { BaseEvidence } from '../domain/evidence.ts';
import type { AgentChoice, WorldName } from '../domain/world.ts';
import type { ChecksPlan } from '../domain/checks.ts';
import type { ProcessLimits, ProcessRunner } from './process.ts';

/** What an agent is asked to do, in one world. */
export interface AgentTask {
  readonly world: WorldName;
  readonly choice: AgentChoice;
  /** The checkout to change; the agent's working folder. */
  readonly directory: string;
  /** A folder outside the checkout for the agent's own files (the task text, for instance); gone with the world. */
  readonly contextDirectory: string;
  /** Where everything that the agent's programs print is written; outlives the world. */
  readonly logFile: string;
  readonly title: string;
  /** The issue and the plan task, as text; untrusted. */
  readonly instructions: string;
  readonly base: BaseEvidence;
  /** How this project is built and tested. */
  readonly checks: ChecksPlan;
  /** Starts programs in the world's sandbox; everything that runs or reads what is foreign is started by it. */
  readonly process: ProcessRunner;
  /** The whole environment of the world's processes. */
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  /** Of each process that the agent starts. */
  readonly limits: ProcessLimits;
  readonly signal: AbortSignal;
  readonly onEvent: (event: AgentEvent) => void;
}

/** What happens while an agent works; the contract between agent, live view and log. */
export type AgentEvent =
  | { readonly type: 'said'; readonly text: string }
  /** How far a search is. */
  | { readonly type: 'searched'; readonly tried: number; readonly limit: number; readonly plausible: number }
  | { readonly type: 'output'; readonly line: string };

/** Why an agent stopped, with what it cost. What it changed is read from the folder, never from here. */
export interface AgentReport {
  readonly end:
    | { readonly kind: 'finished' }
    /** It had nothing to offer: no fault found, nothing to repair, no candidate passed. */
    | { readonly kind: 'nothing-to-offer'; readonly reason: string }
    | { readonly kind: 'failed'; readonly reason: string }
    | { readonly kind: 'timeout'; readonly afterMs: number }
    | { readonly kind: 'cancelled' };
  /** For people: what was done and why, in a sentence or a few. */
  readonly summary: string;
  readonly costMicroUsd: number;
}

/** Changes a checkout. Must not throw for what its programs do; may throw where it cannot be started at all. */
export interface Agent {
  readonly name: AgentChoice['name'];
  run(task: AgentTask): Promise<AgentReport>;
}
