import { once } from 'node:events';
import { createServer } from 'node:net';
import { Failure } from '../domain/failure.ts';
import type { SlotShare } from '../domain/slot.ts';
import { shareOf } from '../domain/slot.ts';
import type { Slots } from '../ports/slots.ts';

/** A world's number and what it has to itself by it. */
export interface Slot extends SlotShare {
  readonly number: number;
}

/** Programs of others that listen among our ports are few; where so many slots in a row are taken, more would be too. */
const mostTries = 8;
const ownAddresses = ['127.0.0.1', '::1'] as const;

/**
 * Takes a slot for a world whose folder is recorded. Each of its ports has just been free: a slot in which somebody else listens is
 * passed over. It is given back with the folder's row.
 *
 * @throws Failure (failed) when no slot has its ports free.
 */
export async function reserveSlot(slots: Slots, directory: string): Promise<Slot> {
  const unusable: number[] = [];
  const taken: string[] = [];
  while (unusable.length < mostTries) {
    const number = await slots.take(directory, unusable);
    if (number === undefined) break;
    const share = shareOf(number);
    const busy = await busyPorts(share.ports);
    if (busy.length === 0) return { number, ...share };
    unusable.push(number);
    taken.push(...busy);
  }
  throw noSlot(taken);
}

/** @returns those on which somebody listens, as `address:port`. A machine without an address has nobody there. */
async function busyPorts(ports: readonly number[]): Promise<readonly string[]> {
  const tried = await Promise.all(
    ownAddresses.flatMap((host) => ports.map(async (port) => ((await isFree(host, port)) ? [] : [`${host}:${port}`]))),
  );
  return tried.flat();
}

async function isFree(host: string, port: number): Promise<boolean> {
  const server = createServer();
  server.listen({ host, port, exclusive: true });
  try {
    await once(server, 'listening');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'EADDRINUSE') return false;
    if (code === 'EADDRNOTAVAIL' || code === 'EAFNOSUPPORT') return true;
    throw error;
  }
  server.close();
  await once(server, 'close');
  return true;
}

function noSlot(taken: readonly string[]): Failure {
  return new Failure(
    'failed',
    {
      what: 'A world could not be given ports of its own.',
      why: taken.length === 0 ? 'All of them are given to other worlds.' : `Other programs listen on ${taken.slice(0, 10).join(', ')}.`,
      fix: 'Stop those programs, or let fewer worlds run at the same time (`worlds.parallel`); then run `miyabi resume`.',
    },
    { facts: { taken } },
  );
}
