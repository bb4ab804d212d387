import { Radio, Unplug } from 'lucide-react';
import { useState } from 'react';
import { useConnection, useRunEvents } from '../../api/live.tsx';

export interface LiveMarkProps {
  readonly run: string;
  readonly ended: boolean;
  /** The number of the last thing that had happened when the run was read. */
  readonly lastEvent: number;
}

/** Whether a run is shown as it is, and the number of the last thing that happened in it. */
export function LiveMark({ run, ended, lastEvent }: LiveMarkProps) {
  const connection = useConnection();
  const [seq, setSeq] = useState(0);
  useRunEvents((event) => {
    if (event.run === run) setSeq(event.seq);
  });
  if (ended) return undefined;
  const isLive = connection === 'live';
  return (
    <span className={isLive ? 'inline-flex items-center gap-1.5 text-good' : 'inline-flex items-center gap-1.5 text-warn'}>
      {isLive ? <Radio aria-hidden size={15} /> : <Unplug aria-hidden size={15} />}
      {connection}
      <span className="tabular text-muted">event {Math.max(seq, lastEvent)}</span>
    </span>
  );
}
