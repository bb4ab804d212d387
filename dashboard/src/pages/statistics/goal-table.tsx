import { CircleCheck, CircleDashed, CircleX } from 'lucide-react';
import { classes } from '../../ui/classes.ts';
import { Cell, Row, Table } from '../../ui/table.tsx';
import { toneText } from '../../ui/tones.ts';
import type { Goal } from './words.ts';
import { goalWords, minutes, valueWords } from './words.ts';

/** Figures beside their goals. Those of phases tell also what nine in ten runs did not take longer than. */
export function GoalTable({
  label,
  goals,
}: {
  readonly label: string;
  readonly goals: readonly (Goal & { readonly p90?: number | null })[];
}) {
  const hasP90 = goals.some(({ p90 }) => p90 !== undefined);
  return (
    <Table label={label} head={['Figure', 'Goal', hasP90 ? 'Median' : 'Is', ...(hasP90 ? ['90 %'] : []), 'Verdict', 'Stands on']}>
      {goals.map((goal) => (
        <Row key={goal.name}>
          <Cell>{goal.name}</Cell>
          <Cell className="tabular whitespace-nowrap">{goalWords(goal)}</Cell>
          <Cell className="tabular whitespace-nowrap">{valueWords(goal)}</Cell>
          {hasP90 ? <Cell className="tabular whitespace-nowrap">{minutes(goal.p90 ?? null)}</Cell> : undefined}
          <Cell>
            <Verdict verdict={goal.measured.verdict} />
          </Cell>
          <Cell className="min-w-48 text-muted">{goal.measured.verdict === 'not-measured' ? goal.measured.why : goal.measured.of}</Cell>
        </Row>
      ))}
    </Table>
  );
}

const verdicts = {
  met: { icon: CircleCheck, word: 'met', tone: 'good' },
  missed: { icon: CircleX, word: 'missed', tone: 'bad' },
  'not-measured': { icon: CircleDashed, word: 'not measured', tone: 'idle' },
} as const;

function Verdict({ verdict }: { readonly verdict: Goal['measured']['verdict'] }) {
  const { icon: Icon, word, tone } = verdicts[verdict];
  return (
    <span className={classes('inline-flex items-center gap-1.5 font-medium whitespace-nowrap', toneText[tone])}>
      <Icon aria-hidden size={15} />
      {word}
    </span>
  );
}
