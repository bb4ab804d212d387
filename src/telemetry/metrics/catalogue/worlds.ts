import { workspaceMethods } from '../../../domain/machine.ts';
import { gitLocks } from '../../../domain/signals.ts';
import { agentNames } from '../../../domain/world.ts';
import type { Metric } from '../metric.ts';
import { longBuckets, pointBuckets, shortBuckets } from './buckets.ts';

/** Why an agent stopped, as its report says; `threw` where there was none. */
export const agentOutcomes = ['finished', 'nothing-to-offer', 'limit', 'denied', 'failed', 'timeout', 'cancelled', 'threw'] as const;

export const worldMetrics = {
  worlds_active: { type: 'gauge', of: 'process', help: 'Folders of worlds that are there.', labels: { method: workspaceMethods } },
  world_create_duration_seconds: {
    type: 'histogram',
    of: 'process',
    help: 'How long it took to make the folder of a world.',
    labels: { method: workspaceMethods },
    buckets: shortBuckets,
  },
  world_create_failures_total: {
    type: 'counter',
    of: 'process',
    help: 'Folders of worlds that could not be made.',
    labels: { reason: ['disk', 'git', 'other'] },
  },
  worlds_finished_total: {
    type: 'counter',
    of: 'records',
    help: 'Worlds by their agent and how they ended, counted when their run ends.',
    labels: { agent: agentNames, outcome: ['success', 'failed', 'timeout', 'skipped', 'cancelled'] },
  },
  worlds_chosen_total: {
    type: 'counter',
    of: 'records',
    help: 'Worlds that were chosen, by their agent, counted when their run ends.',
    labels: { agent: agentNames },
  },
  world_score_points: {
    type: 'histogram',
    of: 'records',
    help: 'World scores, points of 100, counted when their run ends.',
    labels: { agent: agentNames },
    buckets: pointBuckets,
  },
  git_lock_retries_total: {
    type: 'counter',
    of: 'process',
    help: 'How often somebody else held what git locks, and it was waited or tried again.',
    labels: { lock: gitLocks },
  },
  git_operation_duration_seconds: {
    type: 'histogram',
    of: 'process',
    help: 'How long a call of git took, all of them together.',
    labels: { result: ['ok', 'failed'] },
    buckets: shortBuckets,
  },
  agent_runs_total: {
    type: 'counter',
    of: 'process',
    help: 'Times that an agent worked, and why it stopped.',
    labels: { agent: agentNames, outcome: agentOutcomes },
  },
  agent_run_duration_seconds: {
    type: 'histogram',
    of: 'process',
    help: 'How long an agent worked.',
    labels: { agent: agentNames },
    buckets: longBuckets,
  },
  sandbox_denials_total: {
    type: 'counter',
    of: 'process',
    help: 'What programs of worlds were refused or stopped for.',
    labels: { kind: ['net', 'fs', 'pid', 'mem', 'cpu', 'output'] },
  },
  sandbox_level: {
    type: 'gauge',
    of: 'process',
    help: 'The strongest walls that stand here: 0 limits alone, 1 seatbelt, 2 bubblewrap, 3 container.',
    labels: {},
  },
  sandbox_level_required: {
    type: 'gauge',
    of: 'process',
    help: 'The walls that the configuration asks for, by the same numbers; 1 for any that confines.',
    labels: {},
  },
  concurrency_limit: {
    type: 'gauge',
    of: 'process',
    help: 'Worlds that may run at the same time here: now, and at most.',
    labels: { of: ['now', 'most'] },
  },
} as const satisfies Readonly<Record<string, Metric>>;
