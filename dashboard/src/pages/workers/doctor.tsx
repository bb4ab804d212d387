import { Check, Stethoscope, TriangleAlert, X } from 'lucide-react';
import type { LucideIcon } from 'lucide-react';
import type { Answer } from '../../api/operations.ts';
import { useAnswer } from '../../api/queries.ts';
import { Button } from '../../ui/button.tsx';
import { classes } from '../../ui/classes.ts';
import { Loading } from '../../ui/loading.tsx';
import { Section } from '../../ui/page.tsx';
import { Problem } from '../../ui/problem.tsx';
import { toneText } from '../../ui/tones.ts';
import { Words } from '../../ui/words.tsx';
import type { Tone } from '../../words/states.ts';

type Finding = Answer<'runDoctor'>['findings'][number];

/** What the machine has of what is needed. It is looked at when that is asked for: it takes some seconds. */
export function Doctor() {
  const { data, error, isFetching, refetch } = useAnswer('runDoctor', { body: {} }, { enabled: false });
  return (
    <Section
      title="Doctor"
      actions={
        <Button busy={isFetching} onClick={() => void refetch()}>
          <Stethoscope aria-hidden size={15} /> {data === undefined ? 'Examine this machine' : 'Examine it again'}
        </Button>
      }
    >
      {isFetching ? <Loading what="what this machine has" /> : undefined}
      {error === null || isFetching ? undefined : <Problem error={error} />}
      {data === undefined && !isFetching ? (
        <p className="text-muted">What Miyabi needs, and whether it is there. The same as miyabi doctor.</p>
      ) : undefined}
      {data === undefined ? undefined : <Findings findings={data.findings} />}
    </Section>
  );
}

const looks: Readonly<Record<Finding['status'], { readonly icon: LucideIcon; readonly word: string; readonly tone: Tone }>> = {
  failure: { icon: X, word: 'fails', tone: 'bad' },
  warning: { icon: TriangleAlert, word: 'warning', tone: 'warn' },
  ok: { icon: Check, word: 'fine', tone: 'good' },
};

/** What has to be mended first. */
const order: ReadonlyArray<Finding['status']> = ['failure', 'warning', 'ok'];

function Findings({ findings }: { readonly findings: readonly Finding[] }) {
  const sorted = findings.toSorted((one, other) => order.indexOf(one.status) - order.indexOf(other.status));
  return (
    <ul aria-label="Findings" className="divide-y divide-line rounded-lg border border-line bg-surface">
      {sorted.map(({ name, status, detail, fix }) => {
        const { icon: Icon, word, tone } = looks[status];
        return (
          <li key={name} className="grid gap-x-4 px-4 py-2 md:grid-cols-[7rem_14rem_1fr]">
            <span className={classes('inline-flex items-center gap-1.5 self-start font-medium', toneText[tone])}>
              <Icon aria-hidden size={15} /> {word}
            </span>
            <span className="font-medium wrap-anywhere">{name}</span>
            <span className="min-w-0 wrap-anywhere">
              <Words text={detail} />
              {fix === '' ? undefined : (
                <span className="block text-muted">
                  To do: <Words text={fix} />
                </span>
              )}
            </span>
          </li>
        );
      })}
    </ul>
  );
}
