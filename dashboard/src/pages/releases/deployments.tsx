import { Link } from '@tanstack/react-router';
import { useAnswer } from '../../api/queries.ts';
import { Answered } from '../../ui/answered.tsx';
import { Fold } from '../../ui/fold.tsx';
import { Moment } from '../../ui/moment.tsx';
import { Section } from '../../ui/page.tsx';
import { State } from '../../ui/state.tsx';
import { exactly, span } from '../../words/time.ts';
import type { DeploymentRow, ReleaseRow } from './projects.ts';
import { isUnderWay } from './projects.ts';

/** The way of each release to each environment, the newest first, with why it ended as it did. */
export function Deployments({ releases }: { readonly releases: readonly ReleaseRow[] }) {
  const deployments = releases.flatMap((release) => release.deployments).toSorted((one, other) => other.startedAt - one.startedAt);
  if (deployments.length === 0) return undefined;
  return (
    <Section title="What became of them">
      <ol aria-label="Deployments" className="divide-y divide-line rounded-lg border border-line bg-surface">
        {deployments.map((deployment) => (
          <Item key={deployment.id} deployment={deployment} />
        ))}
      </ol>
    </Section>
  );
}

function Item({ deployment }: { readonly deployment: DeploymentRow }) {
  const { release, environment, state, startedAt, endedAt, run, verdict, leaves } = deployment;
  return (
    <li className="px-4 py-3">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-1">
        <State state={state} />
        <span className="font-semibold">
          {release} to {environment}
        </span>
        <span className="text-muted">
          begun <Moment at={startedAt} />
          {endedAt === null ? '' : `, took ${span(endedAt - startedAt)}`}
        </span>
        <Link to="/runs/$run" params={{ run }} className="text-muted underline">
          <code>{run}</code>
        </Link>
        {leaves === null || leaves === release ? undefined : <span className="text-muted">{leaves} serves since</span>}
      </div>
      {verdict === null ? undefined : (
        <p className="mt-1 max-w-[100ch] wrap-anywhere">
          <span className="font-medium">{verdict.inconclusive ? 'Not proven' : `By the rule ${verdict.rule}`}: </span>
          {verdict.reason}
        </p>
      )}
      <Fold
        className="mt-1"
        lazily
        title={
          <span>
            What was seen
            <span className="sr-only">
              {' '}
              of {release} to {environment}
            </span>
          </span>
        }
      >
        <Seen deployment={deployment} />
      </Fold>
    </li>
  );
}

/** While it is watched more is seen every second. */
const everyMs = 2_000;

function Seen({ deployment }: { readonly deployment: DeploymentRow }) {
  const query = useAnswer('readDeployment', { params: { deployment: deployment.id } }, isUnderWay(deployment) ? { everyMs } : {});
  return (
    <Answered query={query} what="what was seen">
      {({ verdict, baseline, previous, notes }) => (
        <div className="space-y-3">
          {baseline === null ? undefined : (
            <p className="text-muted">
              Compared with {previous ?? 'the release before'}: {baseline.requests} requests, {baseline.errors} errors
              {baseline.p95Ms === null ? '' : `, p95 ${baseline.p95Ms.toFixed(0)} ms`} ({baseline.source}).
            </p>
          )}
          {verdict === null || verdict.evidence.length === 0 ? undefined : (
            <pre aria-label="Evidence" tabIndex={0} className="max-h-60 overflow-auto rounded-md bg-sunken p-3 whitespace-pre-wrap">
              {verdict.evidence.join('\n')}
            </pre>
          )}
          <ol className="space-y-0.5">
            {notes.map(({ at, text }, index) => (
              <li key={index} className="flex gap-3">
                <time className="shrink-0 text-muted tabular" dateTime={new Date(at).toISOString()} title={exactly(at)}>
                  {new Date(at).toLocaleTimeString()}
                </time>
                <span className="min-w-0 wrap-anywhere">{text}</span>
              </li>
            ))}
          </ol>
        </div>
      )}
    </Answered>
  );
}
