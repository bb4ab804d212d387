import type { OperationTools } from '../tools.ts';
import type { Diagnosis } from './finding.ts';
import { counted, fine, warning } from './finding.ts';

type LeftoverTools = Pick<OperationTools, 'hostChecks' | 'collect' | 'recover' | 'state'>;

/** What processes that were killed have left. */
export async function leftoverFindings(tools: LeftoverTools): Promise<readonly Diagnosis[]> {
  return [await locks(tools), await worlds(tools)];
}

async function locks({ hostChecks }: LeftoverTools): Promise<Diagnosis> {
  const stale = await hostChecks.staleLocks();
  if (stale.length === 0) return fine('Locks', 'none of a process that is dead');
  return {
    ...warning(
      'Locks',
      `${counted(stale.length, 'lock')} of processes that are dead`,
      'They are in nobody’s way; `miyabi doctor --fix` removes them.',
    ),
    mend: async () => `Removed ${counted(await hostChecks.removeStaleLocks(), 'lock')} of processes that are dead.`,
  };
}

/** Folders of worlds that no living process works in, and that no run goes on in as they are. */
async function worlds({ collect, recover, state }: LeftoverTools): Promise<Diagnosis> {
  const { folders } = await collect({ dryRun: true });
  const left = folders.filter(({ path }) => path.startsWith(`${state.root}/worlds/`));
  if (left.length === 0) return fine('Leftovers', 'no folder of a world without its process');
  return {
    ...warning(
      'Leftovers',
      `${counted(left.length, 'folder')} of worlds without a process`,
      'The next run, `miyabi gc` or `miyabi doctor --fix` removes them; what agents had done is kept.',
    ),
    mend: async () => {
      const told = await recover();
      const { folders: gone } = await collect({ dryRun: false });
      return [...told, `Removed ${counted(gone.length, 'folder')} that nothing needs.`].join(' ');
    },
  };
}
