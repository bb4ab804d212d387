import { Link } from '@tanstack/react-router';
import { Moment } from '../../ui/moment.tsx';
import { Section } from '../../ui/page.tsx';
import { Cell, Row, Table } from '../../ui/table.tsx';
import { classes } from '../../ui/classes.ts';
import { toneText } from '../../ui/tones.ts';
import type { RunAttempt } from '../run/task-words.ts';
import { barLooks } from '../run/timeline/bar-looks.ts';

export interface FailedAttemptsProps {
  readonly run: string;
  /** Those that left words. */
  readonly attempts: readonly RunAttempt[];
  readonly nameOfTask: (id: string) => string | undefined;
}

/** Every attempt that did not come to its end, with its own words: the last one says not always most. */
export function FailedAttempts({ run, attempts, nameOfTask }: FailedAttemptsProps) {
  if (attempts.length === 0) return undefined;
  return (
    <div className="mt-8">
      <Section title="Attempts that did not come to their end">
        <Table label="Attempts" head={['Task', 'Attempt', 'How', 'When', 'Its words']}>
          {attempts.map(({ id, task, number, outcome, startedAt, reason }) => {
            const { icon: Icon, word, tone } = barLooks[outcome ?? 'running'];
            return (
              <Row key={id}>
                <Cell className="whitespace-nowrap">
                  <Link to="/runs/$run" params={{ run }} search={{ task, attempt: String(number) }} className="text-accent underline">
                    {nameOfTask(task) ?? 'its task'}
                  </Link>
                </Cell>
                <Cell className="tabular">{number}</Cell>
                <Cell className="whitespace-nowrap">
                  <span className={classes('inline-flex items-center gap-1.5', toneText[tone])}>
                    <Icon aria-hidden size={14} /> {word}
                  </span>
                </Cell>
                <Cell>
                  <Moment at={startedAt} />
                </Cell>
                <Cell className="min-w-80 wrap-anywhere whitespace-pre-wrap">{reason}</Cell>
              </Row>
            );
          })}
        </Table>
      </Section>
    </div>
  );
}
