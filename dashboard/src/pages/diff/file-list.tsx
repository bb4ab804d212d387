import { useVirtualizer } from '@tanstack/react-virtual';
import { Check, MessageSquare } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { classes } from '../../ui/classes.ts';
import { ChangeMark, LineCounts } from './change-mark.tsx';
import type { DiffFile } from './read-patch.ts';

const rowHeight = 30;

export interface FileListProps {
  readonly files: readonly DiffFile[];
  readonly current: string | undefined;
  readonly isViewed: (file: DiffFile) => boolean;
  /** How many comments a file has. */
  readonly commentsOf: (path: string) => number;
  readonly onChoose: (path: string) => void;
}

/** Folders with the files in them, in the order in which they are shown beside it. */
export function FileList({ files, current, isViewed, commentsOf, onChoose }: FileListProps) {
  const rows = rowsOf(files);
  const place = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => place.current,
    estimateSize: () => rowHeight,
    overscan: 12,
  });
  const at = rows.findIndex((row) => row.kind === 'file' && row.file.path === current);
  useEffect(() => {
    if (at >= 0) virtual.scrollToIndex(at, { align: 'auto' });
  }, [at, virtual]);
  return (
    <nav aria-label="Files of this diff" className="min-h-0 flex-1">
      <div ref={place} className="h-full overflow-y-auto py-1">
        <ul className="relative" style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map(({ index, start }) => {
            const row = rows[index];
            if (row === undefined) return undefined;
            return (
              <li key={index} className="absolute inset-x-0" style={{ height: rowHeight, transform: `translateY(${start}px)` }}>
                {row.kind === 'folder' ? (
                  <span className="mono block truncate px-3 pt-1.5 text-[12px] text-muted" title={row.path}>
                    {row.path}/
                  </span>
                ) : (
                  <FileRow
                    file={row.file}
                    isIn={row.isIn}
                    isCurrent={index === at}
                    isViewed={isViewed(row.file)}
                    comments={commentsOf(row.file.path)}
                    onChoose={() => onChoose(row.file.path)}
                  />
                )}
              </li>
            );
          })}
        </ul>
      </div>
    </nav>
  );
}

interface FileRowProps {
  readonly file: DiffFile;
  /** Below a row that names its folder. */
  readonly isIn: boolean;
  readonly isCurrent: boolean;
  readonly isViewed: boolean;
  readonly comments: number;
  readonly onChoose: () => void;
}

function FileRow({ file, isIn, isCurrent, isViewed, comments, onChoose }: FileRowProps) {
  return (
    <button
      type="button"
      title={file.path}
      aria-current={isCurrent ? 'true' : undefined}
      onClick={onChoose}
      className={classes(
        'flex h-full w-full cursor-pointer items-center gap-1.5 pr-3 text-left hover:bg-sunken aria-[current=true]:bg-accent-soft',
        isIn ? 'pl-5' : 'pl-3',
      )}
    >
      <ChangeMark status={file.status} />
      <span className={classes('mono min-w-0 flex-1 truncate', isViewed && 'text-muted')}>{nameOf(file.path)}</span>
      {comments === 0 ? undefined : (
        <span className="inline-flex items-center gap-0.5 text-[12px] text-accent">
          <MessageSquare aria-hidden size={12} />
          {comments}
          <span className="sr-only"> {comments === 1 ? 'comment' : 'comments'}</span>
        </span>
      )}
      <LineCounts {...file} />
      {isViewed ? (
        <span className="text-good">
          <Check aria-hidden size={14} />
          <span className="sr-only">viewed</span>
        </span>
      ) : (
        <span aria-hidden className="w-[14px]" />
      )}
    </button>
  );
}

type ListRow =
  | { readonly kind: 'folder'; readonly path: string }
  | { readonly kind: 'file'; readonly file: DiffFile; readonly isIn: boolean };

/** A folder is named where its files begin. */
function rowsOf(files: readonly DiffFile[]): readonly ListRow[] {
  return files.flatMap((file, index): readonly ListRow[] => {
    const folder = folderOf(file.path);
    const row = { kind: 'file', file, isIn: folder !== '' } as const;
    return folder === '' || folder === folderOf(files[index - 1]?.path ?? '') ? [row] : [{ kind: 'folder', path: folder }, row];
  });
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
