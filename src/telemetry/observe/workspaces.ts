import type { WorkspaceMethod } from '../../domain/machine.ts';
import type { Telemetry } from '../../ports/telemetry.ts';
import type { CreateWorkspace, Workspaces } from '../../ports/workspace.ts';
import { observeCalls } from './calls.ts';

/** The same workspaces: making one says by which method, and how many there are is told as they come and go. */
export function observeWorkspaces(workspaces: Workspaces, telemetry: Telemetry): Workspaces {
  const there = new Map<string, WorkspaceMethod>();
  const observed = observeCalls(workspaces, telemetry, { kind: 'workspace', methods: ['prepareBase', 'reopen', 'sweep'] });

  async function create(request: CreateWorkspace) {
    return await telemetry.measure({ kind: 'workspace', name: 'workspace create' }, async ({ note }) => {
      const made = await workspaces.create(request);
      note({ method: made.method });
      there.set(made.directory, made.method);
      telemetry.tell({ type: 'worlds.changed', method: made.method, by: 1 });
      return made;
    });
  }

  async function remove(request: Parameters<Workspaces['remove']>[0]) {
    await telemetry.measure({ kind: 'workspace', name: 'workspace remove' }, async () => await workspaces.remove(request));
    const method = there.get(request.directory);
    if (method === undefined || !there.delete(request.directory)) return;
    telemetry.tell({ type: 'worlds.changed', method, by: -1 });
  }

  return new Proxy(observed, {
    get(target, property) {
      if (property === 'create') return create;
      return property === 'remove' ? remove : Reflect.get(target, property, target);
    },
  });
}
