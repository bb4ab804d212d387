import { LoaderCircle } from 'lucide-react';
import { useEffect, useState } from 'react';

/** Nothing for a third of a second, then that it is being read, and after some seconds for how long. */
export function Loading({ what }: { readonly what: string }) {
  const [waitedMs, setWaitedMs] = useState(0);
  useEffect(() => {
    const begun = performance.now();
    const timer = setInterval(() => setWaitedMs(performance.now() - begun), 350);
    return () => clearInterval(timer);
  }, []);
  if (waitedMs === 0) return <div aria-busy="true" className="min-h-10" />;
  return (
    <div role="status" className="flex min-h-10 items-center gap-2 text-muted">
      <LoaderCircle aria-hidden size={16} className="animate-spin" />
      Reading {what}
      {waitedMs < 3_000 ? ' …' : ` … ${Math.floor(waitedMs / 1_000)} s`}
    </div>
  );
}
