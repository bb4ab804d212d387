import { useNavigate } from '@tanstack/react-router';
import { ChevronsDownUp, ChevronsUpDown, Columns2, EyeOff, RefreshCw, Rows2 } from 'lucide-react';
import { Button } from '../../ui/button.tsx';
import { LineCounts } from './change-mark.tsx';
import { Sides } from './sides.tsx';
import type { DiffList } from './use-patches.ts';

export interface ToolbarProps {
  readonly list: DiffList;
  readonly viewedFiles: number;
  readonly isSplit: boolean;
  readonly hidesViewed: boolean;
  readonly onHideViewed: (hides: boolean) => void;
  readonly onOpenAll: (isOpen: boolean) => void;
  /** What is shown is not what is there now. */
  readonly isOld: boolean;
  readonly onRefresh: () => void;
}

/** What is compared, how much of it there is, and how it is shown. */
export function Toolbar(props: ToolbarProps) {
  const { list, viewedFiles, isSplit, hidesViewed, onHideViewed, onOpenAll, isOld, onRefresh } = props;
  const navigate = useNavigate({ from: '/runs/$run/diff' });
  const view = (named: 'split' | 'unified'): void => {
    void navigate({ search: (before) => ({ ...before, view: named === 'split' ? undefined : named }), replace: true, resetScroll: false });
  };
  return (
    <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <Sides list={list} />
        <Sum {...props} />
      </div>
      <div className="flex flex-wrap items-center gap-2">
        <Button small aria-pressed={hidesViewed} disabled={viewedFiles === 0 && !hidesViewed} onClick={() => onHideViewed(!hidesViewed)}>
          <EyeOff aria-hidden size={14} />
          {hidesViewed ? 'Show viewed' : 'Hide viewed'}
        </Button>
        <Button small onClick={() => onOpenAll(false)}>
          <ChevronsDownUp aria-hidden size={14} />
          Collapse all
        </Button>
        <Button small onClick={() => onOpenAll(true)}>
          <ChevronsUpDown aria-hidden size={14} />
          Expand all
        </Button>
        <div role="group" aria-label="Columns" className="flex max-md:hidden">
          <Button small className="rounded-r-none" look={isSplit ? 'main' : 'plain'} aria-pressed={isSplit} onClick={() => view('split')}>
            <Columns2 aria-hidden size={14} />
            Split
          </Button>
          <Button
            small
            className="rounded-l-none"
            look={isSplit ? 'plain' : 'main'}
            aria-pressed={!isSplit}
            onClick={() => view('unified')}
          >
            <Rows2 aria-hidden size={14} />
            Unified
          </Button>
        </div>
        <span role="status">
          {isOld ? (
            <Button small look="main" onClick={onRefresh}>
              <RefreshCw aria-hidden size={14} />
              New changes: refresh
            </Button>
          ) : undefined}
        </span>
      </div>
    </div>
  );
}

function Sum({ list: { files }, viewedFiles }: Pick<ToolbarProps, 'list' | 'viewedFiles'>) {
  const sum = (of: 'addedLines' | 'removedLines'): number => files.reduce((total, file) => total + file[of], 0);
  return (
    <span className="tabular flex items-center gap-3 text-muted">
      <span>
        {files.length} {files.length === 1 ? 'file' : 'files'}
      </span>
      <LineCounts addedLines={sum('addedLines')} removedLines={sum('removedLines')} binary={false} />
      <span>
        {viewedFiles} of {files.length} viewed
      </span>
    </span>
  );
}
