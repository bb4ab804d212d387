import type { ReactNode } from 'react';
import { Card } from './card.tsx';

export interface FigureProps {
  readonly name: string;
  readonly value: ReactNode;
  /** Below it: a bar, or what it is made of. */
  readonly children?: ReactNode;
}

/** One figure that matters, to be read from across the room. */
export function Figure({ name, value, children }: FigureProps) {
  return (
    <Card className="min-w-0 px-4 py-3">
      <p className="text-muted">{name}</p>
      <p className="mt-0.5 text-2xl font-semibold wrap-anywhere tabular">{value}</p>
      {children === undefined ? undefined : <div className="mt-2 text-muted">{children}</div>}
    </Card>
  );
}

/** Figures beside one another, as many as there is room for. */
export function Figures({ children }: { readonly children: ReactNode }) {
  return <div className="mb-8 grid grid-cols-1 gap-3 sm:grid-cols-2 xl:grid-cols-4">{children}</div>;
}
