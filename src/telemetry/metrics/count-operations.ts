import type { Operation, OperationEnd } from '../../domain/signals.ts';
import { workspaceMethods } from '../../domain/machine.ts';
import { agentNames } from '../../domain/world.ts';
import { agentOutcomes } from './catalogue/worlds.ts';
import type { Instruments } from './instruments.ts';

/** Counts what took time and has come to its end. */
export function countOperation(instruments: Instruments, { kind, name }: Operation, end: OperationEnd): void {
  const seconds = end.ms / 1_000;
  const hasFailed = end.outcome === 'failed';
  switch (kind) {
    case 'agent':
      return countAgent(instruments, name, end);
    case 'workspace':
      if (name === 'workspace create') countWorkspace(instruments, end);
      return;
    case 'git':
      return instruments.observe('git_operation_duration_seconds', { result: hasFailed ? 'failed' : 'ok' }, seconds);
    case 'store':
      // Those of the engine: what tasks keep beside is for traces.
      return name === 'store commit' ? instruments.observe('db_commit_duration_seconds', {}, seconds) : undefined;
    case 'forge':
      return countForge(instruments, name, end);
    case 'notify':
      return instruments.add('notifications_total', {
        channel: String(end.facts['channel'] ?? ''),
        result: among(['sent', 'unavailable', 'refused'], end.outcome) ?? 'failed',
      });
    case 'webhook':
      return instruments.observe('webhook_handle_duration_seconds', {}, seconds);
    case 'recover':
      instruments.observe('recovery_duration_seconds', {}, seconds);
      return instruments.add('recovery_runs_total', { result: hasFailed ? 'failed' : 'ok' });
    case 'attempt':
    // How long each took is told with what it found.
    case 'check':
    case 'model':
    case 'tool':
    case 'sandbox':
    case 'deploy':
    case 'knowledge':
    case 'request':
  }
}

function countAgent(instruments: Instruments, name: string, { ms, outcome, fault }: OperationEnd): void {
  const agent = among(agentNames, name);
  if (agent === undefined) return;
  instruments.observe('agent_run_duration_seconds', { agent }, ms / 1_000);
  instruments.add('agent_runs_total', { agent, outcome: fault === undefined ? (among(agentOutcomes, outcome) ?? 'failed') : 'threw' });
}

function countWorkspace(instruments: Instruments, { ms, facts, fault }: OperationEnd): void {
  const method = among(workspaceMethods, String(facts['method']));
  if (method !== undefined) instruments.observe('world_create_duration_seconds', { method }, ms / 1_000);
  if (fault !== undefined) instruments.add('world_create_failures_total', { reason: reasonOf(fault) });
}

function reasonOf(fault: string): 'disk' | 'git' | 'other' {
  if (/ENOSPC|EDQUOT|no space|disk/i.test(fault)) return 'disk';
  return /^GitError|\bgit\b/i.test(fault) ? 'git' : 'other';
}

function countForge({ add }: Instruments, name: string, { outcome }: OperationEnd): void {
  const hasFailed = outcome === 'failed';
  switch (name) {
    case 'forge openPullRequest':
      return add('pull_requests_total', { result: hasFailed ? 'failed' : 'opened' });
    case 'forge updatePullRequest':
      return add('pull_requests_total', { result: hasFailed ? 'failed' : 'updated' });
    case 'forge closePullRequest':
      return add('pull_requests_total', { result: hasFailed ? 'failed' : 'closed' });
    case 'forge merge':
      return add('merges_total', { result: among(['merged', 'refused'], outcome) ?? 'failed' });
  }
}

function among<Word extends string>(words: readonly Word[], word: string): Word | undefined {
  return words.find((one) => one === word);
}
