import { Link } from '@tanstack/react-router';
import { Rocket, Undo2 } from 'lucide-react';
import { useState } from 'react';
import { Card } from '../../ui/card.tsx';
import { ChangeButton } from '../../ui/change-button.tsx';
import { Moment } from '../../ui/moment.tsx';
import { Section } from '../../ui/page.tsx';
import { State } from '../../ui/state.tsx';
import { shown } from '../../words/states.ts';
import { DeployDialog } from './deploy-dialog.tsx';
import type { DeploymentRow, Project, ReleaseRow, Serving } from './projects.ts';
import { isUnderWay, servingIn } from './projects.ts';
import { RollbackDialog } from './rollback-dialog.tsx';

export interface EnvironmentsProps {
  readonly project: Project;
  readonly releases: readonly ReleaseRow[];
}

/** What is asked for, and where. */
interface Asked {
  readonly what: 'deploy' | 'rollback';
  readonly environment: string;
}

/** What serves in each environment, in the order in which releases go through them. */
export function Environments({ project, releases }: EnvironmentsProps) {
  const [asked, setAsked] = useState<Asked>();
  const close = (): void => setAsked(undefined);
  return (
    <Section title="What serves">
      <ol className="grid grid-cols-1 gap-3 sm:grid-cols-2 xl:grid-cols-3">
        {project.environments.map((environment) => (
          <li key={environment}>
            <Environment
              environment={environment}
              serving={servingIn(environment, releases)}
              onDeploy={() => setAsked({ what: 'deploy', environment })}
              onRollback={() => setAsked({ what: 'rollback', environment })}
            />
          </li>
        ))}
      </ol>
      {asked?.what === 'deploy' ? (
        <DeployDialog project={project} releases={releases} environment={asked.environment} onClose={close} />
      ) : undefined}
      {asked?.what === 'rollback' ? (
        <RollbackDialog project={project} releases={releases} environment={asked.environment} onClose={close} />
      ) : undefined}
    </Section>
  );
}

interface EnvironmentProps {
  readonly environment: string;
  readonly serving: Serving;
  readonly onDeploy: () => void;
  readonly onRollback: () => void;
}

function Environment({ environment, serving: { release, latest }, onDeploy, onRollback }: EnvironmentProps) {
  return (
    <Card className="flex h-full flex-col p-4">
      <div className="flex items-center justify-between gap-3">
        <h3 className="font-semibold">{environment}</h3>
        {latest === undefined ? <span className="text-muted">never deployed to</span> : <State state={latest.state} />}
      </div>
      <p className="mt-2 text-2xl font-semibold tabular">{release?.release ?? 'nothing'}</p>
      <p className="min-h-6 wrap-anywhere">{release?.title ?? ''}</p>
      {latest === undefined ? undefined : (
        <p className="mt-1 text-muted">
          {latestWords(latest, release)} <Moment at={latest.endedAt ?? latest.startedAt} /> in{' '}
          <Link to="/runs/$run" params={{ run: latest.run }} className="underline">
            {latest.run}
          </Link>
        </p>
      )}
      <div className="mt-auto flex flex-wrap gap-2 pt-3">
        <ChangeButton small onClick={onDeploy} aria-label={`Deploy to ${environment}`}>
          <Rocket aria-hidden size={14} /> Deploy
        </ChangeButton>
        <ChangeButton small disabled={release === undefined} onClick={onRollback} aria-label={`Roll back ${environment}`}>
          <Undo2 aria-hidden size={14} /> Roll back
        </ChangeButton>
      </div>
    </Card>
  );
}

function latestWords(latest: DeploymentRow, serving: ReleaseRow | undefined): string {
  if (isUnderWay(latest)) return `${latest.release} was sent on its way`;
  return latest.release === serving?.release ? 'proven' : `${latest.release} ${shown(latest.state).word}`;
}
