import type { ProcessId } from '../../../domain/ids.ts';
import type { Tables } from './tables.ts';

/** No lease ends earlier than it did, and none goes past its limit. */
export function renewLeases({ tasks }: Tables, process: ProcessId, until: number): void {
  for (const row of tasks.where('owner', process)) {
    if (row.task.state !== 'running') continue;
    const { lease } = row.task;
    const renewed = Math.max(lease.until, Math.min(until, lease.limit ?? until));
    tasks.put({ ...row, task: { ...row.task, lease: { ...lease, until: renewed } } });
  }
}
