import { oneLine } from './one-line.ts';
import type { GlobalOptions, Shell } from './shell.ts';

/** `miyabi gc`: removes what ended runs left on the disk. */
export async function gc(shell: Shell, options: GlobalOptions & { readonly dryRun?: boolean }): Promise<number> {
  await using app = await shell.open(options);
  const dryRun = options.dryRun === true;
  const { folders } = await app.tools.collect({ dryRun });
  for (const folder of folders)
    shell.out(`${dryRun ? 'would remove' : 'removed'} ${megabytes(folder.bytes)}  ${folder.path}  (${oneLine(folder.why)})\n`);
  const bytes = folders.reduce((sum, folder) => sum + folder.bytes, 0);
  shell.out(
    folders.length === 0
      ? 'Nothing to remove.\n'
      : `${megabytes(bytes)} in ${folders.length === 1 ? 'one place' : `${folders.length} places`}${dryRun ? '; nothing was removed' : ''}.\n`,
  );
  return 0;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
}
