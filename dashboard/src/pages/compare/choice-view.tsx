import { useState } from 'react';
import { Section } from '../../ui/page.tsx';
import { Differences } from './differences.tsx';
import { Matrix } from './matrix.tsx';
import { PickDialog } from './pick-dialog.tsx';
import { Radar } from './radar.tsx';
import type { ChosenTask, Thresholds } from './score-rows.ts';
import { ScoreEvidence, ScoreTable } from './score-table.tsx';
import { Why } from './why.tsx';

export interface ChoiceViewProps {
  readonly run: string;
  readonly task: ChosenTask;
  readonly thresholds: Thresholds;
}

/** A choice with its whole table: first why, in words, and then on what it rests. */
export function ChoiceView({ run, task, thresholds }: ChoiceViewProps) {
  const [picking, setPicking] = useState<string>();
  const { choice } = task;
  return (
    <>
      <Why task={task} thresholds={thresholds} />
      <Section title="Points">
        <ScoreTable run={run} task={task} onPick={setPicking} />
        <div className="mt-3 grid items-start gap-6 lg:grid-cols-[minmax(0,1fr)_20rem]">
          <ScoreEvidence verdicts={choice.verdicts} />
          <Radar verdicts={choice.verdicts} />
        </div>
      </Section>
      <Matrix choice={choice} />
      <Differences choice={choice} />
      {picking === undefined ? undefined : <PickDialog run={run} task={task} world={picking} onClose={() => setPicking(undefined)} />}
    </>
  );
}
