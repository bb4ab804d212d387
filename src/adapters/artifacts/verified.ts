import { createHash } from 'node:crypto';
import { Failure } from '../../domain/failure.ts';
import { referenceTo } from './reference.ts';

/** The pieces as they come. @throws Failure (failed) after the last one when they are not the content of this digest. */
export async function* verified(digest: string, pieces: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  const hash = createHash('sha256');
  for await (const piece of pieces) {
    hash.update(piece);
    yield piece;
  }
  const found = hash.digest('hex');
  if (found !== digest) throw damaged(digest, found);
}

export function missing(reference: string): Failure {
  return new Failure(
    'notFoundOrLocked',
    {
      what: `There is no artifact ${reference}.`,
      why: 'It has expired and was collected, or it was never stored here.',
      fix: 'Run what made it again, or store it with a longer time to live.',
    },
    { facts: { reference } },
  );
}

function damaged(digest: string, found: string): Failure {
  return new Failure(
    'failed',
    {
      what: `The artifact ${referenceTo(digest)} is damaged.`,
      why: `What is stored under that name has the hash ${referenceTo(found)}: something changed it after it was stored.`,
      fix: 'Run what made it again, which stores it afresh; if that happens more than once, check the disk or the server that holds it.',
    },
    { facts: { reference: referenceTo(digest), found: referenceTo(found) } },
  );
}
