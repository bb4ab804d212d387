import { MessageSquarePlus } from 'lucide-react';
import { Button } from '../../ui/button.tsx';
import { useMay } from '../../ui/use-may.ts';
import type { LineComment } from './comments.ts';

export interface CommentListProps {
  readonly comments: readonly LineComment[];
  readonly onGo: (comment: LineComment) => void;
  readonly onAsk: () => void;
}

/** What was said of lines so far, and the way to have it mended. */
export function CommentList({ comments, onGo, onAsk }: CommentListProps) {
  return (
    <section aria-label="Comments" className="flex shrink-0 flex-col border-line p-3 md:max-h-[45%] md:border-t">
      <h2 className="flex items-center justify-between gap-2 font-semibold">
        Comments
        <span className="tabular text-muted">{comments.length}</span>
      </h2>
      {comments.length === 0 ? (
        <p className="mt-1 text-[13px] text-muted">
          Say what should change: with the + beside a line
          <span className="max-md:hidden">
            , or <kbd>c</kbd> on a chosen one
          </span>
          .
        </p>
      ) : (
        <ul className="-mx-1 mt-1 min-h-0 max-md:max-h-60 overflow-y-auto">
          {comments.map((comment) => (
            <li key={comment.id}>
              <button
                type="button"
                onClick={() => onGo(comment)}
                className="block w-full cursor-pointer rounded px-1 py-1 text-left hover:bg-sunken"
              >
                <span className="mono block truncate text-[12px] text-muted">
                  {comment.path.slice(comment.path.lastIndexOf('/') + 1)}:{comment.line}
                  {comment.side === 'old' ? ' (before)' : ''}
                </span>
                <span className="line-clamp-2 wrap-anywhere">{comment.text}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
      <Button look={comments.length === 0 ? 'plain' : 'main'} className="mt-2" {...useMay('operate')} onClick={onAsk}>
        <MessageSquarePlus aria-hidden size={15} />
        Ask for a fix …
      </Button>
    </section>
  );
}
