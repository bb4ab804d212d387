import { ChevronDown, ChevronRight, LoaderCircle } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button } from '../../ui/button.tsx';
import { bytes } from '../../words/bytes.ts';
import { ChangeMark, LineCounts } from './change-mark.tsx';
import type { DiffFile } from './read-patch.ts';
import type { FileLines } from './use-patches.ts';

export interface FileHeaderProps {
  readonly file: DiffFile;
  readonly lines: FileLines;
  readonly isOpen: boolean;
  readonly isViewed: boolean;
  readonly showsEverything: boolean;
  readonly onToggle: () => void;
  readonly onViewed: () => void;
  /** However large it is. */
  readonly onWhole: () => void;
  /** All lines of the file, or again only those around its changes. */
  readonly onEverything: () => void;
  readonly onRefresh: () => void;
}

const folds: Readonly<Record<NonNullable<DiffFile['folded']>, string>> = {
  binary: 'Binary file',
  'lock-file': 'Lock file',
  generated: 'Generated file',
  large: 'Large change',
};

/** What stands above the lines of a file, in one row that keeps its height whatever becomes of it. */
export function FileHeader(props: FileHeaderProps) {
  const { file, lines, isOpen, isViewed, onToggle, onViewed } = props;
  const Chevron = isOpen ? ChevronDown : ChevronRight;
  return (
    <div className="flex h-[40px] items-center gap-2 border-y border-line bg-sunken pr-3 pl-1 font-sans text-[14px] text-ink">
      <Button look="quiet" small aria-expanded={isOpen} aria-label={`Lines of ${file.path}`} onClick={onToggle}>
        <Chevron aria-hidden size={16} />
      </Button>
      <ChangeMark status={file.status} />
      <span className="mono min-w-0 flex-1 truncate" title={file.path}>
        {file.from === null ? undefined : <span className="text-muted">{file.from} → </span>}
        {file.path}
      </span>
      <Told {...props} />
      {isOpen && lines.kind === 'shown' && file.status === 'modified' ? (
        <Button look="quiet" small className="max-md:hidden" aria-pressed={props.showsEverything} onClick={props.onEverything}>
          {props.showsEverything ? 'Changes only' : 'Whole file'}
        </Button>
      ) : undefined}
      <LineCounts {...file} />
      <label className="flex shrink-0 cursor-pointer items-center gap-1.5 text-[13px]">
        <input type="checkbox" checked={isViewed} onChange={onViewed} className="size-4 accent-accent" />
        <span className="max-md:sr-only">Viewed</span>
      </label>
    </div>
  );
}

/** Why there are no lines, and what brings them. */
function Told({ file, lines, isOpen, onToggle, onWhole, onRefresh }: FileHeaderProps) {
  const { folded } = file;
  if (folded === 'binary') return <Note>{folds.binary}: it has no lines.</Note>;
  if (!isOpen) return folded === null ? undefined : <Offer note={`${folds[folded]}.`} action="Show anyway" onAct={onToggle} />;
  switch (lines.kind) {
    case 'closed':
    case 'shown':
      return <Note>{withoutLines(file)}</Note>;
    case 'reading':
      return (
        <Note>
          <LoaderCircle aria-hidden size={14} className="mr-1 inline animate-spin" />
          Reading …
        </Note>
      );
    case 'large':
      if (lines.isTooMuch) return <Note>{bytes(lines.bytes)}: more than a page can show. `miyabi diff` prints it.</Note>;
      return <Offer note={`${bytes(lines.bytes)}.`} action="Show anyway" onAct={onWhole} />;
    case 'moved':
      return <Offer note="Changed since." action="Refresh" onAct={onRefresh} />;
    case 'failed':
      return <Offer note={lines.error.message} action="Try again" onAct={lines.again} />;
  }
}

function withoutLines({ status, kind, addedLines, removedLines }: DiffFile): string {
  if (status === 'mode') return kind === 'executable' ? 'Can be executed now.' : 'Its permissions changed.';
  if (addedLines + removedLines > 0) return '';
  return status === 'renamed' ? 'Only moved.' : 'Empty.';
}

/** Where there is little room the name of the file comes before it. */
function Note({ children }: { readonly children: ReactNode }) {
  return <span className="truncate text-[13px] text-muted max-md:hidden">{children}</span>;
}

function Offer({ note, action, onAct }: { readonly note: string; readonly action: string; readonly onAct: () => void }) {
  return (
    <span className="flex shrink-0 items-center gap-2">
      <Note>{note}</Note>
      <Button small onClick={onAct}>
        {action}
      </Button>
    </span>
  );
}
