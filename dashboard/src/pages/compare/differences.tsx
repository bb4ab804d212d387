import { Section } from '../../ui/page.tsx';
import type { Choice } from './score-rows.ts';
import { WorldName } from './world-name.tsx';

/** Calls that worlds answer differently, and who behaves alike. */
export function Differences({ choice: { examination } }: { readonly choice: Choice }) {
  if (examination === null) return undefined;
  const { differences, clusters, inputs, notes } = examination;
  return (
    <Section title="Where they answer differently">
      {differences.length === 0 ? (
        <p className="text-muted">
          {inputs === 0
            ? 'No made-up inputs were tried.'
            : `Nowhere: ${inputs} made-up inputs were tried, and all that can be compared answer alike.`}
        </p>
      ) : (
        <ul className="grid gap-3">
          {differences.map(({ call, answers }) => (
            <li key={call} className="rounded-lg border border-line bg-surface p-3">
              <code className="font-medium break-all">{call}</code>
              <dl className="mt-2 grid gap-1">
                {answers.map(({ worlds, answer }) => (
                  <div key={answer} className="grid grid-cols-[minmax(8rem,auto)_minmax(0,1fr)] gap-x-4">
                    <dt className="flex flex-wrap gap-x-3">
                      {worlds.map((world) => (
                        <WorldName key={world} world={world} />
                      ))}
                    </dt>
                    <dd>
                      <code className="break-all">{answer}</code>
                    </dd>
                  </div>
                ))}
              </dl>
            </li>
          ))}
        </ul>
      )}
      {clusters.length < 2 ? undefined : (
        <>
          <h3 className="mt-4 font-semibold">Who behaves alike, and how likely it is right</h3>
          <ul className="mt-1 grid gap-1">
            {clusters.map(({ worlds, belief }) => (
              <li key={worlds.join()} className="flex flex-wrap items-center gap-x-4">
                <span className="tabular w-12 font-medium">{Math.round(belief * 100)} %</span>
                {worlds.map((world) => (
                  <WorldName key={world} world={world} />
                ))}
              </li>
            ))}
          </ul>
        </>
      )}
      {notes.length === 0 ? undefined : (
        <ul className="mt-3 list-disc pl-5 text-muted">
          {notes.map((note) => (
            <li key={note} className="wrap-anywhere">
              {note}
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}
