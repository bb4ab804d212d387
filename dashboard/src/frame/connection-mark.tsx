import { LoaderCircle, Radio, Unplug } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useConnection } from '../api/live.tsx';
import { useNow } from '../ui/use-now.ts';
import { span } from '../words/time.ts';

/** A connection that was cut for less is none of people's business, in ms. */
const patienceMs = 1_500;

/** Whether what is shown is what is, and since when it is not. */
export function ConnectionMark() {
  const connection = useConnection();
  const cutMs = useCutMs(connection === 'reconnecting');
  if (connection === 'reconnecting' && cutMs > patienceMs) {
    return (
      <p role="status" className="flex items-center gap-2 rounded-md bg-warn-soft px-3 py-1.5 text-[13px] font-medium text-warn">
        <Unplug aria-hidden size={15} />
        <span>
          Reconnecting <span className="tabular whitespace-nowrap">{span(Math.floor(cutMs / 1_000) * 1_000)}</span>
        </span>
      </p>
    );
  }
  const isLive = connection !== 'connecting';
  return (
    <p role="status" className="flex items-center gap-2 px-3 py-1.5 text-[13px] text-muted max-md:sr-only">
      {isLive ? <Radio aria-hidden size={15} className="text-good" /> : <LoaderCircle aria-hidden size={15} className="animate-spin" />}
      {isLive ? 'Live' : 'Connecting'}
    </p>
  );
}

function useCutMs(isCut: boolean): number {
  const now = useNow();
  const [since, setSince] = useState<number>();
  useEffect(() => setSince(isCut ? Date.now() : undefined), [isCut]);
  return since === undefined ? 0 : Math.max(0, now - since);
}
