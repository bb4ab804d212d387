import { Failure } from '../../../../domain/failure.ts';
import { systemClock } from '../../../clock.ts';
import { systemIds } from '../../../ids.ts';
import { openDatabase } from '../../open-database.ts';

/** How long the tests let others hold a file, in ms. */
export const busyLimitMs = 400;

export const open = (path: string) => openDatabase(path, { clock: systemClock, ids: systemIds, busyLimitMs });

/** The failure that a promise ends with. @throws when it ends in another way. */
export async function failureOf(promise: Promise<unknown>): Promise<Failure> {
  const error = await promise.then(
    () => 'It succeeded.',
    (thrown: unknown) => thrown,
  );
  if (error instanceof Failure) return error;
  throw new Error('It did not end with a Failure.', { cause: error });
}

/** The failure with which a file is refused. */
export function refusal(path: string): Promise<Failure> {
  return failureOf(open(path).then((database) => database.close()));
}
