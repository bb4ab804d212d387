import { Link } from '@tanstack/react-router';
import { FolderGit2, GitBranch, GitPullRequest, Trophy } from 'lucide-react';
import type { ReactNode } from 'react';
import { Meter } from '../../ui/meter.tsx';
import { Moment } from '../../ui/moment.tsx';
import { State } from '../../ui/state.tsx';
import { usd } from '../../words/money.ts';
import { span } from '../../words/time.ts';
import { LiveMark } from './live-mark.tsx';
import type { RunAnswer } from './run-frame.tsx';

/** Two lines under the title of a run: where it stands, and what it is about. */
export function RunFacts({ run }: { readonly run: RunAnswer }) {
  return (
    <div className="flex flex-col gap-1.5">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-1.5">
        <State state={run.state} />
        {run.isPaused && run.state === 'running' ? <span className="text-warn">being paused: nothing new is started</span> : undefined}
        <span className={run.waitsForPerson ? 'text-warn' : undefined}>{run.endedAt === null ? placeOf(run) : <Ended run={run} />}</span>
        {run.winner === null ? undefined : (
          <span className="inline-flex items-center gap-1.5 text-gold">
            <Trophy aria-hidden size={15} />
            {run.winner.world} won{run.winner.score === null ? '' : ` with ${run.winner.score.toFixed(1)}`}
          </span>
        )}
        <Money run={run} />
        <LiveMark key={run.run} run={run.run} ended={run.endedAt !== null} lastEvent={run.lastEvent} />
      </div>
      <div className="flex flex-wrap items-center gap-x-4 gap-y-1 text-[13px]">
        <code>{run.run}</code>
        {run.issue === run.title ? undefined : <span className="break-all">{run.issue}</span>}
        <Fact icon={<FolderGit2 aria-hidden size={14} />} label="Base">
          {run.base.name} <code>{run.base.commit.slice(0, 8)}</code>
        </Fact>
        {run.report.branch === null ? undefined : (
          <Fact icon={<GitBranch aria-hidden size={14} />} label="Branch">
            <code>{run.report.branch}</code>
          </Fact>
        )}
        {run.report.pullRequest === null ? undefined : <PullRequest {...run.report.pullRequest} />}
      </div>
      <FollowUps run={run} />
    </div>
  );
}

/** Where a run is that has not ended; what it asks of a person stands below, whole. */
function placeOf({ phase, waitsFor, waitsForPerson }: RunAnswer): string {
  if (waitsForPerson) return `at ${phase}, needs a person`;
  return waitsFor === '' ? `at ${phase}` : `at ${phase}: ${waitsFor}`;
}

function Ended({ run }: { readonly run: RunAnswer }) {
  const at = run.endedAt ?? run.createdAt;
  return (
    <>
      <Moment at={at} /> after <span className="tabular">{span(at - run.createdAt)}</span>
    </>
  );
}

function Money({ run }: { readonly run: RunAnswer }) {
  const text = `${usd(run.costUsd)} of ${usd(run.budgetUsd)}`;
  const share = run.budgetUsd === 0 ? 0 : run.costUsd / run.budgetUsd;
  return (
    <span className="inline-flex items-center gap-2">
      <span className="tabular whitespace-nowrap">{text}</span>
      <span className="w-20">
        <Meter label="Cost against budget" value={run.costUsd} most={run.budgetUsd} text={text} fill={fillOf(share)} />
      </span>
    </span>
  );
}

function fillOf(share: number): string {
  if (share >= 1) return 'bg-bad';
  return share >= 0.8 ? 'bg-warn' : 'bg-info';
}

/** Runs with which it hangs together. */
function FollowUps({ run: { startedFrom, followUps } }: { readonly run: RunAnswer }) {
  if (startedFrom === null && followUps.length === 0) return undefined;
  return (
    <p className="flex flex-wrap gap-x-4 text-[13px]">
      {startedFrom === null ? undefined : (
        <span>
          {startedFrom.kind === 'fix' ? 'Changes' : 'Hands over'} {startedFrom.world} of <RunLink run={startedFrom.run} />
        </span>
      )}
      {followUps.map(({ run, kind, world, by }) => (
        <span key={run}>
          {kind === 'fix' ? `${world} is changed by` : `${world} is handed over by`} <RunLink run={run} />, asked for by {by}
        </span>
      ))}
    </p>
  );
}

function RunLink({ run }: { readonly run: string }) {
  return (
    <Link to="/runs/$run" params={{ run }} className="text-accent underline">
      {run}
    </Link>
  );
}

function Fact({ icon, label, children }: { readonly icon: ReactNode; readonly label: string; readonly children: ReactNode }) {
  return (
    <span className="inline-flex items-center gap-1.5 break-all">
      {icon}
      <span className="sr-only">{label}:</span>
      <span>{children}</span>
    </span>
  );
}

function PullRequest({ number, url, isMerged }: { readonly number: number; readonly url: string; readonly isMerged: boolean }) {
  const text = `#${number}${isMerged ? ', merged' : ''}`;
  return (
    <Fact icon={<GitPullRequest aria-hidden size={14} />} label="Pull request">
      {/^https?:/.test(url) ? (
        <a href={url} rel="noreferrer" target="_blank" className="text-accent underline">
          {text}
        </a>
      ) : (
        text
      )}
    </Fact>
  );
}
