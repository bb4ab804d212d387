import { watchRules } from '../../../domain/deployment.ts';
import type { Metric } from '../metric.ts';
import { quickBuckets } from './buckets.ts';

/** Why a deployment was taken back: a rule, or none that is recorded. */
export const rollbackTriggers = [...watchRules, 'other'] as const;

export const deliveryMetrics = {
  webhook_deliveries_total: {
    type: 'counter',
    of: 'process',
    help: 'Webhooks that came, what became of them, and why where nothing did. The event is empty where nobody was believed.',
    labels: {
      forge: 'forges as they are configured, or unknown',
      event: 'names of events',
      result: 'what became of it',
      reason: 'why nothing was done',
    },
  },
  webhook_handle_duration_seconds: {
    type: 'histogram',
    of: 'process',
    help: 'From when a webhook was read to when it is stored, or nothing is to be done.',
    labels: {},
    buckets: quickBuckets,
  },
  webhook_replays_rejected_total: {
    type: 'counter',
    of: 'process',
    help: 'Webhooks that had come before, and were not taken in again.',
    labels: {},
  },
  webhook_last_received_timestamp_seconds: {
    type: 'gauge',
    of: 'process',
    help: 'When the last webhook came that was signed; when the service began, before there was one.',
    labels: {},
  },
  pull_requests_total: {
    type: 'counter',
    of: 'process',
    help: 'What became of pull requests at the forge.',
    labels: { result: ['opened', 'updated', 'closed', 'failed'] },
  },
  merges_total: {
    type: 'counter',
    of: 'process',
    help: 'What the forge said to merges.',
    labels: { result: ['merged', 'refused', 'failed'] },
  },
  deployments_total: {
    type: 'counter',
    of: 'records',
    help: 'Deployments by how they ended, counted when their run ends.',
    labels: { environment: 'environments as they are configured', outcome: ['live', 'refused', 'rolled-back', 'broken', 'abandoned'] },
  },
  deployment_health_checks_total: {
    type: 'counter',
    of: 'process',
    help: 'Health checks of releases.',
    labels: { result: ['healthy', 'unhealthy', 'wrong-version', 'measuring'] },
  },
  rollbacks_total: {
    type: 'counter',
    of: 'records',
    help: 'Releases that were taken back because of a rule, and whether the one before serves again.',
    labels: { trigger: rollbackTriggers, result: ['ok', 'failed'] },
  },
  notifications_total: {
    type: 'counter',
    of: 'process',
    help: 'What became of messages to people.',
    labels: { channel: 'channels as they are configured', result: ['sent', 'unavailable', 'refused', 'failed'] },
  },
  outbox_pending: { type: 'gauge', of: 'records', help: 'Messages to people that have not gone out.', labels: {} },
  outbox_oldest_age_seconds: {
    type: 'gauge',
    of: 'records',
    help: 'For how long the oldest message to people waits; 0 where none does.',
    labels: {},
  },
} as const satisfies Readonly<Record<string, Metric>>;
