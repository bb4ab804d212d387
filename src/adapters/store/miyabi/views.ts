/** A view for people with SQL in hand; nothing of ours reads it. */
interface View {
  readonly name: string;
  readonly select: string;
}

const worldStatus = `CASE WHEN w.ended_at IS NULL AND j.state = 'cancelled' THEN 'cancelled' ELSE w.status END`;

/** In words that SQLite and PostgreSQL read alike, so without a look into stored JSON, which may be packed. */
const views: readonly View[] = [
  {
    name: 'execution_runs',
    select: `SELECT j.id AS run_id, 'run_' || j.short_id AS run, j.group_key AS repository_id, r.root AS repository,
        substr(j.exclusive_key, length('issue:' || j.group_key || ':') + 1) AS issue, j.title, j.state, j.cancel_reason,
        j.cost_micro_usd, j.created_at, j.ended_at, j.ended_at - j.created_at AS duration_ms
      FROM weaver_job j JOIN miyabi_repository r ON r.id = j.group_key`,
  },
  {
    name: 'task_executions',
    select: `SELECT t.id AS task_id, t.job_id AS run_id, t.key AS plan_task, t.state, t.reason, t.failures,
        (SELECT count(*) FROM miyabi_world w WHERE w.job_id = t.job_id AND w.plan_task = t.key) AS worlds,
        (SELECT max(w.round) FROM miyabi_world w WHERE w.job_id = t.job_id AND w.plan_task = t.key) AS rounds,
        (SELECT coalesce(sum(w.cost_micro_usd), 0) FROM miyabi_world w WHERE w.job_id = t.job_id AND w.plan_task = t.key)
          AS cost_micro_usd,
        t.created_at, (SELECT min(a.started_at) FROM weaver_attempt a WHERE a.task_id = t.id) AS started_at, t.ended_at
      FROM weaver_task t WHERE t.type = 'miyabi.task.implement'`,
  },
  {
    name: 'world_executions',
    select: `SELECT w.task_id AS world_id, w.job_id AS run_id, w.repository_id, w.plan_task, w.round, w.world, w.agent, w.settings,
        ${worldStatus} AS status, w.chosen, w.score, w.cost_micro_usd, w.run_ms, w.check_ms, w.commit_id, w.started_at, w.ended_at,
        w.method, w.isolation, w.memory_bytes, w.cpu_ms, w.incidents
      FROM miyabi_world w LEFT JOIN weaver_job j ON j.id = w.job_id`,
  },
  {
    name: 'evaluation_scores',
    select: `SELECT w.task_id AS world_id, w.job_id AS run_id, w.plan_task, w.round, w.world, w.score AS total, w.score_build AS build,
        w.score_tests AS tests, w.score_lint AS lint, w.score_quality AS quality, w.score_security AS security,
        w.score_confidence AS confidence, w.tests_passed, w.tests_total, w.chosen, w.ended_at AS evaluated_at
      FROM miyabi_world w WHERE w.score IS NOT NULL AND w.ended_at IS NOT NULL`,
  },
  {
    name: 'checkpoints',
    select: `SELECT w.job_id AS run_id, 'worktree_created' AS kind, w.plan_task, w.world, w.started_at AS at, NULL AS state
        FROM miyabi_world w
      UNION ALL
      SELECT t.job_id, 'worlds_spawned', p.key, NULL, min(t.created_at), NULL
        FROM weaver_task t JOIN weaver_task p ON p.id = t.parent_task_id
        WHERE t.type = 'miyabi.world.run' GROUP BY t.job_id, t.parent_task_id, p.key, t.generation
      UNION ALL
      SELECT t.job_id, 'world_completed', w.plan_task, w.world, t.ended_at,
          '{"status":"' || w.status || '","commit":' || coalesce('"' || w.commit_id || '"', 'null') || ',"costMicroUsd":'
            || CAST(w.cost_micro_usd AS TEXT) || ',"durationMs":' || coalesce(CAST(w.run_ms AS TEXT), 'null') || '}'
        FROM miyabi_world w JOIN weaver_task t ON t.id = w.task_id WHERE t.state = 'succeeded'
      UNION ALL
      SELECT t.job_id, 'evaluation_done', p.key, NULL, t.ended_at,
          (SELECT '{"chosen":' || coalesce('"' || max(CASE WHEN w.chosen = 1 THEN w.world END) || '"', 'null') || ',"worlds":'
              || CAST(count(*) AS TEXT) || ',"passed":' || CAST(count(CASE WHEN w.status = 'success' THEN 1 END) AS TEXT) || '}'
            FROM weaver_task ran JOIN miyabi_world w ON w.task_id = ran.id
            WHERE ran.parent_task_id = t.parent_task_id AND ran.generation = t.generation)
        FROM weaver_task t JOIN weaver_task p ON p.id = t.parent_task_id
        WHERE t.type = 'miyabi.task.choose' AND t.state = 'succeeded'
      UNION ALL
      SELECT t.job_id, 'merge_ready', NULL, NULL, t.ended_at, t.result
        FROM weaver_task t WHERE t.type = 'miyabi.run.publish' AND t.state = 'succeeded'
          AND NOT EXISTS (SELECT 1 FROM weaver_task o WHERE o.job_id = t.job_id AND o.type = 'miyabi.run.pull-request')
      UNION ALL
      SELECT t.job_id, 'merge_ready', NULL, NULL, t.ended_at,
          '{"pullRequest":' || CAST(r.number AS TEXT) || ',"commit":"' || r.commit_id || '","winners":{' || coalesce((
            SELECT string_agg('"' || w.plan_task || '":"' || w.world || '"', ',') FROM miyabi_world w
              WHERE w.job_id = t.job_id AND w.chosen = 1), '') || '}}'
        FROM weaver_task t JOIN miyabi_pull_request r ON r.job_id = t.job_id JOIN weaver_task p ON p.id = t.parent_task_id
        WHERE t.type = 'miyabi.run.pull-request' AND t.state = 'succeeded' AND p.type = 'miyabi.issue.plan'
      UNION ALL
      SELECT c.job_id, 'still_running', NULL, NULL, c.at, c.state FROM miyabi_checkpoint c`,
  },
  {
    name: 'run_events',
    select: `SELECT substr(s.name, 5) AS run_id, e.seq, e.position, e.at, e.type, e.version, t.id AS task_id, t.type AS task_type,
        t.key AS task, e.data
      FROM weaver_event e JOIN weaver_stream s ON s.number = e.stream
        LEFT JOIN weaver_task t ON t.job_id = substr(s.name, 5) AND t.number = e.task
      WHERE s.name LIKE 'job:%'`,
  },
  {
    name: 'model_calls',
    select: `SELECT c.id AS call_id, c.job_id AS run_id, c.task_id, c.plan_task, c.world, c.purpose, c.provider, c.model, c.status,
        c.cost_micro_usd, CASE WHEN c.status = 'open' THEN c.most_micro_usd ELSE 0 END AS reserved_micro_usd, c.price_known,
        c.input_tokens, c.output_tokens, c.cached_tokens, c.cache_write_tokens, c.at, c.duration_ms
      FROM miyabi_call c`,
  },
  {
    name: 'worktrees',
    select: `SELECT f.directory AS path, f.repository_id, r.root AS repository, f.job_id AS run_id, j.state AS run_state, f.created_at
      FROM miyabi_folder f JOIN miyabi_repository r ON r.id = f.repository_id LEFT JOIN weaver_job j ON j.id = f.job_id`,
  },
];

/** What a migration that renames or rebuilds a table must begin with: SQLite refuses that while a view reads it. */
export const dropViews: readonly string[] = views.map(({ name }) => `DROP VIEW IF EXISTS ${name}`);

/** Makes the views as they are now, whatever stood there before: a migration that changed something ends with it. */
export const renewViews: readonly string[] = [...dropViews, ...views.map(({ name, select }) => `CREATE VIEW ${name} AS ${select}`)];
