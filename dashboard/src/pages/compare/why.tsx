import { CircleQuestionMark, Trophy } from 'lucide-react';
import { Card } from '../../ui/card.tsx';
import { Fold } from '../../ui/fold.tsx';
import { Meter } from '../../ui/meter.tsx';
import { Section } from '../../ui/page.tsx';
import type { ChosenTask, Thresholds } from './score-rows.ts';
import { WorldName } from './world-name.tsx';

export interface WhyProps {
  readonly task: ChosenTask;
  readonly thresholds: Thresholds;
}

/** Why the winner won and the others did not, in the sentences that were true when it was chosen. */
export function Why({ task: { title, steps, choice }, thresholds: { sureFrom, minSuccessful } }: WhyProps) {
  const { why, whyNot, confidence, caveats, judge, path } = choice;
  const Icon = choice.kind === 'chosen' ? Trophy : CircleQuestionMark;
  return (
    <Section title={title}>
      <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
        <Card className="p-4">
          <p className="flex items-start gap-3 text-base">
            <Icon aria-hidden size={20} className="mt-0.5 shrink-0 text-gold" />
            <span className="min-w-0 wrap-anywhere">{why}</span>
          </p>
          {confidence === null ? undefined : (
            <div className="mt-3 flex items-center gap-3 pl-8">
              <span className="text-muted">Confidence</span>
              <Meter label="Confidence of the choice" value={confidence} most={1} className="max-w-60" fill="bg-info" />
              <span className="tabular font-medium whitespace-nowrap">{percent(confidence)}</span>
            </div>
          )}
          <p className="mt-1 pl-8 text-[13px] text-muted">
            {confidence === null ? '' : `Taken as it is from ${percent(sureFrom)} on. `}
            {minSuccessful === 1 ? 'One world had to pass.' : `${minSuccessful} worlds had to pass.`}
          </p>
          <Sentences title="What was not known" sentences={caveats} />
          <Sentences title="What the judge said" sentences={judge?.words ?? []} />
          {steps.length === 0 ? undefined : (
            <Sentences title="What was done on the way" sentences={steps.map(({ strategy, because }) => `${strategy}: ${because}`)} />
          )}
          {path.length === 0 ? undefined : (
            <Fold title="The path of the choice">
              <ol className="grid gap-2">
                {path.map(({ step, left, because }) => (
                  <li key={step} className="grid grid-cols-[10rem_minmax(0,1fr)] gap-x-3 max-sm:grid-cols-1">
                    <span className="font-medium">{step.replaceAll('-', ' ')}</span>
                    <span className="min-w-0 wrap-anywhere">
                      {because} <span className="text-muted">Left: {left.join(', ')}.</span>
                    </span>
                  </li>
                ))}
              </ol>
            </Fold>
          )}
        </Card>
        <Card className="p-4">
          <h3 className="font-semibold">{choice.kind === 'chosen' ? 'Why not the others' : 'Why none of them'}</h3>
          {whyNot.length === 0 ? <p className="mt-1 text-muted">There were no others.</p> : undefined}
          <dl className="mt-2 grid gap-2.5">
            {whyNot.map(({ world, reasons }) => (
              <div key={world} className="grid grid-cols-[6rem_minmax(0,1fr)] gap-x-3">
                <dt>
                  <WorldName world={world} />
                </dt>
                <dd className="min-w-0 wrap-anywhere">
                  {reasons.map((reason) => (
                    <p key={reason}>{reason}</p>
                  ))}
                </dd>
              </div>
            ))}
          </dl>
        </Card>
      </div>
    </Section>
  );
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

function Sentences({ title, sentences }: { readonly title: string; readonly sentences: readonly string[] }) {
  if (sentences.length === 0) return undefined;
  return (
    <>
      <h3 className="mt-4 font-semibold">{title}</h3>
      <ul className="mt-1 list-disc pl-5 text-muted">
        {sentences.map((sentence) => (
          <li key={sentence} className="wrap-anywhere">
            {sentence}
          </li>
        ))}
      </ul>
    </>
  );
}
