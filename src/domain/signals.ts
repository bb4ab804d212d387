import type { AttemptId, JobId, TaskId } from './ids.ts';

/** Parts of the product that tell what they do; the level of each in the log can be set (`log.levels`). */
export const components = [
  'service',
  'engine',
  'workflow',
  'worlds',
  'sandbox',
  'agents',
  'models',
  'checks',
  'git',
  'forge',
  'deploy',
  'notices',
  'api',
  'store',
  'knowledge',
  'operations',
] as const;
export type Component = (typeof components)[number];

/** `debug` steps, `info` phases and results, `warn` retries and degraded modes, `error` failures, escalations, rollbacks. */
export const logLevels = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof logLevels)[number];

/** What may be said beside a text or of an operation: short, bounded, without anything of the content of issues, code, prompts or answers. */
export type Facts = Readonly<Record<string, string | number | boolean | undefined>>;

/** In the midst of what something happens; what is not known is absent. */
export interface Place {
  readonly run?: JobId;
  readonly task?: TaskId;
  readonly taskType?: string;
  /** Of the task in its run. */
  readonly key?: string;
  readonly world?: string;
  readonly attempt?: AttemptId;
  /** From 1. */
  readonly attemptNumber?: number;
}

/** What takes time and comes to an end. The first word of a name is the thing, the second the verb: `git cherryPick`, `check test`. */
export interface Operation {
  readonly kind: OperationKind;
  /** Of a bounded number of names. */
  readonly name: string;
  readonly facts?: Facts;
}

/**
 * `attempt` one execution of a task; `agent` the work of an agent in a world; `model` one call of a model; `tool` one call of a tool by an agent;
 * `check` one check of a commit; `workspace`, `sandbox` making and removing worlds and their walls; `git`, `store`, `forge`, `deploy`, `notify`,
 * `knowledge` calls of the ports of these names; `webhook` one delivery of a forge; `request` one of the API; `recover` what is done at the start.
 */
export const operationKinds = [
  'attempt',
  'agent',
  'model',
  'tool',
  'check',
  'workspace',
  'sandbox',
  'git',
  'store',
  'forge',
  'deploy',
  'notify',
  'knowledge',
  'webhook',
  'request',
  'recover',
] as const;
export type OperationKind = (typeof operationKinds)[number];

/** How an operation ended. `failed`: by a value that says so, or a fault. */
export interface OperationEnd {
  /** Milliseconds of the monotonic clock. */
  readonly ms: number;
  /** A short word: `ok`, `failed`, or what the operation itself says (`success`, `blocked`, `timeout`). */
  readonly outcome: string;
  /** What was thrown, in a line and without secrets; absent where nothing was. */
  readonly fault?: string;
  /** What became known on the way, over that with which it began. */
  readonly facts: Facts;
}

/** What happens at one moment, and is counted or written down. */
export type Signal =
  /** A line of the log. */
  | { readonly type: 'said'; readonly component: Component; readonly level: LogLevel; readonly text: string; readonly facts?: Facts }
  /** A program of a world was refused something, or stopped for it. */
  | { readonly type: 'sandbox.denied'; readonly of: 'net' | 'fs' | 'pid' | 'mem' | 'cpu' | 'output' }
  /** Somebody else held what git locks. */
  | { readonly type: 'git.waited'; readonly lock: string; readonly ms: number }
  /** The database was busy, and it was tried again. */
  | { readonly type: 'store.busy' }
  | { readonly type: 'secret.redacted'; readonly sink: string; readonly count: number }
  | {
      readonly type: 'webhook.received';
      readonly forge: string;
      readonly event: string;
      readonly outcome: string;
      readonly reason?: string;
    }
  /** A model answered, or the answer was kept from an earlier time. */
  | {
      readonly type: 'model.answered';
      readonly model: string;
      readonly provider: string;
      readonly inputTokens: number;
      readonly outputTokens: number;
      readonly costMicroUsd: number;
      readonly cached: boolean;
    }
  /** It was asked again, or waited for its turn. */
  | { readonly type: 'model.retried'; readonly provider: string; readonly failure: string }
  | { readonly type: 'model.waited'; readonly provider: string; readonly ms: number }
  | { readonly type: 'budget.reached'; readonly at: 'warn' | 'pause' | 'stop'; readonly scope: string }
  /** Of a commit; `unknown` where there is no evidence. */
  | { readonly type: 'check.judged'; readonly check: string; readonly result: 'pass' | 'fail' | 'unknown' }
  | { readonly type: 'finding'; readonly kind: string; readonly severity: string }
  /** A world is there, or gone. */
  | { readonly type: 'worlds.changed'; readonly method: string; readonly by: 1 | -1 }
  /** The machine was found too busy, or free again. */
  | { readonly type: 'capacity.changed'; readonly worlds: number; readonly ceiling: number }
  | { readonly type: 'health.checked'; readonly environment: string; readonly healthy: boolean }
  | { readonly type: 'configuration.reloaded'; readonly ok: boolean };
