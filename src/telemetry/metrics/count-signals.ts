import type { Signal } from '../../domain/signals.ts';
import type { Instruments } from './instruments.ts';

/** Counts what happens at one moment. */
export function countSignal({ add, set, move, observe }: Instruments, signal: Signal, now: number): void {
  switch (signal.type) {
    case 'said':
      return;
    case 'sandbox.denied':
      return add('sandbox_denials_total', { kind: signal.of });
    case 'git.waited':
      return add('git_lock_retries_total', { lock: signal.lock });
    case 'store.busy':
      return add('db_busy_total', {});
    case 'fenced':
      return add('fencing_rejections_total', { by: signal.by });
    case 'secret.redacted':
      return add('secret_redactions_total', { sink: signal.sink }, signal.count);
    case 'webhook.received': {
      const { forge, event, outcome, reason = '' } = signal;
      add('webhook_deliveries_total', { forge, event, result: outcome, reason });
      if (outcome === 'repeated') add('webhook_replays_rejected_total', {});
      // The event is known where the signature was right.
      if (event !== '') set('webhook_last_received_timestamp_seconds', {}, now / 1_000);
      return;
    }
    case 'model.answered':
      // Tokens and money are told by the records, which hold those of every process.
      return;
    case 'model.retried':
      return add('model_retries_total', { provider: signal.provider, failure: signal.failure });
    case 'model.waited':
      return add('model_wait_seconds_total', { provider: signal.provider }, signal.ms / 1_000);
    case 'budget.reached':
      if (signal.at === 'stop') add('budget_stops_total', { scope: signal.scope });
      return;
    case 'check.judged':
      if (signal.ms !== undefined) observe('evaluation_duration_seconds', { check: signal.check }, signal.ms / 1_000);
      return add('evaluation_results_total', { check: signal.check, result: signal.result });
    case 'finding':
      return add('static_findings_total', { kind: signal.kind, severity: signal.severity });
    case 'worlds.changed':
      return move('worlds_active', { method: signal.method }, signal.by);
    case 'capacity.changed':
      set('concurrency_limit', { of: 'now' }, signal.worlds);
      return set('concurrency_limit', { of: 'most' }, signal.ceiling);
    case 'health.checked':
      return add('deployment_health_checks_total', { result: signal.result });
    case 'configuration.reloaded':
      add('config_reloads_total', { result: signal.ok ? 'ok' : 'failed' });
      if (signal.ok) set('config_last_reload_success_timestamp_seconds', {}, now / 1_000);
      return;
    case 'content':
      return;
    case 'spans.exported':
      return add('spans_exported_total', { result: signal.result }, signal.count);
  }
}
