import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useChange } from '../../api/changes.ts';
import { Check } from '../../ui/check.tsx';
import { Confirm } from '../../ui/confirm.tsx';
import { Select, TextField } from '../../ui/field.tsx';
import type { Project, ReleaseRow } from './projects.ts';

export interface DeployDialogProps {
  readonly project: Project;
  readonly releases: readonly ReleaseRow[];
  readonly environment: string;
  readonly onClose: () => void;
}

/** Takes a commit, or a release that was built before, as far as an environment. */
export function DeployDialog({ project, releases, environment, onClose }: DeployDialogProps) {
  const [release, setRelease] = useState('');
  const [commit, setCommit] = useState('');
  const [isHotfix, setHotfix] = useState(false);
  const navigate = useNavigate();
  const start = useChange('startDeployment', ({ run, environments }) => `${run} takes it through ${environments.join(', ')}.`);
  const what = release !== '' ? { release } : commit.trim() === '' ? {} : { commit: commit.trim() };
  const deploy = (): void =>
    start.mutate(
      { body: { repository: project.repository, environment, hotfix: isHotfix, ...what } },
      { onSuccess: ({ run }) => void navigate({ to: '/runs/$run', params: { run } }) },
    );
  return (
    <Confirm
      title={`Deploy as far as ${environment}?`}
      about={`It goes through ${wayTo(project, environment)}, is watched in each, and is taken back by itself where it does not prove itself.`}
      action="Deploy"
      look="main"
      open
      busy={start.isPending}
      onClose={onClose}
      onConfirm={deploy}
    >
      <div className="space-y-4">
        <Select label="What" value={release} onChange={({ target }) => setRelease(target.value)}>
          <option value="">A commit</option>
          {releases
            .filter(({ blocked }) => blocked === null)
            .map((each) => (
              <option key={each.release} value={each.release}>
                {each.release} {each.title ?? each.commit.slice(0, 8)}
              </option>
            ))}
        </Select>
        {release === '' ? (
          <TextField
            label="Branch, tag or commit (HEAD, or the branch of the forge, without one)"
            value={commit}
            onChange={({ target }) => setCommit(target.value)}
          />
        ) : undefined}
        <Check
          checked={isHotfix}
          label="At once"
          about="Leaves out environments that are skipped where something has to go out at once."
          onChange={({ target }) => setHotfix(target.checked)}
        />
      </div>
    </Confirm>
  );
}

/** The environments up to this one, in words. */
function wayTo({ environments }: Project, environment: string): string {
  return environments.slice(0, environments.indexOf(environment) + 1).join(', then ');
}
