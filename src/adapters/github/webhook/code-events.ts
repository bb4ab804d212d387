import type { z } from 'zod';
import type { ReadDelivery } from '../../../domain/forge-event.ts';
import { identities, installationIdentity } from '../identity.ts';
import { userOf } from '../shapes.ts';
import { ignored, shared } from './issue-events.ts';
import type {
  checkRunPayload,
  checkSuitePayload,
  installationPayload,
  installationRepositoriesPayload,
  pushPayload,
  statusPayload,
  workflowRunPayload,
} from './schemas.ts';

/** What of checks, pushes and installations means something to us: somebody has to look again, whoever did it. */

export function readCheckRun(payload: z.infer<typeof checkRunPayload>): ReadDelivery {
  if (!['created', 'completed', 'rerequested'].includes(payload.action ?? '')) return ignored('unknown-action');
  const { id, head_sha: commit, status, conclusion } = payload.check_run;
  return checks(payload, commit, ['run', id, `${payload.action}:${status}:${conclusion ?? ''}`]);
}

export function readCheckSuite(payload: z.infer<typeof checkSuitePayload>): ReadDelivery {
  if (!['requested', 'completed', 'rerequested'].includes(payload.action ?? '')) return ignored('unknown-action');
  const { id, head_sha: commit, conclusion, updated_at: at } = payload.check_suite;
  return checks(payload, commit, ['suite', id, `${payload.action}:${conclusion ?? ''}:${Date.parse(at) / 1_000}`]);
}

export function readWorkflowRun(payload: z.infer<typeof workflowRunPayload>): ReadDelivery {
  if (!['requested', 'in_progress', 'completed'].includes(payload.action ?? '')) return ignored('unknown-action');
  const { id, head_sha: commit, conclusion, run_attempt: attempt } = payload.workflow_run;
  return checks(payload, commit, ['workflow', id, `${payload.action}:${attempt ?? 0}:${conclusion ?? ''}`]);
}

/** Every status has an id of its own, and no action. */
export function readStatus(payload: z.infer<typeof statusPayload>): ReadDelivery {
  return checks(payload, payload.sha, ['status', payload.id, payload.state]);
}

function checks(payload: Parameters<typeof shared>[0], commit: string, name: readonly [string, number, string]): ReadDelivery {
  const identity = identities(payload.repository.id).checks(...name);
  return { kind: 'event', event: { ...shared(payload), kind: 'checks', commit, identity } };
}

const branches = 'refs/heads/';

export function readPush(payload: z.infer<typeof pushPayload>): ReadDelivery {
  const { ref, before, after, deleted, repository } = payload;
  if (!ref.startsWith(branches)) return ignored('tag');
  const branch = ref.slice(branches.length);
  const at = repository.pushed_at;
  const seconds = typeof at === 'number' ? at : Math.floor((Date.parse(at ?? '') || 0) / 1_000);
  const to = deleted === true || /^0+$/.test(after) ? undefined : after;
  const identity = identities(repository.id).push(branch, before, after, seconds);
  return { kind: 'event', event: { ...shared(payload), kind: 'push', branch, to, identity } };
}

const installationActions: Readonly<Record<string, 'added' | 'removed' | undefined>> = {
  created: 'added',
  unsuspend: 'added',
  deleted: 'removed',
  suspend: 'removed',
};

export function readInstallation(payload: z.infer<typeof installationPayload>): ReadDelivery {
  const action = Object.hasOwn(installationActions, payload.action) ? installationActions[payload.action] : undefined;
  return action === undefined ? ignored('unknown-action') : installed(payload, action, payload.repositories);
}

export function readInstallationRepositories(payload: z.infer<typeof installationRepositoriesPayload>): ReadDelivery {
  if (payload.action === 'added') return installed(payload, 'added', payload.repositories_added);
  return payload.action === 'removed' ? installed(payload, 'removed', payload.repositories_removed) : ignored('unknown-action');
}

function installed(
  { installation, action: told, sender }: Pick<z.infer<typeof installationPayload>, 'installation' | 'action' | 'sender'>,
  action: 'added' | 'removed',
  entered: ReadonlyArray<{ readonly full_name: string }>,
): ReadDelivery {
  const repositories = entered.map(({ full_name: name }) => name);
  const [repository] = repositories;
  if (repository === undefined) return ignored('no-repository');
  const identity = installationIdentity(installation.id, told, repositories, String(installation.updated_at ?? ''));
  const who = sender === null || sender === undefined ? undefined : userOf(sender);
  return { kind: 'event', event: { forge: 'github', repository, sender: who, kind: 'installation', action, repositories, identity } };
}
