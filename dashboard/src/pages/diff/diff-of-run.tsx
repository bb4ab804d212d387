import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useEffect, useEffectEvent, useMemo, useRef, useState } from 'react';
import { Card } from '../../ui/card.tsx';
import { say } from '../../ui/say.ts';
import { AskForFix } from './ask-for-fix.tsx';
import type { CodeHandle, ShownFile } from './code.tsx';
import { Code } from './code.tsx';
import { CommentList } from './comment-list.tsx';
import type { Place } from './comments.ts';
import { useComments } from './comments.ts';
import { FileHeader } from './file-header.tsx';
import { FileList } from './file-list.tsx';
import type { DiffFile } from './read-patch.ts';
import { Toolbar } from './toolbar.tsx';
import { useDiffKeys } from './use-diff-keys.ts';
import { useFrozen } from './use-frozen.ts';
import { useOpenFiles } from './use-open-files.ts';
import type { DiffList } from './use-patches.ts';
import { usePatches } from './use-patches.ts';
import { usePhone } from './use-phone.ts';
import { useViewed } from './viewed.ts';

/** Files whose lines are read before anybody comes to them. */
const readAhead = 20;

/** Everything between two sides: its files, their lines, and what is said of them. */
export function DiffOfRun({ newest }: { readonly newest: DiffList }) {
  const { list, isOld, refresh } = useFrozen(newest);
  const { a, b } = list;
  const search = useSearch({ from: '/runs/$run/diff' });
  const navigate = useNavigate({ from: '/runs/$run/diff' });
  const isPhone = usePhone();
  const { isViewed, toggle: toggleViewed } = useViewed(`${list.run}/${list.task}/${a.world ?? ''}..${b.world}`);
  const { comments, put, remove, clear } = useComments(`${list.run}/${list.task}/${b.world}`);
  const open = useOpenFiles(isViewed);
  const [hidesViewed, setHidesViewed] = useState(false);
  const [whole, setWhole] = useState<ReadonlySet<string>>(new Set());
  const [everything, setEverything] = useState<ReadonlySet<string>>(new Set());
  const [seen, setSeen] = useState<ReadonlySet<string>>(new Set());
  const [selected, setSelected] = useState<Place>();
  const [editing, setEditing] = useState<Place>();
  const [isAsking, setIsAsking] = useState(false);
  const code = useRef<CodeHandle>(null);
  const panel = useRef<HTMLDivElement>(null);

  const files = useMemo(() => (hidesViewed ? list.files.filter((file) => !isViewed(file)) : list.files), [list, hidesViewed, isViewed]);
  const wanted = files
    .filter((file, index) => open.isOpen(file) && (index < readAhead || seen.has(file.path) || search.file === file.path))
    .map((file) => ({ file, whole: file.folded !== null || whole.has(file.path), everything: everything.has(file.path) }));
  const patches = usePatches(list, wanted);
  const shown = files.map((file): ShownFile => {
    const isOpen = open.isOpen(file);
    return { file, isOpen, lines: isOpen ? (patches.get(file.path) ?? { kind: 'reading' }) : { kind: 'closed' } };
  });

  const goTo = useCallback(
    (path: string): void => {
      void navigate({ search: (before) => ({ ...before, file: path }), replace: true, resetScroll: false });
      panel.current?.scrollIntoView({ block: 'nearest' });
      code.current?.scrollTo({ type: 'item', id: path, align: 'start' });
    },
    [navigate],
  );
  // An address that names a file leads to it.
  const showAddressed = useEffectEvent(() => {
    if (files.some(({ path }) => path === search.file)) code.current?.scrollTo({ type: 'item', id: search.file ?? '', align: 'start' });
  });
  useEffect(() => showAddressed(), [list.a.world, list.b.world]);
  const select = useCallback((place: Place | undefined): void => {
    setSelected(place);
    if (place === undefined) return;
    panel.current?.scrollIntoView({ block: 'nearest' });
    code.current?.scrollTo({
      type: 'line',
      id: place.path,
      lineNumber: place.line,
      side: place.side === 'old' ? 'deletions' : 'additions',
      align: 'nearest',
    });
  }, []);
  const edit = useCallback(
    (place: Place | undefined): void => {
      if (place?.side === 'old' && a.world !== null) say.info(`Comments are on what ${b.world} has. Choose a line of its side.`);
      else setEditing(place);
    },
    [a.world, b.world],
  );
  const onSeen = useCallback(
    (paths: readonly string[]) => setSeen((now) => (paths.every((path) => now.has(path)) ? now : new Set([...now, ...paths]))),
    [],
  );
  const viewed = (file: DiffFile): void => {
    open.set(file, isViewed(file));
    toggleViewed(file);
  };
  useDiffKeys({ list, shown, current: search.file, selected, goTo, select, edit, viewed });

  const isSplit = !isPhone && search.view !== 'unified';
  return (
    <div className="flex flex-col gap-3">
      <Toolbar
        list={list}
        viewedFiles={list.files.filter(isViewed).length}
        isSplit={isSplit}
        hidesViewed={hidesViewed}
        onHideViewed={setHidesViewed}
        onOpenAll={(isOpen) => open.setAll(files, isOpen)}
        isOld={isOld}
        onRefresh={refresh}
      />
      <div
        ref={panel}
        className="grid h-[calc(100dvh-1rem)] min-h-96 scroll-mt-2 grid-rows-[minmax(0,1fr)] overflow-hidden rounded-lg border border-line bg-surface md:grid-cols-[17rem_minmax(0,1fr)]"
      >
        <div className="flex min-h-0 flex-col border-r border-line max-md:hidden">
          <FileList
            files={files}
            current={search.file}
            isViewed={isViewed}
            commentsOf={(path) => comments.filter((comment) => comment.path === path).length}
            onChoose={goTo}
          />
          {isPhone ? undefined : <CommentList comments={comments} onGo={select} onAsk={() => setIsAsking(true)} />}
        </div>
        <Code
          ref={code}
          files={shown}
          isSplit={isSplit}
          wraps={isPhone}
          comments={comments}
          editing={editing}
          selected={selected}
          onSelect={setSelected}
          onEdit={edit}
          onPut={put}
          onRemove={remove}
          onSeen={onSeen}
          renderHeader={(file) => (
            <FileHeader
              {...file}
              isViewed={isViewed(file.file)}
              showsEverything={everything.has(file.file.path)}
              onToggle={() => open.set(file.file, !file.isOpen)}
              onViewed={() => viewed(file.file)}
              onWhole={() => setWhole((now) => toggled(now, file.file.path))}
              onEverything={() => setEverything((now) => toggled(now, file.file.path))}
              onRefresh={refresh}
            />
          )}
        />
      </div>
      {isPhone ? (
        <Card>
          <CommentList comments={comments} onGo={select} onAsk={() => setIsAsking(true)} />
        </Card>
      ) : undefined}
      {isAsking ? <AskForFix list={list} comments={comments} onSent={clear} onClose={() => setIsAsking(false)} /> : undefined}
    </div>
  );
}

function toggled(set: ReadonlySet<string>, path: string): ReadonlySet<string> {
  return set.has(path) ? new Set([...set].filter((each) => each !== path)) : new Set([...set, path]);
}
