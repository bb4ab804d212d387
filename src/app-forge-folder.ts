import { systemClock } from './adapters/clock.ts';
import { localForgeFolders } from './adapters/local-forge/create-local-forge.ts';
import { createProcessRunner } from './adapters/process/process-runner.ts';
import type { ForgeFolders } from './ports/forge-folder.ts';

/** A part of the product for those who make a local forge and run nothing yet: no records are opened. */
export function wireForgeFolders(request: {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Told in a sentence what is passed over. */
  readonly notice: (text: string) => void;
}): ForgeFolders & AsyncDisposable {
  const process = createProcessRunner();
  const folders = localForgeFolders(systemClock, { process, path: request.environment['PATH'] ?? '', notice: request.notice });
  return { ...folders, [Symbol.asyncDispose]: async () => await process[Symbol.asyncDispose]() };
}
