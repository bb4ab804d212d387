import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useChange } from '../../api/changes.ts';
import { Confirm } from '../../ui/confirm.tsx';
import { Select } from '../../ui/field.tsx';
import type { DeployDialogProps } from './deploy-dialog.tsx';

/** Gives all traffic of an environment to an earlier release. */
export function RollbackDialog({ project: { repository }, releases, environment, onClose }: DeployDialogProps) {
  const [release, setRelease] = useState('');
  const navigate = useNavigate();
  const start = useChange('startRollback', ({ run }) => `${run} puts it back.`);
  const rollBack = (): void =>
    start.mutate(
      { body: { repository, environment, ...(release === '' ? {} : { release }) } },
      { onSuccess: ({ run }) => void navigate({ to: '/runs/$run', params: { run } }) },
    );
  return (
    <Confirm
      title={`Put an earlier release back in ${environment}?`}
      about="All traffic goes to it. What serves now is kept, and can be deployed again."
      action="Roll back"
      open
      busy={start.isPending}
      onClose={onClose}
      onConfirm={rollBack}
    >
      <Select label="Which one" value={release} onChange={({ target }) => setRelease(target.value)}>
        <option value="">The last good one before the one that serves</option>
        {releases
          .filter(
            ({ serves, deployments }) => !serves.includes(environment) && deployments.some((each) => each.environment === environment),
          )
          .map((each) => (
            <option key={each.release} value={each.release}>
              {each.release} {each.title ?? each.commit.slice(0, 8)}
            </option>
          ))}
      </Select>
    </Confirm>
  );
}
