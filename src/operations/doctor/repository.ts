import type { RepositoryInspection } from '../../ports/git.ts';
import type { OperationTools } from '../tools.ts';
import type { Finding } from './finding.ts';
import { fine, inSize, warning } from './finding.ts';

/** So many times a repository has to fit on the disk: a mirror, a base, and worlds that write. */
const times = 5;

/** The repository in which somebody asks, and whether there is room for its worlds. */
export async function repositoryFindings(
  { git, hostChecks, freeBytes }: Pick<OperationTools, 'git' | 'hostChecks' | 'freeBytes'>,
  path: string,
): Promise<readonly Finding[]> {
  const inspection = await (await git()).inspect(path);
  const state = stateFinding(inspection, path);
  if (inspection.kind !== 'repository') return [state];
  const [bytes, free] = [await hostChecks.bytesOf(inspection.root), await freeBytes()];
  const detail = `${inspection.root} takes ${inSize(bytes)}; ${inSize(free)} are free for worlds of it`;
  if (free >= times * bytes) return [state, fine('Room', detail)];
  return [
    state,
    warning('Room', `${detail}, and ${times} times its size is needed`, 'Make room, or move everything elsewhere with --state.'),
  ];
}

function stateFinding(inspection: RepositoryInspection, path: string): Finding {
  switch (inspection.kind) {
    case 'not-a-repository':
      return warning('Repository', `${path} is not inside a git repository`, 'Go to one, or name it with --repo.');
    case 'empty':
      return warning('Repository', `${inspection.root} has no commit`, 'Make a first commit.');
    case 'repository': {
      const { root, dirty, branch = 'a detached HEAD' } = inspection;
      if (dirty.length === 0) return fine('Repository', `${root}, clean, on ${branch}`);
      return warning('Repository', `${root} has changes that are not committed (${dirty[0]} ...)`, 'Commit or stash them before a run.');
    }
  }
}
