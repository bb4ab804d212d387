import assert from 'node:assert/strict';
import { git } from '../support/miyabi.ts';
import type { DistributedSite, RunEvent } from './distributed-site.ts';

const eventsOf = `SELECT job.id, job.state, job.last_seq::int AS last, count(event.seq)::int AS events, min(event.seq)::int AS first
  FROM weaver_job AS job LEFT JOIN weaver_stream AS stream ON stream.name = 'job:' || job.id
  LEFT JOIN weaver_event AS event ON event.stream = stream.number WHERE 'run_' || job.short_id = $1 GROUP BY job.id`;

/** Tasks that have not ended well, or whose attempts do not say how. */
const tasksUnlike = `SELECT task.key, task.state, task.executions FROM weaver_task AS task
  LEFT JOIN weaver_attempt AS attempt ON attempt.task_id = task.id WHERE task.job_id = $1 GROUP BY task.id
  HAVING task.state NOT IN ('succeeded', 'decomposed', 'skipped') OR count(attempt.id) <> task.executions
    OR count(*) FILTER (WHERE attempt.id IS NOT NULL AND attempt.ended_at IS NULL) > 0
    OR (task.state = 'succeeded' AND task.decompositions = 0 AND count(*) FILTER (WHERE attempt.outcome = 'success') <> 1)`;

const attemptsAtOnce = `SELECT one.id FROM weaver_attempt AS one JOIN weaver_attempt AS other
  ON other.task_id = one.task_id AND other.epoch > one.epoch AND other.started_at < one.ended_at WHERE one.job_id = $1`;

const decidedTwice = 'SELECT attempt_id FROM weaver_decision WHERE job_id = $1 AND attempt_id IS NOT NULL GROUP BY 1 HAVING count(*) > 1';

/**
 * That a run which has ended was handed over once, and that the records say all of what happened: events without gaps, one success and
 * one lease at a time for each task, one decision at most for each attempt.
 *
 * @throws AssertionError
 */
export async function expectRunWhole(site: DistributedSite, report: RunEvent): Promise<void> {
  const { type, status, run = '' } = report;
  assert.deepEqual({ type, status }, { type: 'run.finished', status: 'succeeded' }, JSON.stringify(report));
  const [job] = await site.query<{ id: string; state: string; last: number; events: number; first: number }>(eventsOf, [run]);
  assert.ok(job, `there is no ${run}`);
  const { id, last } = job;
  // Numbers are unique within a stream.
  assert.deepEqual(job, { id, state: 'completed', last, events: last, first: 1 });
  for (const what of [tasksUnlike, attemptsAtOnce, decidedTwice]) assert.deepEqual(await site.query(what, [id]), [], run);
  const branch = `miyabi/${run}`;
  const refs = await site.refs();
  const ours = refs.filter((name) => name.includes(run) || name.includes(id));
  assert.deepEqual(ours, [`refs/heads/${branch}`]);
  assert.equal((await git(site.bare, 'log', '--format=%s', `main..${branch}`)).split('\n').length, 1);
  assert.match(await git(site.bare, 'show', `${branch}:src/add.js`), /a \+ b/);
}
