import type { JobId } from '../../domain/ids.ts';
import type { Facts, OperationEnd, OperationKind } from '../../domain/signals.ts';
import type { SpanId, TraceId } from '../../domain/trace.ts';
import { spanOf, traceOf } from '../../domain/trace.ts';
import type { Running } from '../create-telemetry.ts';
import { name, own } from './names.ts';
import type { Attributes, FinishedSpan, SpanEvent } from './span.ts';

/** Where a span of an operation stands. */
export interface Standing {
  readonly trace: TraceId;
  readonly id: SpanId;
  readonly parent: SpanId;
  readonly events: readonly SpanEvent[];
}

/** The span of an operation that is over, by the names of the conventions where they have one for it. Facts hold nothing of any content. */
export function spanOfOperation({ operation, place, startedAt }: Running, end: OperationEnd, standing: Standing): FinishedSpan {
  const { kind, facts } = operation;
  const all: Facts = { ...facts, ...end.facts };
  return {
    ...standing,
    name: nameOf(kind, operation.name, all),
    kind: kinds[kind] ?? 'internal',
    startedAt,
    endedAt: startedAt + end.ms,
    attributes: {
      [name.runId]: place.run,
      [own.world]: place.world,
      [own.outcome]: end.outcome,
      ...attributesOf(kind, operation.name, all),
      ...(kind === 'agent' ? { [name.conversation]: place.attempt } : {}),
    },
    error: errorOf(end),
    links: [],
  };
}

/** The request with which a forge told of something, below the handling of it. @returns undefined where nothing came of it. */
export function spanOfWebhook({ startedAt }: Running, end: OperationEnd, id: SpanId): FinishedSpan | undefined {
  const { forge, job } = end.facts;
  if (typeof job !== 'string') return undefined;
  return {
    trace: traceOf(job as JobId, undefined),
    id,
    parent: spanOf(job),
    name: `webhook ${String(forge)}`,
    kind: 'server',
    startedAt,
    endedAt: startedAt + end.ms,
    attributes: { [own.forge]: forge, [own.outcome]: end.outcome },
    error: errorOf(end),
    links: [],
    events: [],
  };
}

const kinds: Partial<Readonly<Record<OperationKind, FinishedSpan['kind']>>> = { model: 'client', forge: 'client', notify: 'client' };

/** Names that tell agents, models and tools apart by what they are, not by what they are asked. */
function nameOf(kind: OperationKind, operation: string, facts: Facts): string {
  switch (kind) {
    case 'agent':
      return `invoke_agent ${operation}`;
    case 'model':
      return facts['model'] === undefined ? 'chat' : `chat ${String(facts['model'])}`;
    case 'tool':
      return `execute_tool ${operation}`;
    case 'check':
      return `check ${operation}`;
    default:
      return operation;
  }
}

function attributesOf(kind: OperationKind, operation: string, facts: Facts): Attributes {
  const { provider, model, responseModel, inputTokens, outputTokens, cached, costMicroUsd, ...rest } = facts;
  const used: Attributes = {
    [name.provider]: providers[String(provider)] ?? provider,
    [name.requestModel]: model,
    [name.responseModel]: responseModel,
    [name.inputTokens]: inputTokens,
    [name.outputTokens]: outputTokens,
    [own.cached]: cached,
    [own.costUsd]: typeof costMicroUsd === 'number' ? costMicroUsd / 1_000_000 : undefined,
  };
  switch (kind) {
    case 'agent':
      return { [name.genAiOperation]: 'invoke_agent', [name.agentName]: operation, ...used, ...ours(rest) };
    case 'model':
      return { [name.genAiOperation]: 'chat', ...used, ...ours(rest) };
    case 'tool':
      return { [name.genAiOperation]: 'execute_tool', [name.tool]: operation, ...ours(rest) };
    case 'check':
      return { [name.task]: operation, [name.taskType]: operation === 'build' ? 'build' : 'test', ...ours(rest) };
    default:
      return ours(facts);
  }
}

/** As the conventions call the makers that we call otherwise. */
const providers: Readonly<Record<string, string>> = { google: 'gcp.gemini' };

function ours(facts: Facts): Attributes {
  return Object.fromEntries(
    Object.entries(facts).map(([fact, value]) => [`miyabi.${fact.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}`, value]),
  );
}

/** The class of a fault alone: its words may repeat what was worked on. */
function errorOf({ outcome, fault }: OperationEnd): string | undefined {
  const [, thrown] = /^(\w{1,60}):/.exec(fault ?? '') ?? [];
  if (fault !== undefined) return thrown ?? 'Error';
  return outcome === 'failed' ? outcome : undefined;
}
