import { redactionSinks } from '../../../domain/signals.ts';
import type { Metric } from '../metric.ts';
import { quickBuckets, shortBuckets } from './buckets.ts';

export const serviceMetrics = {
  build_info: {
    type: 'gauge',
    of: 'process',
    help: 'Always 1: which version runs, on which Node.',
    labels: { version: 'the version', node: 'that of Node' },
  },
  config_last_reload_success_timestamp_seconds: {
    type: 'gauge',
    of: 'process',
    help: 'When the configuration was last read that holds.',
    labels: {},
  },
  config_reloads_total: {
    type: 'counter',
    of: 'process',
    help: 'Times that the configuration was read again while the service ran.',
    labels: { result: ['ok', 'failed'] },
  },
  recovery_runs_total: {
    type: 'counter',
    of: 'process',
    help: 'Times that was looked after what killed processes had left.',
    labels: { result: ['ok', 'failed'] },
  },
  recovery_duration_seconds: {
    type: 'histogram',
    of: 'process',
    help: 'How long it took to look after what killed processes had left.',
    labels: {},
    buckets: shortBuckets,
  },
  spans_exported_total: {
    type: 'counter',
    of: 'process',
    help: 'Spans that went to whoever collects traces, and those that were lost.',
    labels: { result: ['ok', 'failed'] },
  },
  secret_redactions_total: {
    type: 'counter',
    of: 'process',
    help: 'Secrets that were taken out of texts, by where the texts were going.',
    labels: { sink: redactionSinks },
  },
  db_commit_duration_seconds: {
    type: 'histogram',
    of: 'process',
    help: 'From handing in a change of the engine to its commit, or its refusal.',
    labels: {},
    buckets: quickBuckets,
  },
  db_busy_total: {
    type: 'counter',
    of: 'process',
    help: 'Times that the database was busy, and it was tried again.',
    labels: {},
  },
  event_loop_lag_seconds: {
    type: 'gauge',
    of: 'process',
    help: 'How late timers are, since the last scrape.',
    labels: { at: ['p50', 'p99', 'most'] },
  },
  disk_free_bytes: {
    type: 'gauge',
    of: 'process',
    help: 'What is free on the disk of the state folder.',
    labels: { mount: ['state'] },
  },
  host_used_ratio: {
    type: 'gauge',
    of: 'process',
    help: 'How much of the machine is in use, from 0 to 1; of the processors since the last scrape.',
    labels: { resource: ['cpu', 'memory', 'disk'] },
  },
} as const satisfies Readonly<Record<string, Metric>>;
