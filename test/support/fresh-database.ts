import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../src/adapters/clock.ts';
import { systemIds } from '../../src/adapters/ids.ts';
import { openDatabase } from '../../src/adapters/store/open-database.ts';

let template: Promise<Uint8Array> | undefined;

/** Puts an empty database of the newest schema there: the copy of one is made much faster than its tables. */
export async function putFreshDatabase(path: string): Promise<void> {
  template ??= makeTemplate();
  writeFileSync(path, await template, { mode: 0o600, flag: 'wx' });
}

async function makeTemplate(): Promise<Uint8Array> {
  const folder = mkdtempSync(join(tmpdir(), 'fresh-database-'));
  try {
    const path = join(folder, 'fresh.db');
    const database = await openDatabase(path, { clock: systemClock, ids: systemIds });
    await database.close();
    return readFileSync(path);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
