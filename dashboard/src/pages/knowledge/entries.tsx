import { Link } from '@tanstack/react-router';
import { Check, Copy, Play, StickyNote, Trash2, X } from 'lucide-react';
import type { LucideIcon } from 'lucide-react';
import { useState } from 'react';
import { say } from '../../ui/say.ts';
import { useChange } from '../../api/changes.ts';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { ChangeButton } from '../../ui/change-button.tsx';
import { classes } from '../../ui/classes.ts';
import { Confirm } from '../../ui/confirm.tsx';
import { Empty } from '../../ui/empty.tsx';
import { Fold } from '../../ui/fold.tsx';
import { Moment } from '../../ui/moment.tsx';
import { toneText } from '../../ui/tones.ts';
import type { Tone } from '../../words/states.ts';
import type { Entry } from './entry-text.ts';
import { entryText } from './entry-text.ts';
import { StartWith } from './start-with.tsx';

/** What was found, the best first. */
export function Entries({ items, isSearch }: { readonly items: readonly Entry[]; readonly isSearch: boolean }) {
  const [forgetting, setForgetting] = useState<Entry>();
  const [using, setUsing] = useState<Entry>();
  const forget = useChange('forgetKnowledge', () => 'It is forgotten.');
  if (items.length === 0) return <Nothing isSearch={isSearch} />;
  return (
    <>
      <ol aria-label={isSearch ? 'Found' : 'The newest entries'} className="space-y-3">
        {items.map((entry) => (
          <EntryCard key={entry.id} entry={entry} onUse={() => setUsing(entry)} onForget={() => setForgetting(entry)} />
        ))}
      </ol>
      {using === undefined ? undefined : <StartWith entry={using} onClose={() => setUsing(undefined)} />}
      <Confirm
        title="Forget this entry?"
        about={`“${forgetting?.title ?? ''}” is found no more, neither by people nor by later runs.`}
        action="Forget it"
        open={forgetting !== undefined}
        busy={forget.isPending}
        onClose={() => setForgetting(undefined)}
        onConfirm={() =>
          forgetting === undefined
            ? undefined
            : forget.mutate({ params: { entry: forgetting.id } }, { onSettled: () => setForgetting(undefined) })
        }
      />
    </>
  );
}

function Nothing({ isSearch }: { readonly isSearch: boolean }) {
  return isSearch ? (
    <Empty title="Nothing is known of that.">
      Fewer words, or others, may find it: it finds what is written, and answers no questions.
    </Empty>
  ) : (
    <Empty title="Nothing is known yet." command='miyabi knowledge add "Prices are whole cents, never floats"'>
      Every run leaves an entry when it ends, and people add notes.
    </Empty>
  );
}

const outcomes: Readonly<Record<Entry['outcome'], { readonly icon: LucideIcon; readonly word: string; readonly tone: Tone }>> = {
  succeeded: { icon: Check, word: 'succeeded', tone: 'good' },
  failed: { icon: X, word: 'failed', tone: 'bad' },
  note: { icon: StickyNote, word: 'note', tone: 'info' },
};

interface EntryCardProps {
  readonly entry: Entry;
  readonly onUse: () => void;
  readonly onForget: () => void;
}

function EntryCard({ entry, onUse, onForget }: EntryCardProps) {
  const { icon: Icon, word, tone } = outcomes[entry.outcome];
  return (
    <li>
      <Card className="p-4">
        <div className="flex flex-wrap items-center gap-x-4 gap-y-1 text-muted">
          <span className={classes('inline-flex items-center gap-1.5 font-semibold', toneText[tone])}>
            <Icon aria-hidden size={15} /> {word}
          </span>
          <Moment at={entry.at} />
          {entry.run === null ? undefined : (
            <Link to="/runs/$run" params={{ run: entry.run }} className="underline">
              <code>{entry.run}</code>
            </Link>
          )}
          {entry.likeness === undefined ? undefined : (
            <span className="tabular">holds {Math.round(entry.likeness * 100)} % of what was asked</span>
          )}
        </div>
        <h2 className="mt-1 text-[15px] font-semibold wrap-anywhere">{entry.title}</h2>
        {entry.repository === null ? undefined : <p className="break-all text-muted">{entry.repository}</p>}
        <Why why={entry.why} />
        <Lines title="What was learnt" lines={entry.lessons} />
        <Tags entry={entry} />
        <Whole entry={entry} />
        <EntryActions entry={entry} onUse={onUse} onForget={onForget} />
      </Card>
    </li>
  );
}

function Why({ why }: { readonly why: readonly string[] | undefined }) {
  if (why === undefined || why.length === 0) return undefined;
  return (
    <p className="mt-2 rounded-md bg-info-soft px-3 py-1.5 wrap-anywhere">
      <span className="font-medium text-info">Found because </span>
      {why.join('; ')}
    </p>
  );
}

/** More are in the fold. */
const mostLines = 4;

function Lines({ title, lines }: { readonly title: string; readonly lines: readonly string[] }) {
  if (lines.length === 0) return undefined;
  return (
    <div className="mt-2">
      <h3 className="font-medium">{title}</h3>
      <ul className="list-disc space-y-0.5 pl-5">
        {lines.slice(0, mostLines).map((line, index) => (
          <li key={index} className="wrap-anywhere">
            {line}
          </li>
        ))}
      </ul>
      {lines.length > mostLines ? <p className="pl-5 text-muted">and {lines.length - mostLines} more below</p> : undefined}
    </div>
  );
}

/** Narrowing down to a path or a label is one step away. */
function Tags({ entry: { paths, labels } }: { readonly entry: Entry }) {
  if (paths.length + labels.length === 0) return undefined;
  const look = 'inline-flex min-h-6 max-w-full items-center rounded bg-sunken px-2 hover:underline break-all';
  return (
    <p className="mt-2 flex flex-wrap gap-1.5">
      {paths.slice(0, 12).map((path) => (
        <Link key={path} to="/knowledge" search={{ path }} className={look} aria-label={`Only about ${path}`}>
          <code>{path}</code>
        </Link>
      ))}
      {labels.map((label) => (
        <Link key={label} to="/knowledge" search={{ label }} className={look} aria-label={`Only with the label ${label}`}>
          {label}
        </Link>
      ))}
    </p>
  );
}

function Whole({ entry }: { readonly entry: Entry }) {
  return (
    <Fold title="All of it">
      <p className="mb-2 text-muted">Written by issues, agents and people.</p>
      <pre className="max-h-96 overflow-auto rounded-md bg-sunken p-3 whitespace-pre-wrap" tabIndex={0}>
        {entryText(entry)}
      </pre>
    </Fold>
  );
}

function EntryActions({ entry, onUse, onForget }: EntryCardProps) {
  const copy = (): void =>
    void navigator.clipboard
      .writeText(entryText(entry))
      .then(() => say.success('Copied, as Markdown.'))
      .catch(() => say.error('This browser does not let the page copy. Select the text instead.'));
  return (
    <div className="mt-3 flex flex-wrap gap-2">
      <ChangeButton small onClick={onUse} aria-label={`Use as context: ${entry.title}`}>
        <Play aria-hidden size={14} /> Use as context
      </ChangeButton>
      <Button small onClick={copy} aria-label={`Copy ${entry.title}`}>
        <Copy aria-hidden size={14} /> Copy
      </Button>
      <ChangeButton small look="danger" onClick={onForget} aria-label={`Forget ${entry.title}`}>
        <Trash2 aria-hidden size={14} /> Forget
      </ChangeButton>
    </div>
  );
}
