import type { Cluster } from './cluster.ts';
import type { PodTemplate } from './objects.ts';

/** What the controllers of a cluster make of a job, at once; what its command would do is read off it: `exit 3`, `sleep`. */
export function runJob(cluster: Cluster, name: string): void {
  const job = cluster.get('jobs', name);
  const { template } = job.spec as unknown as { readonly template: PodTemplate };
  const command = template.spec.containers[0]?.command?.at(-1) ?? '';
  const code = Number(/exit (\d+)/.exec(command)?.[1] ?? 0);
  const isSlow = command.includes('sleep');
  const labels = { ...template.metadata?.labels, 'job-name': name, 'controller-uid': job.metadata.uid };
  const containerStatuses = [
    { name: template.spec.containers[0]?.name, restartCount: 0, lastState: {}, state: { terminated: { exitCode: code } } },
  ];
  cluster.put('pods', `${name}-pod`, {
    metadata: { labels },
    spec: template.spec,
    status: { phase: code === 0 ? 'Succeeded' : 'Failed', containerStatuses },
  });
  const failed = { type: 'Failed', status: 'True', reason: isSlow ? 'DeadlineExceeded' : 'BackoffLimitExceeded' };
  const condition = code !== 0 || isSlow ? failed : { type: 'Complete', status: 'True' };
  const selector = { matchLabels: { 'controller-uid': job.metadata.uid } };
  cluster.put('jobs', name, { ...job, spec: { ...job.spec, selector }, status: { conditions: [condition] } });
}
