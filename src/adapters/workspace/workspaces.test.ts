import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { gitStand } from '../../../test/support/git-stand.ts';
import { stateFolder } from '../../domain/state-folder.ts';
import { createWorkspaces } from './workspaces.ts';

describe('the ladder', () => {
  test('names every way in order, says of each what was found in a sentence, and leaves nothing of the trial', async () => {
    await using stand = await gitStand();
    const ladder = await stand.workspaces.ladder();
    expect(ladder.map(({ method }) => method)).toEqual(['overlay', 'reflink', 'pool', 'checkout']);
    for (const { detail } of ladder) expect(detail).toMatch(/^[^\n]+\.$/);
    expect(ladder.slice(2).map(({ usable }) => usable)).toEqual([true, true]);
    expect(readdirSync(join(stand.path, 'state'))).toEqual(['mirrors']);
  });

  test('is tried once', async () => {
    await using stand = await gitStand();
    expect(stand.workspaces.ladder()).toBe(stand.workspaces.ladder());
  });

  test('goes down where programs are missing, and a way that is asked for by name is refused with the reason', async () => {
    await using stand = await gitStand();
    const { git, process, locks } = stand;
    const tools = { git, process, locks, path: '/nonexistent', state: stateFolder(join(stand.path, 'state')) };
    const ladder = await createWorkspaces(tools).ladder();
    // What mounts is the system's own, whatever the PATH.
    expect(ladder.slice(1).map(({ usable }) => usable)).toEqual([false, true, true]);
    const refused = createWorkspaces(tools, { only: 'reflink' }).prepareBase({
      mirrorPath: stand.mirror.path,
      commit: stand.repository.head,
    });
    await expect(refused).rejects.toMatchObject({ name: 'Failure', reason: 'configuration', text: { why: ladder[1]?.detail } });
  });
});
