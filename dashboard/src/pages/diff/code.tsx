import type { CodeViewDiffItem, DiffLineAnnotation } from '@pierre/diffs';
import type { CodeViewHandle, CodeViewItem, CodeViewReactOptions } from '@pierre/diffs/react';
import { CodeView } from '@pierre/diffs/react';
import { Plus } from 'lucide-react';
import type { ReactNode, Ref } from 'react';
import { useMemo } from 'react';
import { useTheme } from '../../frame/theme.ts';
import { CommentCard, CommentEditor } from './comment-box.tsx';
import type { LineComment, Place } from './comments.ts';
import { idOf } from './comments.ts';
import type { DiffFile } from './read-patch.ts';
import { codeTheme, diffColours, diffRules } from './theme.ts';
import type { FileLines } from './use-patches.ts';
import { diffOf } from './use-patches.ts';
import { versionOf } from './version-of.ts';

/** What stands between two lines. */
type Note = { readonly kind: 'comment'; readonly comment: LineComment } | { readonly kind: 'editor'; readonly place: Place };
export type CodeHandle = CodeViewHandle<Note, undefined>;

/** A file as it is to be shown. */
export interface ShownFile {
  readonly file: DiffFile;
  readonly lines: FileLines;
  readonly isOpen: boolean;
}

export interface CodeProps {
  readonly ref: Ref<CodeHandle>;
  readonly files: readonly ShownFile[];
  readonly isSplit: boolean;
  readonly wraps: boolean;
  readonly comments: readonly LineComment[];
  /** Where a comment is being written. */
  readonly editing: Place | undefined;
  readonly selected: Place | undefined;
  readonly onSelect: (place: Place | undefined) => void;
  readonly onEdit: (place: Place | undefined) => void;
  readonly onPut: (comment: LineComment) => void;
  readonly onRemove: (id: string) => void;
  /** Files whose place is on the screen. */
  readonly onSeen: (paths: readonly string[]) => void;
  readonly renderHeader: (file: ShownFile) => ReactNode;
}

/** The lines of all files below each other; only those that can be seen are there. */
export function Code(props: CodeProps) {
  const { ref, files, isSplit, wraps, comments, editing, selected, onSelect, onEdit, onPut, onRemove, onSeen, renderHeader } = props;
  const themeType = useTheme();
  const options = useMemo((): CodeViewReactOptions<Note, undefined> => {
    return {
      theme: { light: codeTheme, dark: codeTheme },
      themeType,
      diffStyle: isSplit ? 'split' : 'unified',
      overflow: wraps ? 'wrap' : 'scroll',
      diffIndicators: 'classic',
      hunkSeparators: 'metadata',
      unsafeCSS: diffRules,
      onPostRender: letReadersScroll,
      stickyHeaders: true,
      enableLineSelection: true,
      enableGutterUtility: true,
      itemMetrics: { diffHeaderHeight: 40 },
      layout: { paddingTop: 0, paddingBottom: 24, gap: 8 },
    };
  }, [themeType, isSplit, wraps]);
  const items = useMemo(() => files.map((file) => itemOf(file, comments, editing)), [files, comments, editing]);
  const shown = new Map(files.map((each) => [each.file.path, each]));
  return (
    <CodeView<Note>
      ref={ref}
      containerRef={nameForReaders}
      className="h-full overflow-y-auto overscroll-contain bg-surface"
      style={diffColours}
      items={items}
      options={options}
      selectedLines={
        selected === undefined ? null : { id: selected.path, range: { start: selected.line, end: selected.line, side: sideOf(selected) } }
      }
      onSelectedLinesChange={(selection) => onSelect(selection === null ? undefined : placeOf(selection))}
      onScroll={(_, viewer) => onSeen(viewer.getRenderedItems().map(({ id }) => id))}
      renderCustomHeader={({ id }: CodeViewItem<Note>) => {
        const file = shown.get(id);
        return file === undefined ? undefined : renderHeader(file);
      }}
      renderGutterUtility={(hovered, { id }) => (
        <CommentButton
          onPress={() => {
            const line = hovered();
            if (line !== undefined && 'side' in line)
              onEdit({ path: id, line: line.lineNumber, side: line.side === 'deletions' ? 'old' : 'new' });
          }}
        />
      )}
      renderAnnotation={(...[{ metadata }]) => (
        <Noted note={metadata} onEdit={onEdit} onPut={onPut} onRemove={onRemove} comments={comments} />
      )}
    />
  );
}

/** Beside the line that is pointed at; by keys it is `c`. */
function CommentButton({ onPress }: { readonly onPress: () => void }) {
  return (
    <button
      type="button"
      aria-label="Comment on this line"
      tabIndex={-1}
      onClick={onPress}
      className="flex size-5 cursor-pointer items-center justify-center rounded bg-accent text-on-accent"
    >
      <Plus aria-hidden size={14} />
    </button>
  );
}

/** It scrolls within itself, so it is reached and named. */
function nameForReaders(element: HTMLDivElement | null): void {
  if (element === null) return;
  element.tabIndex = 0;
  element.setAttribute('role', 'region');
  element.setAttribute('aria-label', 'Changed lines');
}

/** Lines that are longer than their column scroll within it: by keys too, in every browser. */
function letReadersScroll(file: HTMLElement): void {
  for (const lines of file.shadowRoot?.querySelectorAll<HTMLElement>('code[data-code]') ?? []) {
    if (lines.scrollWidth <= lines.clientWidth) {
      for (const name of ['tabindex', 'role', 'aria-label']) lines.removeAttribute(name);
      continue;
    }
    lines.tabIndex = 0;
    lines.setAttribute('role', 'group');
    lines.setAttribute('aria-label', 'Long lines');
  }
}

function Noted({
  note,
  comments,
  onEdit,
  onPut,
  onRemove,
}: Pick<CodeProps, 'comments' | 'onEdit' | 'onPut' | 'onRemove'> & { readonly note: Note }) {
  if (note.kind === 'comment')
    return <CommentCard comment={note.comment} onEdit={() => onEdit(note.comment)} onRemove={() => onRemove(note.comment.id)} />;
  const id = idOf(note.place);
  return (
    <CommentEditor
      key={id}
      place={note.place}
      text={comments.find((each) => each.id === id)?.text ?? ''}
      onLeave={() => onEdit(undefined)}
      onSave={(text) => {
        onPut({ ...note.place, id, text });
        onEdit(undefined);
      }}
    />
  );
}

function itemOf({ file, lines, isOpen }: ShownFile, comments: readonly LineComment[], editing: Place | undefined): CodeViewDiffItem<Note> {
  const notes = notesOf(file.path, comments, editing);
  const fileDiff = diffOf(file, lines);
  const collapsed = !isOpen || fileDiff.hunks.length === 0;
  return {
    id: file.path,
    type: 'diff',
    fileDiff,
    annotations: notes,
    collapsed,
    version: versionOf([file.contents, lines.kind, fileDiff.unifiedLineCount, collapsed, notes]),
  };
}

function notesOf(path: string, comments: readonly LineComment[], editing: Place | undefined): DiffLineAnnotation<Note>[] {
  const isEdited = (place: Place): boolean => editing !== undefined && idOf(place) === idOf(editing);
  const told = comments
    .filter((comment) => comment.path === path && !isEdited(comment))
    .map((comment) => ({ side: sideOf(comment), lineNumber: comment.line, metadata: { kind: 'comment' as const, comment } }));
  if (editing?.path !== path) return told;
  const { side, line } = editing;
  return [...told, { side: sideOf(editing), lineNumber: line, metadata: { kind: 'editor' as const, place: { path, side, line } } }];
}

function sideOf({ side }: Place): 'deletions' | 'additions' {
  return side === 'old' ? 'deletions' : 'additions';
}

function placeOf({
  id,
  range,
}: {
  readonly id: string;
  readonly range: { readonly end: number; readonly side?: string; readonly endSide?: string };
}): Place {
  return { path: id, line: range.end, side: (range.endSide ?? range.side) === 'deletions' ? 'old' : 'new' };
}
