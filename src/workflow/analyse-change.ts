import type { Change } from '../domain/change.ts';
import type { CommitId } from '../domain/ids.ts';
import type { SecurityEvidence } from '../domain/security.ts';
import { analyseSecurity } from '../evaluation/security/analyse.ts';
import type { Mirror } from '../ports/git.ts';
import type { TaskContext } from '../weaver/handler.ts';
import { knownRegistries } from '../worlds/registry-hosts.ts';
import type { Checkout } from './checkout.ts';
import type { TextsOfChange } from './texts-of-change.ts';
import type { WorkflowTools } from './tools.ts';
import { runOf } from './tools.ts';

interface AnalysedChange {
  readonly mirror: Mirror;
  readonly texts: TextsOfChange;
  readonly commit: CommitId;
  readonly change: Change;
  /** In whose sandbox foreign text is parsed. */
  readonly checkout: Checkout;
  /** What its author says of it; it goes into the message of the commit. */
  readonly said: string;
}

/** Looks at a change for what would make it dangerous, as the user has configured and nobody else. */
export async function analyseChange(
  tools: WorkflowTools,
  context: TaskContext<unknown>,
  { mirror, texts, commit, change, checkout, said }: AnalysedChange,
): Promise<SecurityEvidence> {
  const { security } = runOf(context).config;
  const { setting, sandbox, folder } = checkout;
  return await analyseSecurity({
    files: change.files,
    ...texts,
    links: async (path) => await mirror.readLink(commit, path),
    texts: [{ name: 'what was said of the change', text: said }],
    settings: security,
    secrets: tools.findSecrets,
    advisories: await tools.advisories(security),
    registries: (await knownRegistries(tools.host.environment)).map(({ host }) => host),
    process: sandbox.process,
    directory: folder.context,
    environment: setting.environment,
    nodePath: tools.host.nodePath,
    signal: setting.signal ?? context.signal,
  });
}
