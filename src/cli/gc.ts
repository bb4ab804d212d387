import { byKind, collectGarbage } from '../operations/collect-garbage.ts';
import { oneLine } from './one-line.ts';
import { readTime } from './read-time.ts';
import type { GlobalOptions, Shell } from './shell.ts';

export interface GcOptions extends GlobalOptions {
  readonly dryRun?: boolean;
  /** A time such as `24h`. */
  readonly olderThan?: string;
  readonly json?: boolean;
}

/** `miyabi gc`: removes what ended runs and killed processes left on the disk. */
export async function gc(shell: Shell, options: GcOptions): Promise<number> {
  const unusedMs = options.olderThan === undefined ? undefined : readTime('--older-than', options.olderThan, 'takes whatever nothing uses');
  await using app = await shell.open(options);
  const dryRun = options.dryRun === true;
  const { folders, recovered } = await collectGarbage(app.tools, { dryRun, ...(unusedMs === undefined ? {} : { unusedMs }) });
  const kinds = byKind(folders, app.tools.state.root);
  if (options.json === true) {
    const places = folders.map(({ path, bytes, why }) => ({ path, bytes, why }));
    shell.out(`${JSON.stringify({ type: 'gc', schemaVersion: 1, dryRun, recovered, places, kinds })}\n`);
    return 0;
  }
  for (const sentence of recovered) shell.out(`${oneLine(sentence)}\n`);
  for (const folder of folders)
    shell.out(`${dryRun ? 'would remove' : 'removed'} ${megabytes(folder.bytes)}  ${folder.path}  (${oneLine(folder.why)})\n`);
  const bytes = folders.reduce((sum, folder) => sum + folder.bytes, 0);
  if (folders.length > 0) {
    if (kinds.length > 1) for (const { kind, count, bytes: of } of kinds) shell.out(`${megabytes(of).padStart(12)}  ${kind} (${count})\n`);
    const places = folders.length === 1 ? 'one place' : `${folders.length} places`;
    shell.out(`${megabytes(bytes)} in ${places}${dryRun ? '; nothing was removed' : ''}.\n`);
  } else if (recovered.length === 0) shell.out('Nothing to remove.\n');
  return 0;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
}
