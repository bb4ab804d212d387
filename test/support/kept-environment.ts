import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { callKeeper, NoKeeper } from '../../src/adapters/deploy/process/call-keeper.ts';
import { endProgram } from '../../src/adapters/deploy/process/keeper/end-program.ts';
import { readState } from '../../src/adapters/deploy/process/keeper/state-file.ts';
import { temporaryFolder } from './temporary.ts';

/** The folder of an environment that is kept by a keeper; with its scope everything ends that runs there. */
export interface KeptEnvironment extends AsyncDisposable {
  readonly folder: string;
  /** For what a test makes beside it. */
  readonly scratch: string;
}

export async function keptEnvironment(): Promise<KeptEnvironment> {
  const scratch = await temporaryFolder();
  const folder = join(scratch.path, 'environment');
  return {
    folder,
    scratch: scratch.path,
    async [Symbol.asyncDispose]() {
      await endKeptEnvironment(folder);
      await scratch[Symbol.asyncDispose]();
    },
  };
}

/** Ends the keeper of an environment, and then whatever it has started. */
export async function endKeptEnvironment(folder: string): Promise<void> {
  const file = join(folder, 'keeper.json');
  if (!existsSync(file)) return;
  await callKeeper(folder, 'leave', {}, AbortSignal.timeout(10_000)).catch((error: unknown) => {
    if (!(error instanceof NoKeeper)) throw error;
  });
  const { releases, hooks } = await readState(file);
  for (const one of releases) if (one.kind === 'supervised') await endProgram(one.process, one.mark, 0);
  for (const hook of Object.values(hooks)) if (hook.kind === 'running') await endProgram(hook.process, hook.mark, 0);
}
