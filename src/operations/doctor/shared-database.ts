import type { WorkerView } from '../../weaver/workers.ts';
import type { Finding } from './finding.ts';
import type { DatabaseState } from '../tools.ts';

/** From here on what a task costs is mostly the way to the database and back, in ms. */
const longWayMs = 20;

/** What is to be said of the database that many machines share, and of who works on it. */
export function databaseFindings(state: DatabaseState, workers: readonly WorkerView[]): readonly Finding[] {
  return [ofDatabase(state), ofWorkers(workers)];
}

function ofDatabase({ address, version, answerMs, isPooled }: DatabaseState): Finding {
  const detail = `${address} answers within ${answerMs.toFixed(1)} ms, PostgreSQL ${version}`;
  if (isPooled)
    return {
      name: 'Database',
      status: 'warning',
      detail: `${detail}, behind a pooler that gives each transaction another connection: what is ready is looked for twice a second instead of being told`,
      fix: 'Nothing has to be done; with the address of the server itself tasks begin at once.',
    };
  if (answerMs >= longWayMs)
    return {
      name: 'Database',
      status: 'warning',
      detail: `${detail}: a long way, which every step of a task goes several times`,
      fix: 'Let workers run near the database: in the same network, or the same region.',
    };
  return { name: 'Database', status: 'ok', detail, fix: '' };
}

/** Whoever only watches a run has no labels, and takes nothing. */
function ofWorkers(all: readonly WorkerView[]): Finding {
  const workers = all.filter(({ labels }) => labels !== undefined);
  const alive = workers.filter((worker) => worker.alive);
  const silent = workers.length - alive.length;
  const silence =
    silent === 0
      ? []
      : [`${silent} ${silent === 1 ? 'gives' : 'give'} no sign of life, and what ${silent === 1 ? 'it' : 'they'} did is done by others`];
  if (alive.length === 0)
    return {
      name: 'Workers',
      status: 'warning',
      detail: ['none is there: runs wait', ...silence].join('; '),
      fix: 'Start `miyabi worker` with this database, here or on another machine.',
    };
  const each = alive.map(({ host, pid, running }) => `${host} (process ${pid}, ${running} ${running === 1 ? 'task' : 'tasks'})`);
  const shown = each.length <= 8 ? each : [...each.slice(0, 8), `${each.length - 8} more`];
  return { name: 'Workers', status: 'ok', detail: [`${alive.length}: ${shown.join(', ')}`, ...silence].join('; '), fix: '' };
}
