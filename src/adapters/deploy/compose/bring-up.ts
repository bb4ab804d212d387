import { dirname } from 'node:path';
import { DeployRefused } from '../../../ports/deployer.ts';
import type { ChangeOfTarget, DeployableRelease } from '../../../ports/deployer.ts';
import { plainEnvironment } from '../program-environment.ts';
import { lastWords, runProgram } from '../target-program.ts';
import type { TargetSettings } from '../target-settings.ts';
import { composeFile } from './compose-file.ts';

/** Of compose, the engine or a registry: another try may well succeed. */
const passing =
  /cannot connect|connection (?:refused|reset)|daemon running|timed? ?out|temporar|unreachable|too many requests|TLS handshake/i;

/**
 * Has compose make the project what its file says, with the image of the release. What has not changed is left as it is.
 *
 * The file may come from the change, and takes values of its environment: hence it is given the variables of the release, and no secret of whoever
 * deploys.
 *
 * @returns its last words; podman-compose ends with 0 even where nothing was started.
 */
export async function bringUp(
  { target, process, host }: TargetSettings<'compose'>,
  { release, image }: { readonly release: DeployableRelease; readonly image: string },
  change: ChangeOfTarget,
): Promise<string> {
  const file = await composeFile(release.folder, target.file);
  const [program = 'docker', ...words] = target.program;
  const ours = { MIYABI_IMAGE: image, MIYABI_RELEASE: String(release.number), MIYABI_COMMIT: release.commit };
  const ended = await runProgram(
    process,
    {
      command: [program, ...words, '--file', file, '--project-name', target.project, 'up', '--detach', '--remove-orphans'],
      cwd: dirname(file),
      env: { ...release.environment, ...plainEnvironment(host), ...ours },
      timeoutMs: target.timeoutSeconds * 1_000,
    },
    change,
  );
  if (ended.code === 0) return lastWords(ended);
  const sentence = `${target.program.join(' ')} up ended with ${ended.code} and said: ${lastWords(ended)}`;
  throw passing.test(ended.stderr) ? new Error(sentence) : new DeployRefused(sentence);
}
