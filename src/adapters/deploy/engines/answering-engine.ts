import { DeployRefused } from '../../../ports/deployer.ts';
import type { ProcessRunner } from '../../../ports/process.ts';
import { lastWords } from '../target-program.ts';
import { createEngine } from './engine.ts';
import type { Engine, EngineName } from './engine.ts';

/**
 * The first of the engines that answers; who has answered once is not asked again.
 *
 * @returns what throws DeployRefused where none is installed, and any other error where one is and does not answer.
 */
export function answeringEngine(
  names: readonly EngineName[],
  process: ProcessRunner,
  host: Readonly<Record<string, string | undefined>>,
): (signal: AbortSignal) => Promise<Engine> {
  const engines = names.map((name) => createEngine(name, process, host));
  // Of the only one it shows soon enough.
  let answered = engines.length === 1 ? engines[0] : undefined;
  return async (signal) => (answered ??= await firstAnswer(engines, signal));
}

async function firstAnswer(engines: readonly Engine[], signal: AbortSignal): Promise<Engine> {
  const complaints: string[] = [];
  let isInstalled = false;
  for (const engine of engines) {
    try {
      const ended = await engine.ask(['info', '--format', '{{json .}}'], signal);
      // The client of Docker answers without its daemon, too.
      if (ended.code === 0 && !/"ServerErrors":\["/.test(ended.stdout)) return engine;
      isInstalled = true;
      complaints.push(`${engine.name} says: ${lastWords({ stdout: '', stderr: ended.stderr })}`);
    } catch (error) {
      if (!(error instanceof DeployRefused)) throw error;
      complaints.push(error.message);
    }
  }
  const sentence = `No container engine answers. ${complaints.join(' ')}`;
  throw isInstalled ? new Error(sentence) : new DeployRefused(sentence);
}
