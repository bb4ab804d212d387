import type { OperationTools, Tell } from './tools.ts';

type BackupTools = Pick<OperationTools, 'backups' | 'clock'>;

export interface BackupTimes {
  /** How far backups are apart, in ms. */
  readonly everyMs: number;
  readonly tell: Tell;
}

/** It is looked so often whether one is due: a service that was started anew need not begin its hours anew. */
const looks = 20;

/** Makes backups again and again until it is disposed, each as long after the last one that there is as was asked for. What fails is told and tried again. */
export function backUpNowAndThen(tools: BackupTools, { everyMs, tell }: BackupTimes): AsyncDisposable {
  let making: Promise<void> | undefined;
  const look = (): void => {
    making ??= backUpIfDue(tools, everyMs, tell)
      .catch((error: unknown) => tell(`No backup was made: ${error instanceof Error ? error.message : String(error)}`, 'error'))
      .finally(() => (making = undefined));
  };
  look();
  const timer = setInterval(look, everyMs / looks);
  timer.unref();
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await making;
    },
  };
}

async function backUpIfDue({ backups, clock }: BackupTools, everyMs: number, tell: Tell): Promise<void> {
  const [newest] = await backups.known();
  if (newest !== undefined && clock.now() - newest.madeAt < everyMs) return;
  const { path, bytes, durationMs, removed } = await backups.make();
  const gone = removed.length === 0 ? '' : `; ${removed.length === 1 ? 'one that was older' : `${removed.length} that were older`} went`;
  tell(`Made the backup ${path} (${(bytes / 1024 / 1024).toFixed(1)} MiB) in ${(durationMs / 1_000).toFixed(1)} s${gone}.`);
}
