import { realpath } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { DeployRefused } from '../../../ports/deployer.ts';

/**
 * The file that compose goes by: one of the release, or one of this machine that no change can touch.
 *
 * @param file as configured; relative to the folder of the release.
 * @throws DeployRefused when it is not there, or leads out of the release.
 */
export async function composeFile(folder: string, file: string): Promise<string> {
  const path = await realpath(isAbsolute(file) ? file : join(folder, file)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') throw new DeployRefused(isAbsolute(file) ? `There is no ${file}.` : `There is no ${file} in the release.`);
    throw error;
  });
  if (!isAbsolute(file) && !path.startsWith(`${await realpath(folder)}/`)) throw new DeployRefused(`${file} leads out of the release.`);
  return path;
}
