import type { AllowedAddress } from '../domain/allowed-address.ts';
import type { ChecksPlan } from '../domain/checks.ts';
import type { BaseEvidence } from '../domain/evidence.ts';
import type { ModelName, ModelUsage } from '../domain/model.ts';
import type { MicroUsd } from '../domain/money.ts';
import type { TestAuthor } from '../domain/examination.ts';
import type { AgentChoice, AgentName } from '../domain/world.ts';
import type { Caller } from './exchange.ts';
import type { ProcessLimits, ProcessRunner } from './process.ts';

/** What an agent is asked to do, in one world. */
export interface AgentTask {
  readonly world: TestAuthor;
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
  /** What is known beside the task. */
  readonly background: Background;
  readonly base: BaseEvidence;
  /** How this project is built and tested. */
  readonly checks: ChecksPlan;
  /** Starts programs in the world's sandbox; everything that runs or reads what is foreign is started by it. */
  readonly process: ProcessRunner;
  /** Whether there are walls around it: where there are none, a program's own sandbox stays on. */
  readonly isWalled: boolean;
  /** The whole environment of the world's processes. */
  readonly environment: Readonly<Record<string, string>>;
  /** The Node that runs our own programs inside. */
  readonly nodePath: string;
  readonly timeoutMs: number;
  /** How far an agent with a loop of its own may go. */
  readonly bounds: AgentBounds;
  /** Of each process that the agent starts. */
  readonly limits: ProcessLimits;
  /** On whose account models are asked. */
  readonly caller: Caller;
  /** What a program is told that asks for permission. */
  readonly permissions: 'allow' | 'ask' | 'deny';
  readonly signal: AbortSignal;
  readonly onEvent: (event: AgentEvent) => void;
  /** Asks a person something, and waits for the answer as long as the world may last. @returns false too where nobody is there to answer. */
  readonly ask: (question: AgentQuestion) => Promise<boolean>;
}

export interface AgentBounds {
  /** Turns of a loop: one answer of the model with the tools it calls. */
  readonly steps: number;
  /** Input and output of all turns together. */
  readonly tokens: number;
  /** The same error so often in a row is the end. */
  readonly sameErrors: number;
  /** What this world may cost. */
  readonly costMicroUsd: MicroUsd;
}

export interface AgentQuestion {
  /** The same for the same question, so that nobody is asked twice. */
  readonly key: string;
  readonly text: string;
}

/** What is known beside the task itself, all of it taken from the base commit or from our own records. */
export interface Background {
  /** The issue's title and text, as far as the task is a part of it; untrusted. */
  readonly issue: string;
  /** What the repository tells agents (AGENTS.md, CLAUDE.md, its own agent prompts), by path; untrusted, as the repository is. */
  readonly guides: ReadonlyArray<{ readonly path: string; readonly text: string }>;
  /** Files that the issue mentions, with their text, cut where they are long. */
  readonly mentioned: ReadonlyArray<{ readonly path: string; readonly text: string }>;
  /** The files of the repository, as far as they fit, and what the sources export. */
  readonly map: string;
  readonly similar: readonly SimilarRun[];
  /** Unlike anything in the texts; stands around what is untrusted wherever a model reads it. */
  readonly fence: string;
}

/** An earlier run of the same repository about something alike. */
export interface SimilarRun {
  /** As people see it. */
  readonly run: string;
  readonly title: string;
  readonly outcome: 'succeeded' | 'failed';
  /** Paths that the winner changed. */
  readonly files: readonly string[];
  /** What the winner said that it did, or why nobody won. */
  readonly summary: string;
  /** From 0 to 1. */
  readonly likeness: number;
}

/** What happens while an agent works; the contract between agent, live view and log. */
export type AgentEvent =
  | { readonly type: 'said'; readonly text: string }
  /** How far a search is. */
  | { readonly type: 'searched'; readonly tried: number; readonly limit: number; readonly plausible: number }
  | { readonly type: 'output'; readonly line: string }
  | { readonly type: 'planned'; readonly steps: ReadonlyArray<{ readonly text: string; readonly state: 'pending' | 'doing' | 'done' }> }
  /** `subject`: a path, a command, a pattern; in a line. `failure`: why it failed, where it did. `tookMs`: how long it took, where that is known. */
  | { readonly type: 'tool'; readonly name: string; readonly subject: string; readonly failure?: string; readonly tookMs?: number }
  | { readonly type: 'edited'; readonly path: string }
  /** Of the whole world so far. */
  | { readonly type: 'used'; readonly usage: ModelUsage; readonly costMicroUsd: MicroUsd }
  /** It was not allowed something, and goes on without. */
  | { readonly type: 'denied'; readonly what: string }
  | { readonly type: 'waiting'; readonly why: string };

/** Why an agent could not work. */
export const agentFaults = [
  'not-installed',
  'too-old',
  'no-key',
  'wrong-key',
  'unknown-model',
  'account-used-up',
  'provider',
  'network',
  'bad-answer',
  'crashed',
  'other',
] as const;
export type AgentFault = (typeof agentFaults)[number];

/** Why an agent stopped, with what it cost. What it changed is read from the folder, never from here. */
export interface AgentReport {
  readonly end:
    | { readonly kind: 'finished' }
    /** It had nothing to offer: no fault found, nothing to repair, no candidate passed. */
    | { readonly kind: 'nothing-to-offer'; readonly reason: string }
    /** It was stopped by a bound of ours. `loop`: it did the same again and again. `beaten`: another world can no longer be beaten. */
    | { readonly kind: 'limit'; readonly limit: 'steps' | 'tokens' | 'cost' | 'loop' | 'beaten'; readonly reason: string }
    /** What it was not allowed to do kept it from its work. */
    | { readonly kind: 'denied'; readonly reason: string }
    | { readonly kind: 'failed'; readonly fault: AgentFault; readonly reason: string }
    | { readonly kind: 'timeout'; readonly afterMs: number }
    | { readonly kind: 'cancelled' };
  /** For people: what was done and why, in a sentence or a few. */
  readonly summary: string;
  /**
   * What the agent itself says it has used, for one whose calls do not come by us; all others are counted where they come by, and leave it out.
   * `costMicroUsd` undefined: it does not say.
   */
  readonly claimed?: { readonly usage: ModelUsage; readonly costMicroUsd: MicroUsd | undefined; readonly model: string | undefined };
  /** By which its conversation can be taken up again. */
  readonly sessionId?: string;
}

/** What a world must offer for an agent to work in it. */
export interface AgentNeeds {
  /** Files and folders that must be readable: the agent's own program. */
  readonly readable: readonly string[];
  /** Providers that its programs ask by themselves, through the gateway. */
  readonly providers: readonly string[];
  readonly network: readonly AllowedAddress[];
}

/** Whether an agent could work on this machine, as far as can be told without asking anybody outside. */
export interface AgentState {
  readonly name: AgentName;
  readonly installed:
    | { readonly kind: 'built-in' }
    | { readonly kind: 'found'; readonly path: string; readonly version: string }
    | { readonly kind: 'missing' };
  readonly usable: boolean;
  /** What is there, or what is missing, in a sentence. */
  readonly detail: string;
  /** How to get it, or to make it usable; empty when nothing is to be done. */
  readonly fix: string;
}

/** Changes a checkout. Must not throw for what its programs do; may throw where it cannot be started at all. */
export interface Agent {
  readonly name: AgentName;
  /** Asked before there is a world. @throws Failure (configuration) when it cannot work here: not installed, too old, no key. */
  needs(choice: AgentChoice): Promise<AgentNeeds>;
  run(task: AgentTask): Promise<AgentReport>;
  /** @param model that it would be told to use. */
  state(model?: ModelName): Promise<AgentState>;
}
