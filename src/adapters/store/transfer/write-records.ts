import { createHash } from 'node:crypto';
import type { TransferOptions, Transferred } from '../../../ports/transfer.ts';
import { encodeValue, formatName, formatVersion } from './format.ts';
import type { Header } from './format.ts';
import type { Source } from './sides.ts';
import { transferTables } from './tables.ts';

/** What the header says of the database. */
export interface Origin {
  readonly schemas: Header['schemas'];
  /** Epoch ms. */
  readonly now: number;
}

/** All rows of the source as text, some lines at a time; what it came to in the end is what it returns. */
export async function* recordLines(source: Source, origin: Origin, options: TransferOptions): AsyncGenerator<Buffer, Transferred> {
  const hash = createHash('sha256');
  const hashed = (lines: string): Buffer => {
    const bytes = Buffer.from(lines);
    hash.update(bytes);
    return bytes;
  };
  const header = await headerOf(source, origin);
  yield hashed(line(header));
  let all = 0;
  for (const [index, table] of transferTables.entries()) {
    const { columns = [], rows: of = 0 } = header.tables[index] ?? {};
    yield hashed(line({ table: table.name }));
    let rows = 0;
    for await (const some of source.rows(table, columns)) {
      rows += some.length;
      yield hashed(some.map((row) => line(columns.map((column, at) => encodeValue(row[at] ?? null, column)))).join(''));
      options.onProgress?.({ table: table.name, rows, of });
    }
    if (rows !== of) throw new Error(`${table.name} has ${of} rows, and ${rows} were read.`);
    all += rows;
  }
  const sha256 = hash.digest('hex');
  yield Buffer.from(line({ end: { rows: all, sha256 } }));
  return { tables: header.tables.map(({ name, rows }) => ({ name, rows })), rows: all, sha256 };
}

async function headerOf(source: Source, { schemas, now }: Origin): Promise<Header> {
  const tables: Header['tables'] = [];
  for (const { name } of transferTables) tables.push({ name, rows: await source.count(name), columns: [...(await source.columns(name))] });
  return { format: formatName, version: formatVersion, schemas, writtenAt: now, tables };
}

function line(value: unknown): string {
  return `${JSON.stringify(value)}\n`;
}
