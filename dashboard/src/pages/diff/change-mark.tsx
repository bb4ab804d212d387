import type { LucideIcon } from 'lucide-react';
import { ArrowRight, Dot, FileCog, Minus, Plus } from 'lucide-react';
import { classes } from '../../ui/classes.ts';
import { toneSoft } from '../../ui/tones.ts';
import type { Tone } from '../../words/states.ts';
import type { DiffFile } from './read-patch.ts';

const marks: Readonly<
  Record<DiffFile['status'], { readonly letter: string; readonly word: string; readonly icon: LucideIcon; readonly tone: Tone }>
> = {
  added: { letter: 'A', word: 'added', icon: Plus, tone: 'good' },
  modified: { letter: 'M', word: 'modified', icon: Dot, tone: 'info' },
  deleted: { letter: 'D', word: 'deleted', icon: Minus, tone: 'bad' },
  renamed: { letter: 'R', word: 'renamed', icon: ArrowRight, tone: 'warn' },
  mode: { letter: 'P', word: 'permissions changed', icon: FileCog, tone: 'idle' },
};

/** What became of a file, as a letter; its word on being pointed at, and for those who do not see it. */
export function ChangeMark({ status }: Pick<DiffFile, 'status'>) {
  const { letter, word, icon: Icon, tone } = marks[status];
  return (
    <span
      title={word}
      className={classes('inline-flex h-5 shrink-0 items-center gap-0.5 rounded px-1 text-[11px] font-semibold', toneSoft[tone])}
    >
      <Icon aria-hidden size={11} />
      <span aria-hidden>{letter}</span>
      <span className="sr-only">{word}</span>
    </span>
  );
}

/** How many lines came and went. */
export function LineCounts({ addedLines, removedLines, binary }: Pick<DiffFile, 'addedLines' | 'removedLines' | 'binary'>) {
  if (binary) return <span className="shrink-0 text-[12px] text-muted">binary</span>;
  return (
    <span className="tabular shrink-0 text-[12px] font-medium">
      <span className="text-good">
        +{addedLines}
        <span className="sr-only"> lines added,</span>
      </span>{' '}
      <span className="text-bad">
        −{removedLines}
        <span className="sr-only"> lines removed</span>
      </span>
    </span>
  );
}
