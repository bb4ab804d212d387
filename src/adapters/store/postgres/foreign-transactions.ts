import type { ClientBase } from 'pg';

/** Of the transactions that a server has ever run, one that is older than any other. */
const oldest = "'3'::xid8";

/**
 * A dump that was restored on another server names transactions that are still to come there, and readers of all events would wait for
 * them. What is seen now was written by one that is over: it is taken for the oldest there is.
 */
export async function settleForeignTransactions(client: ClientBase): Promise<void> {
  const isForeign = 'written_in >= pg_snapshot_xmax(pg_current_snapshot())';
  const { rowCount } = await client.query(`SELECT 1 FROM weaver_event WHERE ${isForeign} LIMIT 1`);
  if (rowCount !== 0) await client.query(`UPDATE weaver_event SET written_in = ${oldest} WHERE ${isForeign}`);
}
