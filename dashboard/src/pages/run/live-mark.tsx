import { Radio, Unplug } from 'lucide-react';
import { useState } from 'react';
import { useConnection, useRunEvents } from '../../api/live.tsx';

/** Whether a run is shown as it is, and the number of the last thing that happened in it while somebody looked. */
export function LiveMark({ run, ended }: { readonly run: string; readonly ended: boolean }) {
  const connection = useConnection();
  const [seq, setSeq] = useState<number>();
  useRunEvents((event) => {
    if (event.run === run) setSeq(event.seq);
  });
  if (ended) return undefined;
  const isLive = connection === 'live';
  return (
    <span className={isLive ? 'inline-flex items-center gap-1.5 text-good' : 'inline-flex items-center gap-1.5 text-warn'}>
      {isLive ? <Radio aria-hidden size={15} /> : <Unplug aria-hidden size={15} />}
      {connection}
      {seq === undefined ? undefined : <span className="tabular text-muted">event {seq}</span>}
    </span>
  );
}
