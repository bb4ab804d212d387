import type { ReactNode } from 'react';

/** Parts of a page of which one is shown at a time, each a `Link` with {@link tabLook}, `aria-current` set on the one that is shown. */
export function Tabs({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <nav aria-label={label} className="mb-5 border-b border-line">
      <ul className="-mb-px flex gap-1 overflow-x-auto">{children}</ul>
    </nav>
  );
}

export const tabLook =
  'inline-flex min-h-10 items-center gap-2 whitespace-nowrap border-b-2 border-transparent px-3 text-muted hover:text-ink aria-[current=page]:border-accent aria-[current=page]:font-semibold aria-[current=page]:text-ink';
