/** A column of a table, as either database describes it. */
export interface Column {
  readonly name: string;
  readonly isNumber: boolean;
  readonly isRequired: boolean;
}

/** A row that a table takes: what must be there, and what is named for this table. Where a column takes few words, one of them; what it refers to is `one`. */
export function anyRow(table: string, columns: readonly Column[]): Readonly<Record<string, string | number>> {
  const required = columns.filter(({ name, isRequired }) => isRequired || words[`${table}.${name}`] !== undefined);
  return Object.fromEntries(required.map((column) => [column.name, valueOf(table, column)]));
}

function valueOf(table: string, { name, isNumber }: Column): string | number {
  const word = [words[`${table}.${name}`], words[name]].find((one) => typeof one === (isNumber ? 'number' : 'string'));
  return word ?? (isNumber ? 1 : 'one');
}

/** By table and column, else by column. Values of JSON are such that views and migrations can read them. */
const words: Readonly<Record<string, string | number>> = {
  state: 'running',
  'weaver_task.state': 'ready',
  counts: '{}',
  budget: '{}',
  'weaver_task.budget': '{"attempts":3}',
  payload: '{"schemaVersion":1,"value":{}}',
  data: '{}',
  sealed: 0,
  paused: 0,
  has_ready: 0,
  unmoved: 0,
  artifacts: '[]',
  observations: '[]',
  files: '[]',
  child_task_ids: '[]',
  status: 'running',
  chosen: 0,
  evidence: '{"schemaVersion":1,"value":{}}',
  'weaver_task.ready_at': 1,
  until: 'settled',
  'weaver_lock.until': 1,
  'weaver_limit.limited': 'type',
  world: 'alpha',
  'miyabi_breaker.state': 'closed',
  successes: 0,
  'miyabi_call.status': 'answered',
  'miyabi_budget.scope': 'month',
  outcome: 'succeeded',
  confidence: 0.5,
  'miyabi_pull_request.state': 'open',
  'miyabi_api_access.kind': 'token',
  'miyabi_api_access.scope': 'read',
  'miyabi_answer.answer': 'approve',
  'miyabi_answer.scope': 'once',
  'miyabi_follow_up.kind': 'fix',
  digest: 'd'.repeat(64),
  'miyabi_deployment.state': 'watching',
  severity: 'low',
  'miyabi_standing_answer.scope': 'run',
  'miyabi_follow_up.from_job_id': 'another',
};
