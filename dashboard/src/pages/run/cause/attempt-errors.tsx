import { exactly, span } from '../../../words/time.ts';
import type { RunAttempt } from '../task-words.ts';

export interface AttemptErrorsProps {
  /** The last first. */
  readonly errors: readonly RunAttempt[];
  /** What is said above already: an attempt that says no more than that is not opened. */
  readonly said: string;
}

/** Every attempt with its own error; the last one is open where it says more. */
export function AttemptErrors({ errors, said }: AttemptErrorsProps) {
  if (errors.length === 0) return undefined;
  return (
    <div className="flex flex-col gap-1.5">
      {errors.map(({ id, number, startedAt, endedAt, reason }, index) => (
        <details key={id} open={index === 0 && reason !== null && !said.includes(reason)} className="rounded-md border border-line">
          <summary className="cursor-pointer px-3 py-1.5">
            Attempt {number}
            <span className="ml-2 text-muted">
              {exactly(startedAt)}
              {endedAt === null ? '' : `, ${span(endedAt - startedAt)}`}
            </span>
          </summary>
          <pre className="overflow-x-auto border-t border-line bg-sunken px-3 py-2 whitespace-pre-wrap">
            {reason ?? 'It left no words.'}
          </pre>
        </details>
      ))}
    </div>
  );
}
