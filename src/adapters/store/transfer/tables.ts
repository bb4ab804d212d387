/** One table whose rows are moved. */
export interface TransferTable {
  readonly name: string;
  /** What its rows are read by: unique, and such that whatever a row refers to in its own table comes before it. */
  readonly order: readonly string[];
  /** Columns whose text SQLite may hold packed. */
  readonly packed?: readonly string[];
  /** Rows that are held in memory at a time; fewer where one may be large. */
  readonly atOnce?: number;
}

/** Everything that is moved, each table after those that it refers to. */
export const transferTables: readonly TransferTable[] = [
  { name: 'weaver_process', order: ['id'] },
  { name: 'weaver_limit', order: ['namespace', 'limited', 'name'] },
  { name: 'weaver_job', order: ['id'], packed: ['attributes'] },
  { name: 'weaver_task', order: ['job_id', 'number'], packed: ['payload', 'result'] },
  { name: 'weaver_dependency', order: ['task_id', 'ordinal'] },
  { name: 'weaver_attempt', order: ['id'], packed: ['observations'] },
  { name: 'weaver_decision', order: ['id'], packed: ['child_task_ids'] },
  { name: 'weaver_effect', order: ['key'], packed: ['result'] },
  { name: 'weaver_stream', order: ['number'] },
  { name: 'weaver_event', order: ['position'] },
  { name: 'miyabi_repository', order: ['id'] },
  { name: 'miyabi_evidence', order: ['id'], packed: ['evidence'], atOnce: 20 },
  { name: 'miyabi_base_evidence', order: ['repository_id', 'commit_id', 'plan'] },
  { name: 'miyabi_run_evidence', order: ['job_id', 'commit_id', 'plan'] },
  { name: 'miyabi_kept', order: ['id'], packed: ['value'], atOnce: 20 },
  { name: 'miyabi_world', order: ['task_id'] },
  { name: 'miyabi_incident', order: ['task_id', 'kind', 'detail'] },
  { name: 'miyabi_checkpoint', order: ['job_id', 'at'] },
  { name: 'miyabi_choice', order: ['task_id'] },
  { name: 'miyabi_run_facts', order: ['job_id'], packed: ['facts'] },
  { name: 'miyabi_knowledge', order: ['id'], packed: ['entry'], atOnce: 20 },
  { name: 'miyabi_delivery', order: ['forge', 'id'] },
  { name: 'miyabi_sweep', order: ['forge', 'repository'] },
  { name: 'miyabi_pull_request', order: ['job_id'] },
  { name: 'miyabi_release', order: ['repository_id', 'number'] },
  { name: 'miyabi_release_block', order: ['repository_id', 'commit_id'] },
  { name: 'miyabi_deployment', order: ['id'] },
  { name: 'miyabi_deployment_note', order: ['deployment_id', 'number'] },
  { name: 'miyabi_api_access', order: ['id'] },
  { name: 'miyabi_error', order: ['job_id', 'signature'] },
  { name: 'miyabi_question', order: ['job_id', 'key'] },
  { name: 'miyabi_answer', order: ['id'] },
  { name: 'miyabi_standing_answer', order: ['id'] },
  { name: 'miyabi_follow_up', order: ['job_id'] },
  { name: 'miyabi_breaker', order: ['key'] },
  { name: 'miyabi_call', order: ['id'] },
  { name: 'miyabi_budget', order: ['scope', 'key'] },
  { name: 'miyabi_rate', order: ['key'] },
  { name: 'miyabi_rate_permit', order: ['id'] },
  { name: 'miyabi_response', order: ['key'], atOnce: 4 },
];

/** What is not moved, and why. `only`: of one kind of database. */
export const leftTables: ReadonlyArray<{ readonly name: string; readonly because: string; readonly only?: 'PostgreSQL' }> = [
  { name: 'miyabi_folder', because: 'folders lie on one machine' },
  { name: 'miyabi_slot', because: 'numbers of worlds belong to the folders of one machine' },
  { name: 'miyabi_reader', because: 'a position is one of the events of one database' },
  { name: 'miyabi_api_request', because: 'a change is asked for again within minutes, of the service that was asked first' },
  { name: 'miyabi_sign_in_link', because: 'it counts for minutes, and leads to a service on the database where it was made' },
  { name: 'weaver_lock', because: 'who holds a lock holds it in the database where it was taken' },
  { name: 'weaver_dispatch', because: 'what is to be done is sent anew from the records' },
  { name: 'miyabi_knowledge_word', because: 'an index is made anew from the entries', only: 'PostgreSQL' },
  { name: 'miyabi_knowledge_error', because: 'an index is made anew from the entries', only: 'PostgreSQL' },
  { name: 'miyabi_knowledge_path', because: 'an index is made anew from the entries', only: 'PostgreSQL' },
  { name: 'miyabi_knowledge_position', because: 'an index is made anew from the entries', only: 'PostgreSQL' },
  { name: 'weaver_connection', because: 'connections end with their server', only: 'PostgreSQL' },
];

export const usualAtOnce = 200;
