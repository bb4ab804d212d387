import { ChevronRight } from 'lucide-react';
import type { ReactNode } from 'react';
import { classes } from './classes.ts';

export interface FoldProps {
  readonly title: ReactNode;
  readonly children: ReactNode;
  readonly open?: boolean;
  readonly className?: string;
}

/** What is shown when it is asked for. */
export function Fold({ title, children, open = false, className }: FoldProps) {
  return (
    <details open={open} className={classes('group mt-3', className)}>
      <summary className="inline-flex min-h-8 cursor-pointer list-none items-center gap-1 rounded font-medium [&::-webkit-details-marker]:hidden">
        <ChevronRight aria-hidden size={15} className="shrink-0 transition-transform group-open:rotate-90" />
        {title}
      </summary>
      <div className="mt-2">{children}</div>
    </details>
  );
}
