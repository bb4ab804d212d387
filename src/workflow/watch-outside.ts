import type { IntegrityFinding } from '../domain/choice.ts';
import type { IsolationLevel } from '../domain/machine.ts';
import type { RunAttributes } from '../domain/run.ts';
import { discardIfLayer } from '../worlds/discard-layer.ts';
import type { OutsideChange } from '../worlds/outside.ts';
import { changesOutside, fingerprintOutside } from '../worlds/outside.ts';
import type { WorkflowTools } from './tools.ts';

/** What changed near a world while its agent worked. */
export interface OutsideChanges {
  readonly integrity: readonly IntegrityFinding[];
  /** For people, a sentence each. */
  readonly warnings: readonly string[];
}

/** A look that is compared with a later one. */
export interface OutsideWatch {
  changes(): Promise<OutsideChanges>;
}

const nothing: OutsideChanges = { integrity: [], warnings: [] };

/**
 * Looks at what lies near a world, to notice what its agent changes there. Where walls keep it in there is nothing to notice, and
 * nothing is looked at.
 */
export async function watchOutside(tools: WorkflowTools, run: RunAttributes, level: IsolationLevel): Promise<OutsideWatch> {
  if (level !== 'limits') return { changes: async () => await Promise.resolve(nothing) };
  const { repository } = run;
  const root = repository.kind === 'local' ? repository.root : undefined;
  const place = { state: tools.state, repositoryId: run.repositoryId, root, git: tools.git };
  const before = await fingerprintOutside(place);
  return {
    async changes() {
      const outside = await changesOutside(place, before);
      tools.workspaces.doubtBases();
      for (const { path } of outside) await discardIfLayer(tools.state.layers, path);
      return { integrity: outside.flatMap(findingOf), warnings: outside.flatMap((change) => warningOf(change, root)) };
    },
  };
}

function warningOf(change: OutsideChange, root: string | undefined): readonly string[] {
  if (change.whose === 'ours' || root === undefined) return [];
  return [`While it ran, ${change.what} changed in your repository ${root}; Miyabi did not do that: look at it with \`git status\`.`];
}

function findingOf(change: OutsideChange): IntegrityFinding[] {
  if (change.whose === 'users') return [];
  return [
    {
      rule: 'wrote-outside-the-world',
      path: change.path,
      detail: `While it ran, ${change.what} changed, where nothing but Miyabi writes.`,
    },
  ];
}
