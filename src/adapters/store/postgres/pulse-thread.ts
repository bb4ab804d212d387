import { parentPort, workerData } from 'node:worker_threads';
import type { MessagePort } from 'node:worker_threads';
import pg from 'pg';
import { clientConfig } from './connections.ts';
import { codeOf } from './failures.ts';
import type { FromPulse, PulseSettings, ToPulse } from './pulse.ts';

const { connection, prepares, lockMs, renewed } = workerData as PulseSettings;
const renewedAt = new BigInt64Array(renewed);
const port = parentPort as MessagePort;

/** How soon a renewal is tried again that has failed, in ms. */
const againMs = 500;

/** A lease whose row somebody else is changing is about to be given back or has just been taken: it comes with the next beat. */
const renewal = `
  WITH now AS MATERIALIZED (SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint AS ms),
  held AS MATERIALIZED (
    SELECT id FROM weaver_task WHERE state = 'running' AND lease_owner = ANY ($1::text[]) FOR UPDATE SKIP LOCKED),
  owner AS (SELECT * FROM unnest($1::text[], $2::bigint[]) AS owner (id, lease_ms)),
  leases AS (
    UPDATE weaver_task AS task
    SET lease_until = greatest(task.lease_until, least(now.ms + owner.lease_ms, coalesce(task.lease_limit, now.ms + owner.lease_ms)))
    FROM now, held, owner WHERE task.id = held.id AND owner.id = task.lease_owner),
  locks AS (UPDATE weaver_lock SET until = now.ms + $4::bigint FROM now WHERE holder = ANY ($3::text[]) RETURNING holder)
  SELECT holder FROM locks`;

interface Owner {
  readonly leaseMs: number;
  readonly everyMs: number;
  renewedAt: number;
  begun: boolean;
}

const owners = new Map<string, Owner>();
/** When they were last renewed, by who holds them (monotonic, ms). */
const holders = new Map<string, number>();
let client: pg.Client | undefined;
let timer: NodeJS.Timeout | undefined;
let beating = false;
let ending = false;

function tell(what: FromPulse): void {
  port.postMessage(what);
}

async function connected(): Promise<pg.Client> {
  if (client !== undefined) return client;
  const made = new pg.Client(clientConfig(connection));
  // Told by the statement that needs it as well.
  made.on('error', () => undefined);
  await made.connect();
  client = made;
  return made;
}

async function renew(): Promise<void> {
  const asked = performance.now();
  const askedNs = process.hrtime.bigint();
  const [named, held] = [[...owners], [...holders.keys()]];
  const leases = named.map(([, { leaseMs }]) => leaseMs);
  const { rows } = await (
    await connected()
  ).query<{ holder: string }>({
    ...(prepares ? { name: 'renewal' } : {}),
    text: renewal,
    values: [named.map(([id]) => id), leases, held, lockMs],
  });
  for (const [id, owner] of named) {
    owner.renewedAt = asked;
    if (!owner.begun) tell({ kind: 'beating', process: id });
    owner.begun = true;
  }
  Atomics.store(renewedAt, 0, askedNs);
  const kept = new Set(rows.map(({ holder }) => holder));
  for (const holder of kept) if (holders.has(holder)) holders.set(holder, asked);
  lose(held.filter((holder) => !kept.has(holder) && holders.has(holder)));
}

function lose(lost: readonly string[]): void {
  if (lost.length === 0) return;
  for (const holder of lost) holders.delete(holder);
  tell({ kind: 'lost', holders: lost });
}

/** What has not been renewed for as long as it lasts is over. */
function giveUp(reason: unknown): void {
  const error = { message: reason instanceof Error ? reason.message : String(reason), code: codeOf(reason) };
  const now = performance.now();
  for (const [process, owner] of owners) {
    const afterMs = now - owner.renewedAt;
    if (afterMs < owner.leaseMs) continue;
    owners.delete(process);
    tell({ kind: 'failed', process, afterMs, error });
  }
  lose([...holders].filter(([, at]) => now - at >= lockMs).map(([holder]) => holder));
}

async function beat(): Promise<void> {
  if (beating) return;
  clearTimeout(timer);
  timer = undefined;
  if (owners.size + holders.size === 0) return;
  beating = true;
  let nextMs = Math.min(lockMs / 3, ...[...owners.values()].map(({ everyMs }) => everyMs));
  try {
    await renew();
    // Somebody came while it was being done, and waits.
    if ([...owners.values()].some(({ begun }) => !begun)) nextMs = 0;
  } catch (error) {
    const lost = client;
    client = undefined;
    lost?.end().catch(() => undefined);
    giveUp(error);
    nextMs = Math.min(nextMs, againMs);
  }
  beating = false;
  if (ending) await end();
  else timer = setTimeout(() => void beat(), nextMs);
}

async function end(): Promise<void> {
  clearTimeout(timer);
  await client?.end().catch(() => undefined);
  port.close();
}

port.on('message', (told: ToPulse) => {
  switch (told.kind) {
    case 'beat': {
      const { leaseMs, everyMs } = told;
      owners.set(told.process, { leaseMs, everyMs, renewedAt: performance.now(), begun: false });
      // At once: leases may have been taken while the thread was starting.
      void beat();
      break;
    }
    case 'rest':
      owners.delete(told.process);
      break;
    case 'hold':
      holders.set(told.holder, performance.now());
      if (timer === undefined) void beat();
      break;
    case 'let go':
      holders.delete(told.holder);
      break;
    case 'end':
      ending = true;
      if (!beating) void end();
      break;
  }
});
