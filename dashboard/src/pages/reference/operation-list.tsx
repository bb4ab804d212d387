import { Link } from '@tanstack/react-router';
import type { Document, Operation } from './document.ts';
import { groupsOf } from './document.ts';
import { Method } from './method.tsx';

export interface OperationListProps {
  readonly document: Document;
  readonly operations: readonly Operation[];
  /** What is searched for. */
  readonly text: string;
  readonly chosen: string | undefined;
}

/** One that was not chosen here, but by a link or a key, may lie out of sight. */
function intoView(element: HTMLAnchorElement | null): void {
  element?.scrollIntoView({ block: 'nearest' });
}

/** All operations under the headings of the document. */
export function OperationList({ document, operations, text, chosen }: OperationListProps) {
  const groups = groupsOf(document, operations, text);
  return (
    <nav aria-label="Operations" className="mt-4 space-y-4">
      {groups.length === 0 ? <p className="text-muted">No operation is like this.</p> : undefined}
      {groups.map(([group, members]) => (
        <section key={group} aria-label={group}>
          <h2 className="mb-1 text-[13px] font-semibold text-muted">{group}</h2>
          <ul>
            {members.map(({ id, method, summary }) => (
              <li key={id}>
                <Link
                  ref={id === chosen ? intoView : undefined}
                  to="/reference"
                  search={{ operation: id }}
                  aria-current={id === chosen ? 'page' : undefined}
                  className="flex min-h-8 items-center gap-2 rounded-md px-2 hover:bg-sunken aria-[current=page]:bg-accent-soft aria-[current=page]:font-semibold aria-[current=page]:text-accent"
                >
                  <Method method={method} />
                  <span className="min-w-0 wrap-anywhere">{summary}</span>
                </Link>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </nav>
  );
}
