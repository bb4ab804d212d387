import type { HealthCheck } from './deployment.ts';
import type { AttemptId, JobId, TaskId } from './ids.ts';
import type { WorkspaceMethod } from './machine.ts';
import type { MoneyScope } from './money-scope.ts';
import { securityAnalyses } from './security.ts';
import type { SecurityAnalysis, SecurityLevel } from './security.ts';
import type { TraceId } from './trace.ts';

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
  /** Of the run, or of what started it. */
  readonly trace?: TraceId;
}

/** What takes time and comes to an end. The first word of a name is the thing, the second the verb: `git cherryPick`, `check test`. */
export interface Operation {
  readonly kind: OperationKind;
  /** Of a bounded number of names. */
  readonly name: string;
  readonly facts?: Facts;
  /** How long it has taken already when it is told of, in ms: for what is heard of when it is over. */
  readonly tookMs?: number;
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

/** What a commit goes through, in this order. */
export const checkNames = ['install', 'build', 'type-check', 'lint', 'format', 'tests', ...securityAnalyses] as const;
export type CheckName = (typeof checkNames)[number];

/** What git locks: `mirror` is a lock of ours around all administration of one. */
export const gitLocks = ['mirror', 'ref', 'index', 'config', 'other'] as const;
export type GitLock = (typeof gitLocks)[number];

/** Where texts were going out of which secrets were taken. */
export const redactionSinks = ['records', 'log'] as const;
export type RedactionSink = (typeof redactionSinks)[number];

/** What happens at one moment, and is counted or written down. */
export type Signal =
  /** A line of the log. */
  | { readonly type: 'said'; readonly component: Component; readonly level: LogLevel; readonly text: string; readonly facts?: Facts }
  /** A program of a world was refused something, or stopped for it. */
  | { readonly type: 'sandbox.denied'; readonly of: 'net' | 'fs' | 'pid' | 'mem' | 'cpu' | 'output' }
  /** Somebody else held what git locks. */
  | { readonly type: 'git.waited'; readonly lock: GitLock; readonly ms: number }
  /** The database was busy, and it was tried again. */
  | { readonly type: 'store.busy' }
  /** Somebody who had lost the right to it wanted to write (`task`) or to deploy (`environment`): nothing of it was done. */
  | { readonly type: 'fenced'; readonly by: 'task' | 'environment' }
  | { readonly type: 'secret.redacted'; readonly sink: RedactionSink; readonly count: number }
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
  | { readonly type: 'budget.reached'; readonly at: 'warn' | 'pause' | 'stop'; readonly scope: MoneyScope }
  /** Of a commit; `unknown` where there is no evidence. `ms`: how long it took, where that is known. */
  | { readonly type: 'check.judged'; readonly check: CheckName; readonly result: 'pass' | 'fail' | 'unknown'; readonly ms?: number }
  | { readonly type: 'finding'; readonly kind: SecurityAnalysis; readonly severity: SecurityLevel }
  /** A world is there, or gone. */
  | { readonly type: 'worlds.changed'; readonly method: WorkspaceMethod; readonly by: 1 | -1 }
  /** The machine was found too busy, or free again. */
  | { readonly type: 'capacity.changed'; readonly worlds: number; readonly ceiling: number }
  | { readonly type: 'health.checked'; readonly environment: string; readonly result: HealthCheck['kind'] }
  | { readonly type: 'configuration.reloaded'; readonly ok: boolean }
  /** What an agent was told, said or wanted of a tool: for whoever asked for content (`telemetry.content`), and nobody else. */
  | { readonly type: 'content'; readonly of: 'prompt' | 'answer' | 'tool'; readonly text: string }
  /** Spans went to whoever collects traces, or could not. */
  | { readonly type: 'spans.exported'; readonly result: 'ok' | 'failed'; readonly count: number };
