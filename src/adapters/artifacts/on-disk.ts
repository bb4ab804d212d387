import { Failure } from '../../domain/failure.ts';

/**
 * Turns what the system says about the folder into something a person can act on.
 * @throws Failure (configuration) for an error of the file system; anything else unchanged.
 */
export async function onDisk<Result>(root: string, use: 'read' | 'written', action: () => Promise<Result>): Promise<Result> {
  try {
    return await action();
  } catch (error) {
    if (error instanceof Failure || errorCode(error) === undefined) throw error;
    const full = isAnyOf(error, 'ENOSPC', 'EDQUOT', 'EFBIG');
    throw new Failure(
      'configuration',
      {
        what: `The artifact folder ${root} cannot be ${use}.`,
        why: `${(error as Error).message}.`,
        fix: full
          ? 'Free space on its disk, collect what has expired, or configure a folder on a larger disk.'
          : 'Make it a folder that the user who runs this may read and write, or configure another one.',
      },
      { facts: { folder: root, code: errorCode(error) }, cause: error },
    );
  }
}

/** @returns undefined when the error carries one of these codes, which are expected there. */
export async function unless<Result>(codes: readonly string[], action: Promise<Result>): Promise<Result | undefined> {
  try {
    return await action;
  } catch (error) {
    if (isAnyOf(error, ...codes)) return undefined;
    throw error;
  }
}

function isAnyOf(error: unknown, ...codes: readonly string[]): boolean {
  return codes.includes(errorCode(error) ?? '');
}

function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'syscall' in error && 'code' in error ? String(error.code) : undefined;
}
