import { TriangleAlert } from 'lucide-react';
import { Refused } from '../api/ask.ts';
import { Button } from './button.tsx';

/** Why something cannot be shown, and what to do about it. */
export function Problem({ error, again }: { readonly error: Error; readonly again?: () => void }) {
  const { title, detail, fix } = wordsOf(error);
  return (
    <div role="alert" className="rounded-lg border border-bad bg-bad-soft px-4 py-3">
      <p className="flex items-center gap-2 font-semibold text-bad">
        <TriangleAlert aria-hidden size={16} />
        {title}
      </p>
      <p className="mt-1 text-ink">
        {detail} {fix}
      </p>
      {again === undefined ? undefined : (
        <Button small className="mt-3" onClick={again}>
          Try again
        </Button>
      )}
    </div>
  );
}

function wordsOf(error: Error): { readonly title: string; readonly detail: string; readonly fix: string } {
  if (error instanceof Refused) return error.problem;
  return {
    title: error.message,
    detail: 'It may have been stopped, or the network is gone.',
    fix: 'It is tried again by itself as soon as it answers.',
  };
}
