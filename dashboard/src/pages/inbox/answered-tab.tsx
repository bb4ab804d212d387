import { Link } from '@tanstack/react-router';
import { Check, Clock, Wrench, X } from 'lucide-react';
import type { LucideIcon } from 'lucide-react';
import type { Answer } from '../../api/operations.ts';
import { usePages } from '../../api/queries.ts';
import { AnsweredPages } from '../../ui/answered-pages.tsx';
import { classes } from '../../ui/classes.ts';
import { Empty } from '../../ui/empty.tsx';
import { Moment } from '../../ui/moment.tsx';
import { toneText } from '../../ui/tones.ts';
import type { Tone } from '../../words/states.ts';
import { exactly, span } from '../../words/time.ts';
import { kindWords, scopeNames } from './question-words.ts';

type Given = Answer<'listAnswered'>['items'][number];

const answers: Readonly<Record<Given['answer'], { readonly icon: LucideIcon; readonly word: string; readonly tone: Tone }>> = {
  approve: { icon: Check, word: 'approved', tone: 'good' },
  reject: { icon: X, word: 'rejected', tone: 'bad' },
  fix: { icon: Wrench, word: 'mended by hand', tone: 'info' },
};

/** What was answered, by whom and how, and that the run went on with it; the newest first. */
export function AnsweredTab() {
  const pages = usePages('listAnswered');
  return (
    <AnsweredPages pages={pages} what="the answers">
      {(items) =>
        items.length === 0 ? (
          <Empty title="Nothing was answered yet." command="miyabi inbox">
            Whatever is answered, here, at a terminal or in a comment, is kept here with who said it and what came of it.
          </Empty>
        ) : (
          <ol aria-label="Answers" className="divide-y divide-line rounded-lg border border-line bg-surface">
            {items.map((given) => (
              <GivenAnswer key={given.id} given={given} />
            ))}
          </ol>
        )
      }
    </AnsweredPages>
  );
}

function GivenAnswer({ given }: { readonly given: Given }) {
  const { icon: Icon, word, tone } = answers[given.answer];
  return (
    <li className="px-4 py-3">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <span className={classes('inline-flex items-center gap-1.5 font-semibold', toneText[tone])}>
          <Icon aria-hidden size={15} /> {word}
        </span>
        <span className="text-muted">{kindWords[given.kind]}</span>
        <Link to="/runs/$run" params={{ run: given.run }} className="min-w-0 font-medium wrap-anywhere hover:underline">
          {given.title}
        </Link>
        <span className="ml-auto text-muted">
          <Moment at={given.at} />
        </span>
      </div>
      <p className="mt-1 max-w-[90ch] wrap-anywhere">{given.question}</p>
      <p className="mt-1 text-muted">
        {byWhom(given)}
        {given.reason === null ? '' : `: “${given.reason}”`}
      </p>
      <WentOn given={given} />
    </li>
  );
}

function byWhom({ by, how, world, scope, standing, askedAt, at }: Given): string {
  const way = standing !== null ? ' by an answer that stands' : how === null ? '' : ` by ${how}`;
  const took = world === null ? '' : `, who took ${world}`;
  const held = scope === 'once' ? '' : `, ${scopeNames[scope].toLowerCase()}`;
  return `${by}${way}${took}${held}, ${span(at - askedAt)} after it was asked`;
}

/** The receipt. */
function WentOn({ given: { at, resumedAt } }: { readonly given: Given }) {
  if (resumedAt === null)
    return (
      <p className="mt-1 inline-flex items-center gap-1.5 text-muted">
        <Clock aria-hidden size={14} /> The run has not gone on since.
      </p>
    );
  return (
    <p className="mt-1 inline-flex items-center gap-1.5 text-muted" title={exactly(resumedAt)}>
      <Check aria-hidden size={14} className="text-good" /> The run went on after {span(resumedAt - at)}.
    </p>
  );
}
