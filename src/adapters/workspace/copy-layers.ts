import type { CreateWorkspace } from '../../ports/workspace.ts';
import type { RungTools } from './rung.ts';

/** Copies the layers into the checkout, the uppermost last; blocks are shared where the file system can, files never. */
export async function copyLayers(tools: RungTools, request: Pick<CreateWorkspace, 'directory' | 'layers'>): Promise<void> {
  for (const layer of (request.layers ?? []).toReversed()) await copyFolder(tools, `${layer}/.`, request.directory, 'where-possible');
}

/**
 * Copies the content of a folder, with modes, times and links.
 *
 * @param sharing whether blocks are to be shared between the copies: it fails where they must and cannot be.
 * @throws Error with what the system said.
 */
export async function copyFolder(
  tools: Pick<RungTools, 'process' | 'path'>,
  from: string,
  to: string,
  sharing: 'must' | 'where-possible',
): Promise<void> {
  const result = await tools.process.run({
    command: ['cp', ...copyOptions(sharing), '--', from, to],
    cwd: '/',
    env: { PATH: tools.path, LC_ALL: 'C' },
    timeoutMs: 10 * 60_000,
    keepBytes: 4096,
    staysInGroup: true,
  });
  if (result.end.kind === 'exited' && result.end.code === 0) return;
  const said =
    result.end.kind === 'not-started' ? result.end.reason : (result.stderr.trim().split('\n')[0] ?? '') || JSON.stringify(result.end);
  throw new Error(`${from} could not be copied to ${to}: ${said}`);
}

/**
 * What lies in the place of a file is taken away and not written into: it may be a link that was committed. On macOS that is `-f`, and
 * `-c` shares the blocks, or copies them where the disk cannot.
 */
function copyOptions(sharing: 'must' | 'where-possible'): readonly string[] {
  if (process.platform === 'darwin') return ['-c', '-f', '-p', '-R'];
  return ['-a', '--remove-destination', sharing === 'must' ? '--reflink=always' : '--reflink=auto'];
}
