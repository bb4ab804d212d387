import { ChevronDown, ChevronUp, Copy, Download, WrapText } from 'lucide-react';
import { useEffect, useState } from 'react';
import { say } from '../../../ui/say.ts';
import { ansiSpans } from '../../../ui/ansi-spans.ts';
import { Button } from '../../../ui/button.tsx';
import { TextField } from '../../../ui/field.tsx';
import type { LogWindow } from './log-window.ts';
import { keep, rawLog } from './raw-log.ts';
import type { LogSearch } from './use-log-search.ts';

/** After how long without a key it is looked, in ms. */
const restMs = 250;

/** Looks for a text in the whole log; Enter goes to the next line that has it, Shift and Enter to the one before. */
export function SearchLog({ search, onStep }: { readonly search: LogSearch; readonly onStep: (by: 1 | -1) => void }) {
  const [text, setText] = useState(search.text);
  const look = search.search;
  useEffect(() => {
    const timer = setTimeout(() => (text.trim() === search.text ? undefined : look(text.trim())), restMs);
    return () => clearTimeout(timer);
  }, [text, search.text, look]);
  return (
    <form
      role="search"
      className="flex flex-wrap items-center gap-1.5"
      onSubmit={(event) => {
        event.preventDefault();
        onStep(1);
      }}
    >
      <TextField
        label="Find in this log"
        hidesLabel
        type="search"
        placeholder="Find in this log"
        maxLength={200}
        value={text}
        onChange={({ target }) => setText(target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || !event.shiftKey) return;
          event.preventDefault();
          onStep(-1);
        }}
        className="w-52"
      />
      <span role="status" className="tabular min-w-20 text-[13px] text-muted">
        {wordsOf(search)}
      </span>
      <Button small look="quiet" aria-label="Previous line with it" disabled={search.found.size === 0} onClick={() => onStep(-1)}>
        <ChevronUp aria-hidden size={16} />
      </Button>
      <Button small look="quiet" aria-label="Next line with it" disabled={search.found.size === 0} onClick={() => onStep(1)}>
        <ChevronDown aria-hidden size={16} />
      </Button>
    </form>
  );
}

function wordsOf({ text, count, isLooking, place }: LogSearch): string {
  if (text === '') return '';
  if (isLooking || count === undefined) return 'looking …';
  if (count === 0) return 'not found';
  return place === 0 ? `${count} ${count === 1 ? 'line' : 'lines'}` : `${place} of ${count}`;
}

export interface LogToolsProps {
  readonly run: string;
  readonly log: string;
  readonly window: LogWindow | undefined;
  readonly wraps: boolean;
  readonly onWrap: (wraps: boolean) => void;
}

/** What can be done with the lines of a log. */
export function LogTools({ run, log, window, wraps, onWrap }: LogToolsProps) {
  const [read, setRead] = useState<number>();
  const copy = async (lines: readonly string[]): Promise<void> => {
    await navigator.clipboard.writeText(lines.map(plain).join('\n'));
    say.success(lines.length === 1 ? 'One line is copied.' : `${lines.length} lines are copied.`);
  };
  const download = async (): Promise<void> => {
    setRead(0);
    keep(await rawLog(run, log, setRead), `${run}-${log}.log`);
  };
  return (
    <>
      <Button small look="quiet" aria-pressed={wraps} onClick={() => onWrap(!wraps)} className={wraps ? 'bg-accent-soft' : undefined}>
        <WrapText aria-hidden size={14} /> Wrap
      </Button>
      <Button
        small
        look="quiet"
        disabled={window === undefined}
        onClick={() =>
          void copy(window?.lines ?? []).catch(() => say.error('This browser does not let the page copy. Download the log instead.'))
        }
      >
        <Copy aria-hidden size={14} /> Copy
      </Button>
      <Button
        small
        look="quiet"
        busy={read !== undefined}
        onClick={() =>
          void download()
            .catch((error: unknown) => say.error(`It could not be read: ${String(error)}`))
            .finally(() => setRead(undefined))
        }
      >
        <Download aria-hidden size={14} />
        {read === undefined ? 'Download raw' : `${read} lines`}
      </Button>
    </>
  );
}

function plain(line: string): string {
  return ansiSpans(line)
    .map(({ text }) => text)
    .join('');
}
