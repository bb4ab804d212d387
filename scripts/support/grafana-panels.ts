/** One question of a panel, in the language of Prometheus. */
export interface Query {
  readonly expression: string;
  /** What its lines are called; `{{label}}` stands for what a label says. */
  readonly legend: string;
}

export interface Panel {
  readonly kind: 'stat' | 'lines';
  readonly title: string;
  /** Shown where somebody asks what it is. */
  readonly about: string;
  /** As Grafana names it. */
  readonly unit: string;
  readonly queries: readonly Query[];
}

export interface Row {
  readonly title: string;
  readonly panels: readonly Panel[];
}

function stat(title: string, unit: string, expression: string, about: string): Panel {
  return { kind: 'stat', title, about, unit, queries: [{ expression, legend: title }] };
}

function lines(title: string, unit: string, about: string, ...queries: readonly (readonly [expression: string, legend: string])[]): Panel {
  return { kind: 'lines', title, about, unit, queries: queries.map(([expression, legend]) => ({ expression, legend })) };
}

/** The quantile of a histogram of the records, which each service tells alike. */
function quantileOfRecords(quantile: number, metric: string, by: string, range: string): string {
  return `histogram_quantile(${quantile}, max by (${by === '' ? 'le' : `${by}, le`}) (rate(${metric}_bucket[${range}])))`;
}

/** The quantile of a histogram of processes, over all of them. */
function quantileOfProcesses(quantile: number, metric: string, by: string, range: string): string {
  return `histogram_quantile(${quantile}, sum by (${by === '' ? 'le' : `${by}, le`}) (rate(${metric}_bucket[${range}])))`;
}

/** What people ask first comes first. Metrics of the records are never summed over services: the highest counts. */
export const rows: readonly Row[] = [
  {
    title: 'At a glance',
    panels: [
      stat('Runs that ended in the last hour', 'none', 'sum(miyabi:runs_finished:increase1h)', 'However they ended.'),
      stat('Executions that fail', 'percentunit', 'miyabi:executions_failed:ratio5m', 'Of the last five minutes; lost ones count.'),
      stat('Ready for', 's', 'max(miyabi_task_queue_oldest_age_seconds)', 'The task that is ready longest.'),
      stat('Budget of the month', 'percentunit', 'max(miyabi:budget_used:ratio)', 'What is spent and reserved, of what may be.'),
      stat('Workers', 'none', 'sum(max by (host) (miyabi_workers))', 'Programs that execute tasks.'),
      stat(
        'Breakers that are open',
        'none',
        'sum(max by (kind) (miyabi_circuit_breaker_state{state="open"}))',
        'Of providers and of configurations of worlds.',
      ),
      stat('Spent in the last hour', 'currencyUSD', 'miyabi:model_cost_usd:increase1h', 'On models.'),
      stat('Fullest disk', 'percentunit', 'max(miyabi_host_used_ratio{resource="disk"})', 'Where state folders lie.'),
    ],
  },
  {
    title: 'Work',
    panels: [
      lines('Tasks by state', 'none', 'Of jobs that have not ended.', ['max by (state) (miyabi_task_queue_depth)', '{{state}}']),
      lines('Jobs by state', 'none', 'That have not ended: runs, and what was told by forges or is told to people.', [
        'max by (state) (miyabi_jobs)',
        '{{state}}',
      ]),
      lines(
        'Runs per hour',
        'none',
        'Begun, and ended by how.',
        ['max(increase(miyabi_runs_started_total[1h]))', 'begun'],
        ['miyabi:runs_finished:increase1h', '{{outcome}}'],
      ),
      lines(
        'How long runs take',
        's',
        'Of the last hour.',
        [quantileOfRecords(0.5, 'miyabi_run_duration_seconds', '', '1h'), 'median'],
        [quantileOfRecords(0.9, 'miyabi_run_duration_seconds', '', '1h'), 'p90'],
      ),
      lines('How long an execution takes, by phase', 's', 'The 90th of a hundred, of the last hour.', [
        'miyabi:phase_duration_seconds:p90_1h',
        '{{phase}}',
      ]),
      lines('Executions, by how they end', 'ops', 'Of all phases.', ['sum by (result) (miyabi:executions:rate5m)', '{{result}}']),
      lines('Tries after a failure, by phase', 'ops', 'What is tried again.', [
        'max by (phase) (rate(miyabi_phase_retries_total[5m]))',
        '{{phase}}',
      ]),
      lines(
        'Tasks made and ended',
        'ops',
        'Throughput.',
        ['sum(max by (source) (rate(miyabi_tasks_enqueued_total[5m])))', 'made'],
        ['sum(max by (outcome) (rate(miyabi_tasks_finished_total[5m])))', 'ended'],
      ),
      lines('Executions, by why they began', 'ops', 'The first, another after a failure or a lost process, or one that goes on.', [
        'max by (reason) (rate(miyabi_task_attempts_total[5m]))',
        '{{reason}}',
      ]),
      lines('Executions by type: how long', 's', 'The 90th of a hundred, of the last hour.', [
        quantileOfRecords(0.9, 'miyabi_task_duration_seconds', 'kind', '1h'),
        '{{kind}}',
      ]),
      lines(
        'Leases lost, rights refused',
        'none',
        'In an hour.',
        ['max(increase(miyabi_task_lease_expirations_total[1h]))', 'lost'],
        ['sum by (by) (increase(miyabi_fencing_rejections_total[1h]))', 'refused: {{by}}'],
      ),
      lines('Tasks being executed, by machine', 'none', 'Now.', ['max by (host) (miyabi_running_tasks)', '{{host}}']),
    ],
  },
  {
    title: 'Worlds and agents',
    panels: [
      lines('Worlds that pass, by agent', 'percentunit', 'Of the last day; those that were left out do not count.', [
        'miyabi:worlds_passed:ratio1d',
        '{{agent}}',
      ]),
      lines('Scores, by agent', 'none', 'The median of the last day, points of 100.', [
        quantileOfRecords(0.5, 'miyabi_world_score_points', 'agent', '1d'),
        '{{agent}}',
      ]),
      lines('Worlds that were chosen, by agent', 'none', 'In a day.', [
        'max by (agent) (increase(miyabi_worlds_chosen_total[1d]))',
        '{{agent}}',
      ]),
      lines('Why agents stop', 'none', 'In an hour.', ['sum by (outcome) (increase(miyabi_agent_runs_total[1h]))', '{{outcome}}']),
      lines('How long agents work', 's', 'The 90th of a hundred, of the last hour.', [
        quantileOfProcesses(0.9, 'miyabi_agent_run_duration_seconds', 'agent', '1h'),
        '{{agent}}',
      ]),
      lines(
        'Worlds that are there',
        'none',
        'And how many may be at a time.',
        ['sum by (method) (miyabi_worlds_active)', '{{method}}'],
        ['sum by (of) (miyabi_concurrency_limit)', 'may be: {{of}}'],
      ),
      lines('Making a world', 's', 'The 99th of a hundred, by method.', [
        quantileOfProcesses(0.99, 'miyabi_world_create_duration_seconds', 'method', '1h'),
        '{{method}}',
      ]),
      lines('Worlds that could not be made', 'none', 'In an hour.', [
        'sum by (reason) (increase(miyabi_world_create_failures_total[1h]))',
        '{{reason}}',
      ]),
      lines('What worlds were refused', 'none', 'In an hour.', ['sum by (kind) (increase(miyabi_sandbox_denials_total[1h]))', '{{kind}}']),
      lines(
        'Walls',
        'none',
        '0 limits, 1 seatbelt, 2 bubblewrap, 3 container.',
        ['min(miyabi_sandbox_level)', 'weakest'],
        ['max(miyabi_sandbox_level_required)', 'asked for'],
      ),
      lines(
        'git',
        's',
        'The 99th of a hundred calls, and locks that others held in an hour.',
        [quantileOfProcesses(0.99, 'miyabi_git_operation_duration_seconds', '', '15m'), 'p99'],
        ['sum by (lock) (increase(miyabi_git_lock_retries_total[1h]))', 'lock: {{lock}}'],
      ),
    ],
  },
  {
    title: 'Checks',
    panels: [
      lines('What checks say', 'none', 'In an hour.', [
        'sum by (check, result) (increase(miyabi_evaluation_results_total[1h]))',
        '{{check}} {{result}}',
      ]),
      lines('How long checks take', 's', 'The 90th of a hundred, of the last hour.', [
        quantileOfProcesses(0.9, 'miyabi_evaluation_duration_seconds', 'check', '1h'),
        '{{check}}',
      ]),
      lines('Findings', 'none', 'In a day.', [
        'sum by (kind, severity) (increase(miyabi_static_findings_total[1d]))',
        '{{kind}} {{severity}}',
      ]),
    ],
  },
  {
    title: 'Models and money',
    panels: [
      lines('Cost per hour, by model', 'currencyUSD', 'What was asked.', [
        'max by (model) (increase(miyabi_model_cost_usd_total[1h]))',
        '{{model}}',
      ]),
      lines('Tokens', 'none', 'In an hour.', [
        'sum by (direction) (max by (model, direction) (increase(miyabi_model_tokens_total[1h])))',
        '{{direction}}',
      ]),
      lines('Calls answered from what was kept', 'percentunit', 'Of all of the last hour.', [
        'sum(max by (model) (increase(miyabi_model_calls_total{answer="kept"}[1h]))) / sum(max by (model, answer) (increase(miyabi_model_calls_total[1h])))',
        'kept',
      ]),
      lines(
        'Budget of the month',
        'currencyUSD',
        'Spent and reserved, and what may be.',
        ['max(miyabi_budget_spent_usd)', 'spent'],
        ['max(miyabi_budget_limit_usd)', 'limit'],
      ),
      lines('Refused by a budget', 'none', 'In an hour.', ['sum by (scope) (increase(miyabi_budget_stops_total[1h]))', '{{scope}}']),
      lines('Asked again', 'none', 'In an hour, by why.', [
        'sum by (provider, failure) (increase(miyabi_model_retries_total[1h]))',
        '{{provider}} {{failure}}',
      ]),
      lines('Waiting for a turn', 's', 'Seconds in each second, by provider.', [
        'sum by (provider) (rate(miyabi_model_wait_seconds_total[5m]))',
        '{{provider}}',
      ]),
      lines('Breakers', 'none', 'That know of a failure, by state.', [
        'max by (kind, state) (miyabi_circuit_breaker_state)',
        '{{kind}} {{state}}',
      ]),
    ],
  },
  {
    title: 'Forges, deployments and people',
    panels: [
      lines(
        'Webhooks',
        'none',
        'In an hour, by what became of them.',
        ['sum by (result) (increase(miyabi_webhook_deliveries_total[1h]))', '{{result}}'],
        ['sum(increase(miyabi_webhook_replays_rejected_total[1h]))', 'come before'],
      ),
      lines(
        'Taking a webhook in',
        's',
        'The 99th of a hundred.',
        [quantileOfProcesses(0.99, 'miyabi_webhook_handle_duration_seconds', '', '15m'), 'p99'],
        ['time() - max(miyabi_webhook_last_received_timestamp_seconds)', 'since the last'],
      ),
      lines(
        'Pull requests and merges',
        'none',
        'In a day.',
        ['sum by (result) (increase(miyabi_pull_requests_total[1d]))', 'pull request {{result}}'],
        ['sum by (result) (increase(miyabi_merges_total[1d]))', 'merge {{result}}'],
      ),
      lines(
        'Deployments',
        'none',
        'In a day.',
        ['max by (environment, outcome) (increase(miyabi_deployments_total[1d]))', '{{environment}} {{outcome}}'],
        ['max by (result) (increase(miyabi_rollbacks_total[1d]))', 'taken back: {{result}}'],
      ),
      lines('Health of releases', 'ops', 'Checks.', ['sum by (result) (rate(miyabi_deployment_health_checks_total[5m]))', '{{result}}']),
      lines(
        'Messages to people',
        'none',
        'In an hour, and what waits.',
        ['sum by (channel, result) (increase(miyabi_notifications_total[1h]))', '{{channel}} {{result}}'],
        ['max(miyabi_outbox_pending)', 'waiting'],
        ['max(miyabi_outbox_oldest_age_seconds)', 'the oldest, for s'],
      ),
    ],
  },
  {
    title: 'The services themselves',
    panels: [
      lines('Versions', 'none', 'What runs.', ['sum by (version, node) (miyabi_build_info)', '{{version}} on Node {{node}}']),
      lines('Memory', 'bytes', 'Resident.', ['process_resident_memory_bytes', '{{instance}}']),
      lines('Processor', 'percentunit', 'Of one.', ['rate(process_cpu_seconds_total[5m])', '{{instance}}']),
      lines('Event loop', 's', 'How late timers are.', ['max by (instance) (miyabi_event_loop_lag_seconds{at="p99"})', '{{instance}} p99']),
      lines(
        'Commits',
        's',
        'From handing in a change to its commit.',
        ['miyabi:commit_seconds:p99_5m', 'p99'],
        ['sum(rate(miyabi_db_busy_total[5m]))', 'busy, per second'],
      ),
      lines('The machines', 'percentunit', 'What is in use.', ['miyabi_host_used_ratio', '{{instance}} {{resource}}']),
      lines('Free on disk', 'bytes', 'Where state folders lie.', ['miyabi_disk_free_bytes', '{{instance}}']),
      lines(
        'Recovery',
        'none',
        'After killed processes.',
        ['sum by (result) (increase(miyabi_recovery_runs_total[1h]))', '{{result}}'],
        [quantileOfProcesses(0.99, 'miyabi_recovery_duration_seconds', '', '1h'), 'p99, s'],
      ),
      lines('Secrets taken out', 'none', 'In an hour.', ['sum by (sink) (increase(miyabi_secret_redactions_total[1h]))', '{{sink}}']),
      lines(
        'Configuration',
        's',
        'Since it was last read, and times that it was read again in a day.',
        ['time() - min(miyabi_config_last_reload_success_timestamp_seconds)', 'since'],
        ['sum by (result) (increase(miyabi_config_reloads_total[1d]))', 'read again: {{result}}'],
      ),
      lines('Spans', 'none', 'Of traces, in an hour.', ['sum by (result) (increase(miyabi_spans_exported_total[1h]))', '{{result}}']),
    ],
  },
];
