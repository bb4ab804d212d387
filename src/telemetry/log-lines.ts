import type { Component, Facts, LogLevel, Operation, OperationEnd, OperationKind, Signal } from '../domain/signals.ts';

/** What stands in a line of the log beside when and where it was. */
export interface LogLine {
  readonly component: Component;
  readonly level: LogLevel;
  readonly text: string;
  readonly facts?: Facts;
}

/** Whose an operation is, and how much it matters that one begins, comes to its end, or fails. */
interface Weight {
  readonly component: Component;
  readonly begins?: LogLevel;
  readonly ends: LogLevel;
  readonly fails: LogLevel;
}

/**
 * `debug` steps, `info` phases and results, `warn` what is tried again or done without, `error` failures. What fails within an attempt is no failure
 * of the run yet: that another attempt follows, or none, is told as a decision.
 */
const weights: Readonly<Record<OperationKind, Weight>> = {
  attempt: { component: 'workflow', begins: 'debug', ends: 'info', fails: 'warn' },
  agent: { component: 'agents', begins: 'debug', ends: 'info', fails: 'warn' },
  model: { component: 'models', ends: 'debug', fails: 'warn' },
  tool: { component: 'agents', ends: 'debug', fails: 'debug' },
  check: { component: 'checks', begins: 'debug', ends: 'debug', fails: 'info' },
  workspace: { component: 'worlds', ends: 'debug', fails: 'warn' },
  sandbox: { component: 'sandbox', ends: 'debug', fails: 'warn' },
  git: { component: 'git', ends: 'debug', fails: 'warn' },
  store: { component: 'store', ends: 'debug', fails: 'warn' },
  forge: { component: 'forge', ends: 'debug', fails: 'warn' },
  deploy: { component: 'deploy', begins: 'debug', ends: 'info', fails: 'error' },
  notify: { component: 'notices', ends: 'info', fails: 'warn' },
  knowledge: { component: 'knowledge', ends: 'debug', fails: 'warn' },
  webhook: { component: 'forge', ends: 'debug', fails: 'error' },
  request: { component: 'api', ends: 'debug', fails: 'error' },
  recover: { component: 'service', ends: 'debug', fails: 'error' },
};

/** At which level an operation comes to its end: asked before a line is made of it. */
export function levelOfEnd(kind: OperationKind, { fault, outcome }: Pick<OperationEnd, 'fault' | 'outcome'>): LogLevel {
  return fault !== undefined || failures.has(outcome) ? weights[kind].fails : weights[kind].ends;
}

/** Outcomes by which an operation says that it has failed. */
const failures: ReadonlySet<string> = new Set(['failed', 'timeout', 'denied']);

/** At which level its begin is told; undefined for what is told at its end alone. */
export function levelOfBegin(kind: OperationKind): LogLevel | undefined {
  return weights[kind].begins;
}

export function componentOf(kind: OperationKind): Component {
  return weights[kind].component;
}

export function lineOfBegin({ kind, name, facts }: Operation): LogLine | undefined {
  const { component, begins } = weights[kind];
  return begins === undefined ? undefined : { component, level: begins, text: `${called(kind, name)} begins`, ...(facts && { facts }) };
}

export function lineOfEnd({ kind, name }: Operation, end: OperationEnd): LogLine {
  const { ms, outcome, fault, facts } = end;
  return {
    component: weights[kind].component,
    level: levelOfEnd(kind, end),
    text: `${called(kind, name)}: ${outcome}${fault === undefined ? '' : `, ${fault}`}`,
    facts: { ...facts, operation: kind, name, outcome, ms: Math.round(ms * 1_000) / 1_000 },
  };
}

/** Names of calls of a port begin with its kind; all others are told with it. */
function called(kind: OperationKind, name: string): string {
  return name === kind || name.startsWith(`${kind} `) ? name : `${kind} ${name}`;
}

type SignalLines = { readonly [Type in Signal['type']]: (signal: Extract<Signal, { readonly type: Type }>) => LogLine | undefined };

/** A line for each kind of signal, if it has one; facts are what the signal holds. */
const signals: SignalLines = {
  said: ({ component, level, text, facts }) => ({ component, level, text, ...(facts && { facts }) }),
  'sandbox.denied': ({ of }) => ({ component: 'sandbox', level: 'warn', text: `a program of a world was refused: ${of}`, facts: { of } }),
  'git.waited': ({ lock, ms }) => ({ component: 'git', level: 'debug', text: `waited for ${lock}`, facts: { lock, ms: Math.round(ms) } }),
  'store.busy': () => ({ component: 'store', level: 'warn', text: 'the database was busy; tried again' }),
  'secret.redacted': ({ sink, count }) => ({
    component: 'service',
    level: sink === 'log' ? 'debug' : 'info',
    text: `took ${count} ${count === 1 ? 'secret' : 'secrets'} out of what goes to ${sink}`,
    facts: { sink, count },
  }),
  'webhook.received': ({ forge, event, outcome, reason }) => ({
    component: 'forge',
    level: outcome === 'accepted' ? 'info' : outcome === 'repeated' || outcome === 'ignored' ? 'debug' : 'warn',
    text: `webhook: ${outcome}${reason === undefined ? '' : `, ${reason}`}`,
    facts: { forge, event, outcome, reason },
  }),
  'model.answered': ({ type: _type, ...facts }) => ({
    component: 'models',
    level: 'debug',
    text: facts.cached ? 'answered as before' : 'answered',
    facts,
  }),
  'model.retried': ({ provider, failure }) => ({
    component: 'models',
    level: 'warn',
    text: `asks ${provider} again: ${failure}`,
    facts: { provider, failure },
  }),
  'model.waited': ({ provider, ms }) => ({
    component: 'models',
    level: 'debug',
    text: `waited for a turn at ${provider}`,
    facts: { provider, ms: Math.round(ms) },
  }),
  'budget.reached': ({ at, scope }) => ({
    component: 'models',
    level: at === 'stop' ? 'error' : 'warn',
    text: `a budget is at its limit: ${at}`,
    facts: { at, scope },
  }),
  'check.judged': ({ check, result }) => ({ component: 'checks', level: 'debug', text: `${check}: ${result}`, facts: { check, result } }),
  finding: ({ kind, severity }) => ({
    component: 'checks',
    level: severity === 'critical' || severity === 'high' ? 'warn' : 'info',
    text: `finding: ${kind}, ${severity}`,
    facts: { kind, severity },
  }),
  'worlds.changed': ({ method, by }) => ({
    component: 'worlds',
    level: 'debug',
    text: by === 1 ? 'a world is there' : 'a world is gone',
    facts: { method },
  }),
  'capacity.changed': ({ worlds, ceiling }) => ({
    component: 'service',
    level: 'debug',
    text: `${worlds} of at most ${ceiling} worlds at a time`,
    facts: { worlds, ceiling },
  }),
  'health.checked': ({ environment, result }) => ({
    component: 'deploy',
    level: result === 'unhealthy' || result === 'wrong-version' ? 'warn' : 'debug',
    text: `health: ${result}`,
    facts: { environment, result },
  }),
  'configuration.reloaded': ({ ok }) => ({
    component: 'service',
    level: ok ? 'info' : 'error',
    text: ok ? 'the configuration was read anew' : 'the configuration could not be read anew; what held before holds',
  }),
  fenced: ({ by }) => ({
    component: 'engine',
    level: 'warn',
    text: `refused what came too late: another has the ${by} now`,
    facts: { by },
  }),
  'spans.exported': ({ result, count }) => ({
    component: 'service',
    level: result === 'ok' ? 'debug' : 'warn',
    text: result === 'ok' ? 'spans were exported' : 'spans could not be exported',
    facts: { result, count },
  }),
  // Only for whoever asked for it.
  content: () => undefined,
};

/** @returns undefined for what no log may hold. */
export function lineOfSignal(signal: Signal): LogLine | undefined {
  // TypeScript does not see that the entry of a table belongs to the key it was read by.
  return (signals[signal.type] as (signal: Signal) => LogLine | undefined)(signal);
}
