import type { ReactNode } from 'react';
import { useEffect } from 'react';

export interface PageProps {
  readonly title: string;
  /** Of the window, where the title alone says too little. */
  readonly windowTitle?: string;
  /** Beside the title: what can be done here. */
  readonly actions?: ReactNode;
  /** Below the title, in a line. */
  readonly about?: ReactNode;
  readonly children: ReactNode;
}

/** A page with its one heading; the window bears its name. */
export function Page({ title, windowTitle, actions, about, children }: PageProps) {
  useEffect(() => {
    document.title = `${windowTitle ?? title} · Miyabi`;
  }, [title, windowTitle]);
  return (
    <div className="mx-auto w-full max-w-[1500px] px-4 py-5 md:px-8">
      <header className="mb-5 flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
        <div className="min-w-0">
          <h1 className="text-xl font-semibold wrap-anywhere">{title}</h1>
          {about === undefined ? undefined : <div className="mt-1 text-muted">{about}</div>}
        </div>
        {actions === undefined ? undefined : <div className="flex flex-wrap items-center gap-2">{actions}</div>}
      </header>
      {children}
    </div>
  );
}

/** A part of a page under a heading of its own. */
export function Section({
  title,
  actions,
  children,
}: {
  readonly title: string;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}) {
  return (
    <section aria-label={title} className="mb-8">
      <div className="mb-2 flex flex-wrap items-center justify-between gap-2">
        <h2 className="text-base font-semibold">{title}</h2>
        {actions}
      </div>
      {children}
    </section>
  );
}
