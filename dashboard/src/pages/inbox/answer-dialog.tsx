import { useState } from 'react';
import { say } from '../../ui/say.ts';
import { Button } from '../../ui/button.tsx';
import { Radio } from '../../ui/check.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Select, TextField } from '../../ui/field.tsx';
import { Meter } from '../../ui/meter.tsx';
import { readAbout } from './about-data.ts';
import type { OpenQuestion } from './question-words.ts';
import { actionLabel, scopeNames, scopesOf, scopeWords } from './question-words.ts';
import type { Given, Told } from './use-answering.ts';
import { useAnswering } from './use-answering.ts';

export interface AnswerDialogProps {
  /** All are given the same answer. */
  readonly questions: readonly OpenQuestion[];
  readonly answer: Given['answer'];
  readonly onClose: () => void;
  /** Hears of those whose answer was taken. */
  readonly onAnswered?: (questions: readonly OpenQuestion[]) => void;
}

/** Says yes or no, with what it covers, which world, and why. */
export function AnswerDialog({ questions, answer, onClose, onAnswered }: AnswerDialogProps) {
  const [given, setGiven] = useState<Given>({ answer, scope: 'once', reason: '', world: '' });
  const answering = useAnswering((told) => {
    tell(told, answer);
    onAnswered?.(told.filter(({ error }) => error === undefined).map(({ question }) => question));
    onClose();
  });
  const change = (part: Partial<Given>): void => setGiven((before) => ({ ...before, ...part }));
  return (
    <Dialog title={titleOf(questions, answer)} about={aboutOf(questions, answer)} open onClose={onClose}>
      <form
        className="space-y-4"
        onSubmit={(event) => {
          event.preventDefault();
          answering.say({ questions, given });
        }}
      >
        {questions.length > 1 ? <Listed questions={questions} /> : undefined}
        {answer === 'approve' ? <World questions={questions} world={given.world} onChoose={(world) => change({ world })} /> : undefined}
        {answer === 'approve' ? <Scope questions={questions} scope={given.scope} onChoose={(scope) => change({ scope })} /> : undefined}
        <TextField
          label="Reason (optional)"
          placeholder="Kept with the answer"
          maxLength={2_000}
          value={given.reason}
          onChange={({ target }) => change({ reason: target.value })}
        />
        {answering.isPending && questions.length > 1 ? (
          <Meter label="Answered" value={answering.done} most={questions.length} text={`${answering.done} of ${questions.length}`} />
        ) : undefined}
        <div className="flex flex-wrap justify-end gap-2">
          <Button onClick={onClose}>Not now</Button>
          {/* The one thing that the dialog is for: Enter does it at once. */}
          <Button type="submit" autoFocus look={answer === 'approve' ? 'main' : 'danger'} busy={answering.isPending}>
            {answer === 'approve' ? 'Approve' : 'Reject'}
            {questions.length === 1 ? '' : ` all ${questions.length}`}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function titleOf(questions: readonly OpenQuestion[], answer: Given['answer']): string {
  const [first] = questions;
  const verb = answer === 'approve' ? 'Approve' : 'Reject';
  if (first === undefined || questions.length > 1) return `${verb} ${questions.length} questions`;
  return `${verb}: ${actionLabel(first, answer === 'approve' ? 'approve_anyway' : 'reject') ?? first.title}`;
}

function aboutOf(questions: readonly OpenQuestion[], answer: Given['answer']): string {
  const [first] = questions;
  if (first === undefined || questions.length > 1)
    return answer === 'approve' ? 'Each of these runs goes on.' : 'Each of these runs is told no, and ends or takes another way.';
  return first.question;
}

function Listed({ questions }: { readonly questions: readonly OpenQuestion[] }) {
  return (
    <ul className="max-h-40 list-disc space-y-1 overflow-y-auto pl-5">
      {questions.map(({ id, title, run }) => (
        <li key={id}>
          {title} <code className="text-muted">{run}</code>
        </li>
      ))}
    </ul>
  );
}

interface WorldProps {
  readonly questions: readonly OpenQuestion[];
  readonly world: string;
  readonly onChoose: (world: string) => void;
}

/** Which world is taken, where one question asks that. */
function World({ questions, world, onChoose }: WorldProps) {
  const [question] = questions;
  if (question?.kind !== 'choice' || questions.length > 1) return undefined;
  const { worlds } = readAbout(question.context.about);
  if (worlds.length === 0) return undefined;
  return (
    <Select label="World" value={world} onChange={({ target }) => onChoose(target.value)}>
      <option value="">{actionLabel(question, 'approve_anyway') ?? 'The one that is asked about'}</option>
      {worlds
        .filter(({ lines }) => lines !== undefined)
        .map(({ world: name, score }) => (
          <option key={name} value={name}>
            Take {name}
            {score === undefined ? '' : ` (${score.toFixed(1)} points)`}
          </option>
        ))}
    </Select>
  );
}

interface ScopeProps {
  readonly questions: readonly OpenQuestion[];
  readonly scope: Given['scope'];
  readonly onChoose: (scope: Given['scope']) => void;
}

/** For how long it holds, with what that covers in words. */
function Scope({ questions, scope, onChoose }: ScopeProps) {
  const scopes = scopesOf(questions);
  const kinds = questions.map(({ kind }) => kind);
  const runs = questions.map(({ run }) => run);
  if (scopes.length === 1)
    return <p className="text-muted">The answer holds once: what is asked here has to be looked at by a person each time.</p>;
  return (
    <fieldset className="space-y-2">
      <legend className="mb-1 font-medium">For how long</legend>
      {scopes.map((each) => (
        <Radio
          key={each}
          name="scope"
          checked={scope === each}
          label={scopeNames[each]}
          about={scopeWords(each, kinds, runs)}
          onChange={() => onChoose(each)}
        />
      ))}
    </fieldset>
  );
}

function tell(told: readonly Told[], answer: Given['answer']): void {
  const refused = told.filter(({ error }) => error !== undefined);
  const taken = told.length - refused.length;
  const verb = answer === 'approve' ? 'Approved' : 'Rejected';
  if (taken > 0) say.success(told.length === 1 ? `${verb}.` : `${verb} ${taken} of ${told.length}.`);
  for (const { question, error } of refused) say.error(error?.message ?? '', { description: question.title, duration: 12_000 });
}
