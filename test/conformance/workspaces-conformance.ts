import { describe, test } from 'vitest';
import type { WorkspaceMethod } from '../../src/domain/machine.ts';
import { workspaceCases } from './workspaces-cases.ts';
import { workspaceLives } from './workspaces-lives.ts';

export type RunCase = (name: string, only: WorkspaceMethod) => Promise<void>;

/**
 * What a way of making worlds must do, whatever way it is.
 *
 * @param place.missing why it cannot be tried on this machine; undefined where it can.
 */
export function workspacesConformance(
  title: string,
  only: WorkspaceMethod,
  place: { readonly missing: () => Promise<string | undefined>; readonly run?: RunCase; readonly tags?: string[] },
): void {
  describe(`worlds by ${title}`, { tags: place.tags ?? [] }, () => {
    test.for(Object.entries({ ...workspaceCases, ...workspaceLives }))('%s', async ([name, run], context) => {
      const reason = await place.missing();
      if (reason !== undefined) return context.skip(reason);
      await (place.run === undefined ? run(only) : place.run(name, only));
    });
  });
}
