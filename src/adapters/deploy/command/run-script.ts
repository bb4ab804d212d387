import { mkdir } from 'node:fs/promises';
import { DeployRefused } from '../../../ports/deployer.ts';
import type { ChangeOfTarget } from '../../../ports/deployer.ts';
import { plainEnvironment } from '../program-environment.ts';
import { lastWords, runProgram } from '../target-program.ts';
import type { TargetSettings } from '../target-settings.ts';
import { questionText, questionVariables } from './script-contract.ts';
import type { ChangeQuestion, ScriptQuestion } from './script-contract.ts';

/** `EX_TEMPFAIL` of sysexits.h. */
const tryAgain = 75;

/**
 * Runs one of the programs of a `command` target, in the folder of the environment: never in that of the release, so that a relative name cannot lead
 * to a program which a change has brought along.
 *
 * @returns what it printed.
 * @throws DeployRefused when it ended with another code than 0 or 75; any other error where it is worth another try.
 */
export async function runScript(
  settings: TargetSettings<'command'>,
  question: ScriptQuestion | ChangeQuestion,
  told: Pick<ChangeOfTarget, 'signal'> & Partial<Pick<ChangeOfTarget, 'onLine'>>,
): Promise<string> {
  const { process, host, secrets, target, folder } = settings;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const ended = await runProgram(
    process,
    {
      command: ['/bin/sh', '-c', target[question.action]],
      cwd: folder,
      env: { ...plainEnvironment(host), ...secrets, ...questionVariables(question) },
      stdin: questionText(question),
      timeoutMs: target.timeoutSeconds * 1_000,
    },
    told,
  );
  if (ended.code === 0) return ended.stdout;
  const sentence = `The program of \`${question.action}\` ended with ${ended.code} and said: ${lastWords(ended)}`;
  throw ended.code === tryAgain ? new Error(sentence) : new DeployRefused(sentence);
}
