import { ChevronRight } from 'lucide-react';
import type { ReactNode } from 'react';
import { useState } from 'react';
import { classes } from './classes.ts';

export interface FoldProps {
  readonly title: ReactNode;
  readonly children: ReactNode;
  readonly open?: boolean;
  /** What is in it is made when it is opened for the first time: for what is large, or read from the service. */
  readonly lazily?: boolean;
  readonly className?: string;
}

/** What is shown when it is asked for. */
export function Fold({ title, children, open = false, lazily = false, className = 'mt-3' }: FoldProps) {
  const [wasOpened, setOpened] = useState(open);
  return (
    <details
      open={open}
      className={classes('group/fold', className)}
      onToggle={({ currentTarget }) => setOpened(wasOpened || currentTarget.open)}
    >
      <summary className="inline-flex min-h-8 max-w-full cursor-pointer list-none items-center gap-1 rounded font-medium [&::-webkit-details-marker]:hidden">
        <ChevronRight aria-hidden size={15} className="shrink-0 transition-transform [[open]>summary>&]:rotate-90" />
        {title}
      </summary>
      {lazily && !wasOpened ? undefined : <div className="mt-2">{children}</div>}
    </details>
  );
}
