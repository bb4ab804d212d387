import { Ban, LockOpen } from 'lucide-react';
import { useState } from 'react';
import { useChange } from '../../api/changes.ts';
import { ChangeButton } from '../../ui/change-button.tsx';
import { Confirm } from '../../ui/confirm.tsx';
import { Empty } from '../../ui/empty.tsx';
import { TextField } from '../../ui/field.tsx';
import { Moment } from '../../ui/moment.tsx';
import { Section } from '../../ui/page.tsx';
import { State } from '../../ui/state.tsx';
import { Cell, Row, Table } from '../../ui/table.tsx';
import type { Project, ReleaseRow } from './projects.ts';

export interface ReleaseTableProps {
  readonly project: Project;
  readonly releases: readonly ReleaseRow[];
}

/** Every release with its way through the environments, the newest first. */
export function ReleaseTable({ project, releases }: ReleaseTableProps) {
  const [lifting, setLifting] = useState<ReleaseRow>();
  return (
    <Section title="What was built">
      {releases.length === 0 ? (
        <Empty title="Nothing was built yet." command="miyabi deploy">
          The first deployment builds the commit that it is about.
        </Empty>
      ) : (
        <Table label="Releases" head={['Release', 'Commit', 'What it is', 'Made', ...project.environments, 'May go out']}>
          {releases.map((release) => (
            <ReleaseLine key={release.release} release={release} environments={project.environments} onLift={() => setLifting(release)} />
          ))}
        </Table>
      )}
      {lifting === undefined ? undefined : <Lift release={lifting} onClose={() => setLifting(undefined)} />}
    </Section>
  );
}

interface ReleaseLineProps {
  readonly release: ReleaseRow;
  readonly environments: readonly string[];
  readonly onLift: () => void;
}

function ReleaseLine({
  release: { release, commit, title, createdAt, built, blocked, serves, deployments },
  environments,
  onLift,
}: ReleaseLineProps) {
  return (
    <Row>
      <Cell className="font-semibold tabular">{release}</Cell>
      <Cell>
        <code>{commit.slice(0, 8)}</code>
      </Cell>
      <Cell className="min-w-48 wrap-anywhere">
        {title ?? 'not on this machine'}
        {built === null ? <span className="block text-muted">not built</span> : undefined}
      </Cell>
      <Cell>
        <Moment at={createdAt} />
      </Cell>
      {environments.map((environment) => {
        const last = deployments.find((each) => each.environment === environment);
        return (
          <Cell key={environment} className="whitespace-nowrap">
            {last === undefined ? <span className="text-muted">–</span> : <State state={last.state} quiet />}
            {serves.includes(environment) ? <span className="block text-good">serves</span> : undefined}
          </Cell>
        );
      })}
      <Cell className="min-w-44">
        {blocked === null ? (
          'yes'
        ) : (
          <>
            <span className="inline-flex items-center gap-1.5 font-medium text-bad">
              <Ban aria-hidden size={15} /> blocked
            </span>
            <span className="block wrap-anywhere text-muted">{blocked.reason}</span>
            <ChangeButton small className="mt-1" onClick={onLift} aria-label={`Let it go out again: ${release}`}>
              <LockOpen aria-hidden size={14} /> Let it go out again
            </ChangeButton>
          </>
        )}
      </Cell>
    </Row>
  );
}

/** Lets a commit go out again that was blocked. */
function Lift({ release: { release, repository, blocked }, onClose }: { readonly release: ReleaseRow; readonly onClose: () => void }) {
  const [reason, setReason] = useState('');
  const lift = useChange('liftRelease', () => `${release} may go out again.`);
  return (
    <Confirm
      title={`Let ${release} go out again?`}
      about={`It was blocked: ${blocked?.reason ?? 'by nobody any more'}`}
      action="Let it go out again"
      look="main"
      open
      busy={lift.isPending}
      onClose={onClose}
      onConfirm={() => lift.mutate({ params: { release }, body: { repository, reason: reason.trim() } }, { onSuccess: onClose })}
    >
      <TextField
        label="Why it may; kept with it"
        required
        autoFocus
        maxLength={2_000}
        value={reason}
        onChange={({ target }) => setReason(target.value)}
      />
    </Confirm>
  );
}
