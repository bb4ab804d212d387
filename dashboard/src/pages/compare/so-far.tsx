import { Link } from '@tanstack/react-router';
import type { Answer } from '../../api/operations.ts';
import { Empty } from '../../ui/empty.tsx';
import { Meter } from '../../ui/meter.tsx';
import { Section } from '../../ui/page.tsx';
import { State } from '../../ui/state.tsx';
import { Cell, Row, Table } from '../../ui/table.tsx';
import { usd } from '../../words/money.ts';
import { span } from '../../words/time.ts';
import { compareWorlds } from '../../words/worlds.ts';
import { WorldName } from './world-name.tsx';

type World = Answer<'listWorlds'>['items'][number];

/** What is known of worlds before one of them is chosen. */
export function SoFar({ run, worlds }: { readonly run: string; readonly worlds: readonly World[] }) {
  if (worlds.length === 0)
    return (
      <Empty title="No world has been begun yet" command={`miyabi show ${run}`}>
        They are compared here as soon as they are.
      </Empty>
    );
  const round = Math.max(...worlds.map((world) => world.round));
  const rows = worlds.filter((world) => world.round === round).toSorted((one, other) => compareWorlds(one.world, other.world));
  return (
    <Section title="What is known so far">
      <p className="mb-3 text-muted">
        No choice has been made yet. Points are of the checks alone, and may change once the worlds meet each other&apos;s tests.
      </p>
      <Table label="Worlds so far" head={['World', 'State', 'Points so far', 'Work', 'Checks', 'Cost', 'Change']}>
        {rows.map(({ taskId, world, settings, status, score, runMs, checkMs, costUsd, commit, planTask }) => (
          <Row key={taskId}>
            <Cell>
              <WorldName world={world} />
              <span className="block text-[13px] text-muted">{settings}</span>
            </Cell>
            <Cell>
              <State state={status} quiet />
            </Cell>
            <Cell className="min-w-40">
              {score === null ? (
                <span className="text-muted">none yet</span>
              ) : (
                <span className="flex items-center gap-2">
                  <Meter label={`Points of ${world}`} value={score.total} most={100} text={`${score.total.toFixed(1)} of 100`} />
                  <span className="tabular w-12 text-right">{score.total.toFixed(1)}</span>
                </span>
              )}
            </Cell>
            <Cell className="tabular whitespace-nowrap">{runMs === null ? '–' : span(runMs)}</Cell>
            <Cell className="tabular whitespace-nowrap">{checkMs === null ? '–' : span(checkMs)}</Cell>
            <Cell className="tabular">{usd(costUsd)}</Cell>
            <Cell>
              {commit === null ? (
                <span className="text-muted">none yet</span>
              ) : (
                <Link to="/runs/$run/diff" params={{ run }} search={{ task: planTask, b: world }} className="text-accent underline">
                  Diff of {world}
                </Link>
              )}
            </Cell>
          </Row>
        ))}
      </Table>
    </Section>
  );
}
