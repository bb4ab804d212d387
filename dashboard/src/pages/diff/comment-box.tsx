import { Pencil, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { Button } from '../../ui/button.tsx';
import { TextArea } from '../../ui/field.tsx';
import type { LineComment, Place } from './comments.ts';

/** What a line is called for people. */
export function placeInWords({ path, side, line }: Place): string {
  return `${path}, line ${line}${side === 'old' ? ' before the change' : ''}`;
}

/** Where a comment is written or changed. */
export function CommentEditor({
  place,
  text,
  onSave,
  onLeave,
}: {
  readonly place: Place;
  readonly text: string;
  readonly onSave: (text: string) => void;
  readonly onLeave: () => void;
}) {
  const [written, setWritten] = useState(text);
  const save = (): void => (written.trim() === '' ? undefined : onSave(written.trim()));
  return (
    <form
      aria-label={`Comment on ${placeInWords(place)}`}
      className="m-2 max-w-2xl rounded-md border border-line-strong bg-surface p-3 font-sans whitespace-normal"
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
      onKeyDown={(event) => {
        if (event.key === 'Escape') onLeave();
        if (event.key === 'Enter' && (event.metaKey || event.ctrlKey)) save();
      }}
    >
      <TextArea
        label={`What should change in line ${place.line}?`}
        autoFocus
        required
        rows={3}
        maxLength={10_000}
        value={written}
        onChange={({ target }) => setWritten(target.value)}
      />
      <div className="mt-2 flex flex-wrap items-center gap-2">
        <Button type="submit" look="main" small disabled={written.trim() === ''}>
          {text === '' ? 'Add comment' : 'Save comment'}
        </Button>
        <Button small onClick={onLeave}>
          Cancel
        </Button>
        <span className="text-[12px] text-muted">Ctrl+Enter saves. It is kept in this browser until you ask for a fix.</span>
      </div>
    </form>
  );
}

/** A comment at its line. */
export function CommentCard({
  comment,
  onEdit,
  onRemove,
}: {
  readonly comment: LineComment;
  readonly onEdit: () => void;
  readonly onRemove: () => void;
}) {
  return (
    <div className="m-2 flex max-w-2xl items-start gap-2 rounded-md border border-line border-l-4 border-l-accent bg-surface px-3 py-2 font-sans whitespace-normal">
      <p className="min-w-0 flex-1 wrap-anywhere whitespace-pre-wrap">{comment.text}</p>
      <Button look="quiet" small aria-label={`Change the comment on line ${comment.line}`} onClick={onEdit}>
        <Pencil aria-hidden size={14} />
      </Button>
      <Button look="quiet" small aria-label={`Remove the comment on line ${comment.line}`} onClick={onRemove}>
        <Trash2 aria-hidden size={14} />
      </Button>
    </div>
  );
}
