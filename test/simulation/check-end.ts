import type { JobId } from '../../src/domain/ids.ts';
import type { Job } from '../../src/domain/job.ts';
import { hasEnded, isDue } from '../../src/domain/task.ts';
import type { Task } from '../../src/domain/task.ts';
import type { Machine } from './machine.ts';
import type { Site } from './site.ts';

/** Says which jobs could still move by themselves, and why; undefined once none can. */
export async function unrest(site: Site): Promise<string | undefined> {
  return site.look(async (records) => {
    for (const job of await records.jobs({})) {
      if (job.endedAt !== undefined || job.state === 'paused') continue;
      const moving = (await records.tasks(job.id)).find((task) => moves(task, job, site.machine));
      if (moving !== undefined) return `${job.title} is ${job.state}: ${describe(moving)}`;
      if (job.state === 'running' && job.sealed) return `${job.title} is running, and nothing of it moves`;
    }
    return undefined;
  });
}

/** Waits that end later than in so many ms are not waited for: a clock that goes back may put a deadline off by hours. */
const soonMs = 60_000;

/** Whether something ought to happen to it by itself before long. */
function moves(task: Task, job: Job, { clock }: Machine): boolean {
  if (task.state === 'ready' || task.state === 'running') return true;
  if (task.state !== 'pending') return false;
  const { waiting } = task;
  if (waiting.reason === 'paused') return !job.paused;
  if (waiting.reason === 'backoff' || waiting.reason === 'capacity') return true;
  return isDue(waiting, clock.now() + soonMs) || isDue(waiting, clock.now());
}

function describe(task: Task): string {
  return `${task.key} is ${task.state}${task.state === 'pending' ? ` (${task.waiting.reason})` : ''}`;
}

/** Looks at what is left once everything has come to rest and all processes have stopped. */
export async function checkEnd(site: Site, submitted: ReadonlySet<JobId>): Promise<void> {
  const { machine } = site;
  await site.look(async (records) => {
    for (const id of submitted) {
      const job = await records.job(id);
      if (job === undefined) machine.violate(`Job ${id} was submitted, and does not exist.`);
    }
    const recorded = new Set<string>();
    for (const job of await records.jobs({})) {
      const tasks = await records.tasks(job.id);
      const byId = new Map(tasks.map((task) => [task.id, task]));
      for (const task of tasks) {
        if (task.state === 'running') machine.violate(`${task.key} of ${job.title} is still running, and all processes have stopped.`);
        if (job.endedAt !== undefined && !hasEnded(task) && job.state !== 'stuck')
          machine.violate(`${job.title} is ${job.state}: ${describe(task)}.`);
        if (site.outside.visits(task.id) > task.executions) machine.violate(`${task.key} was executed more often than it was handed out.`);
        if (task.state === 'pending' && task.waiting.reason === 'deps') {
          let open = 0;
          for (const edge of await records.dependencies([task.id])) {
            const on = byId.get(edge.onTaskId);
            if (on !== undefined && !hasEnded(on)) open += 1;
          }
          if (open === 0) machine.violate(`${task.key} of ${job.title} waits for dependencies that have all ended.`);
        }
        if (task.state === 'pending' && task.waiting.reason === 'children') {
          const children = await records.children(task.id, task.decompositions);
          if (children.every(hasEnded)) machine.violate(`${task.key} of ${job.title} waits for children that have all ended.`);
        }
        for (const index of [0, 1]) {
          const key = `${task.id}:effect-${index}`;
          if ((await records.effect(key))?.done !== undefined) recorded.add(key);
        }
      }
      for (const event of await records.events(`job:${job.id}`, 0, 100_000)) machine.trace.write(JSON.stringify(event));
      machine.trace.write(JSON.stringify({ job, tasks, decisions: await records.decisions({ jobId: job.id }) }));
      machine.trace.write(JSON.stringify(await records.attempts({ jobId: job.id })));
    }
    const happened = new Set(site.outside.keys());
    for (const key of recorded) if (!happened.has(key)) machine.violate(`The effect ${key} is recorded, and never happened.`);
  });
}
