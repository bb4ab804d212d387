import { Link } from '@tanstack/react-router';
import { Check, Wrench, X } from 'lucide-react';
import type { ReactNode } from 'react';
import { ChangeButton } from '../../ui/change-button.tsx';
import { Moment } from '../../ui/moment.tsx';
import { About } from './about.tsx';
import { Deadline } from './deadline.tsx';
import type { OpenQuestion } from './question-words.ts';
import { actionLabel, kindWords } from './question-words.ts';
import { Severity } from './severity.tsx';

/** What can be done about a question. */
export type QuestionAct = 'approve' | 'reject' | 'fix';

export interface QuestionViewProps {
  readonly question: OpenQuestion;
  readonly onAct: (act: QuestionAct) => void;
  /** Of its heading: one below that of the page or the part that it stands in. */
  readonly level: 2 | 3;
  /** Before everything else, such as a box to choose it by. */
  readonly before?: ReactNode;
}

/** All of a question, and what can be said to it. */
export function QuestionView({ question, onAct, level, before }: QuestionViewProps) {
  const Heading = `h${level}` as const;
  const { severity, kind, deadline, askedAt, run, title, issue, context } = question;
  return (
    <>
      <div className="flex flex-wrap items-center gap-x-4 gap-y-1">
        {before}
        <Severity severity={severity} />
        <span className="text-muted">{kindWords[kind]}</span>
        <span className="text-muted">
          asked <Moment at={askedAt} />
        </span>
        <Deadline deadline={deadline} />
      </div>
      <Heading className="mt-2 text-[15px] font-semibold wrap-anywhere">
        <Link to="/runs/$run" params={{ run }} className="hover:underline">
          {title}
        </Link>
      </Heading>
      <p className="break-all text-muted">
        <code>{run}</code>
        {issue === title ? '' : ` · ${issue}`}
      </p>
      <p className="mt-3 max-w-[90ch] wrap-anywhere whitespace-pre-wrap">{question.question}</p>
      <Failing checks={context.failing_checks} />
      {context.recommendation === '' ? undefined : (
        <p className="mt-2 max-w-[90ch] wrap-anywhere">
          <span className="font-medium">Recommended: </span>
          {context.recommendation}
        </p>
      )}
      {context.about === undefined ? undefined : (
        <div className="mt-3 space-y-3">
          <About run={run} about={context.about} />
        </div>
      )}
      <Actions question={question} onAct={onAct} />
    </>
  );
}

function Failing({ checks }: { readonly checks: readonly string[] }) {
  if (checks.length === 0) return undefined;
  return (
    <ul aria-label="What speaks against it" className="mt-2 space-y-1">
      {checks.map((check, index) => (
        <li key={index} className="flex items-start gap-2">
          <X aria-hidden size={15} className="mt-0.5 shrink-0 text-bad" />
          <span className="min-w-0 wrap-anywhere">{check}</span>
        </li>
      ))}
    </ul>
  );
}

function Actions({ question, onAct }: Pick<QuestionViewProps, 'question' | 'onAct'>) {
  return (
    <div className="mt-4 flex flex-col gap-2 sm:flex-row sm:flex-wrap">
      <ChangeButton look="main" className="min-h-11 sm:min-h-9" onClick={() => onAct('approve')}>
        <Check aria-hidden size={16} /> {actionLabel(question, 'approve_anyway') ?? 'Approve'}
      </ChangeButton>
      <ChangeButton look="danger" className="min-h-11 sm:min-h-9" onClick={() => onAct('reject')}>
        <X aria-hidden size={16} /> {actionLabel(question, 'reject') ?? 'Reject'}
      </ChangeButton>
      {canBeFixed(question) ? (
        <ChangeButton className="min-h-11 sm:min-h-9" onClick={() => onAct('fix')}>
          <Wrench aria-hidden size={15} /> Have it changed
        </ChangeButton>
      ) : undefined}
    </div>
  );
}

/** Whether there is a change that could be another one. */
export function canBeFixed(question: OpenQuestion): boolean {
  return question.kind === 'choice' || actionLabel(question, 'manual_fix') !== undefined;
}
