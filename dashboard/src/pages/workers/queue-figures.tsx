import type { Answer } from '../../api/operations.ts';
import { Figure, Figures } from '../../ui/figure.tsx';
import { bytes } from '../../words/bytes.ts';
import { span } from '../../words/time.ts';

/** How much there is to do. */
export function QueueFigures({ service }: { readonly service: Answer<'readService'> }) {
  const { queue, oldestReadyMs, disk } = service;
  return (
    <Figures>
      <Figure name="Running" value={queue.running}>
        tasks that a worker has a lease of
      </Figure>
      <Figure name="Ready" value={queue.ready}>
        {oldestReadyMs === null ? 'no task waits for a worker' : `the oldest for ${span(oldestReadyMs)}`}
      </Figure>
      <Figure name="Waiting" value={queue.waiting}>
        for others, a time, a person, an event or money
      </Figure>
      <Figure name="Free on the disk" value={bytes(disk.freeBytes)}>
        of the machine that answers
      </Figure>
    </Figures>
  );
}
