import type { ReactNode } from 'react';
import { Command } from './command.tsx';

/** Nothing is here yet: why, and the command that changes that. */
export function Empty({ title, children, command }: { readonly title: string; readonly children?: ReactNode; readonly command?: string }) {
  return (
    <div className="rounded-lg border border-dashed border-line-strong px-6 py-10 text-center">
      <p className="font-medium">{title}</p>
      {children === undefined ? undefined : <div className="mx-auto mt-1 max-w-prose text-muted">{children}</div>}
      {command === undefined ? undefined : (
        <div className="mt-4 flex justify-center">
          <Command text={command} />
        </div>
      )}
    </div>
  );
}
