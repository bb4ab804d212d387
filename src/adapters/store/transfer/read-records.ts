import { createHash } from 'node:crypto';
import { Failure } from '../../../domain/failure.ts';
import type { Imported, TransferOptions } from '../../../ports/transfer.ts';
import { decodeValue, endShape, formatName, formatVersion, headerShape, rowShape, tableShape } from './format.ts';
import type { Column, Header, HeaderTable, Value } from './format.ts';
import { readLines } from './lines.ts';
import type { Target } from './sides.ts';
import { transferTables, usualAtOnce } from './tables.ts';
import type { TransferTable } from './tables.ts';

/** Bytes of one line; the largest value is a kept answer, which is bounded far below. */
const longestLine = 256 * 1024 * 1024;

/** What a file must have been written for. */
export interface Expected {
  /** For people: the file, and the database. */
  readonly file: string;
  readonly database: string;
  readonly schemas: Header['schemas'];
}

/** Puts all rows into the target and commits them once everything is found to be as it was written. */
export async function putRecords(
  input: AsyncIterable<Uint8Array>,
  target: Target,
  expected: Expected,
  options: TransferOptions,
): Promise<Imported> {
  await mustBeEmpty(target, expected);
  const lines = new RecordLines(readLines(input, longestLine), expected.file);
  const header = await readHeader(lines, target, expected);
  let all = 0;
  for (const [index, table] of transferTables.entries()) {
    const described = header.tables[index];
    if (described === undefined) throw lines.broken(`it has no rows of ${table.name}`);
    await putTable(lines, target, { table, described }, options);
    all += described.rows;
  }
  const { sha256 } = await lines.end(all);
  for (const { name, rows } of header.tables)
    if ((await target.count(name)) !== rows) throw new Error(`${name} does not have the ${rows} rows that were put there.`);
  await target.commit();
  return { tables: header.tables.map(({ name, rows }) => ({ name, rows })), rows: all, sha256, replaced: target.replaced };
}

interface TableOfFile {
  readonly table: TransferTable;
  readonly described: HeaderTable;
}

async function putTable(lines: RecordLines, target: Target, { table, described }: TableOfFile, options: TransferOptions): Promise<void> {
  await lines.begin(table.name);
  const { columns, rows: of } = described;
  const atOnce = table.atOnce ?? usualAtOnce;
  for (let done = 0; done < of;) {
    const some: Array<readonly Value[]> = [];
    while (some.length < Math.min(atOnce, of - done)) some.push(await lines.row(columns));
    await target.insert(table, columns, some);
    done += some.length;
    options.onProgress?.({ table: table.name, rows: done, of });
  }
}

async function mustBeEmpty(target: Target, { database }: Expected): Promise<void> {
  for (const { name } of transferTables) {
    const rows = await target.count(name);
    if (rows === 0) continue;
    throw new Failure(
      'configuration',
      {
        what: `${database} is not empty, so nothing can be imported into it.`,
        why: `Its table ${name} has ${rows} ${rows === 1 ? 'row' : 'rows'}, and records of two databases cannot be told apart once they are mixed.`,
        fix: 'Name an empty database, or (for a file) another state folder with `--state`.',
      },
      { facts: { database, table: name, rows } },
    );
  }
}

async function readHeader(lines: RecordLines, target: Target, { file, schemas }: Expected): Promise<Header> {
  const header = await lines.header();
  const differing = Object.keys(schemas).find((schema) => header.schemas[schema] !== schemas[schema]);
  if (differing !== undefined)
    throw otherSchema(file, { schema: differing, written: header.schemas[differing], known: schemas[differing] });
  for (const [index, { name }] of transferTables.entries()) {
    const described = header.tables[index];
    const columns = await target.columns(name);
    if (described?.name !== name || JSON.stringify(described.columns) !== JSON.stringify(columns))
      throw lines.broken(`its table ${described?.name ?? name} is not as this version knows it`);
  }
  if (header.tables.length > transferTables.length) throw lines.broken('it has more tables than this version knows');
  return header;
}

function otherSchema(
  file: string,
  { schema, written, known }: { readonly schema: string; readonly written: number | undefined; readonly known: number | undefined },
): Failure {
  return new Failure(
    'configuration',
    {
      what: `${file} was written by another version.`,
      why: `Its schema ${schema} is number ${written ?? 'unknown'}; this version reads and writes number ${known ?? 'unknown'}.`,
      fix: 'With this version call `miyabi db migrate` where the records come from, and export them again.',
    },
    { facts: { file, schema, written, known } },
  );
}

/** The lines of a file, one after the other, as what they have to be. */
class RecordLines {
  readonly #file: string;
  readonly #lines: AsyncIterator<Buffer>;
  readonly #hash = createHash('sha256');
  #number = 0;

  constructor(lines: AsyncIterable<Buffer>, file: string) {
    this.#lines = lines[Symbol.asyncIterator]();
    this.#file = file;
  }

  async header(): Promise<Header> {
    const read = headerShape.safeParse(this.#parsed(await this.#next()));
    if (!read.success) throw this.broken(`its first line is not that of a file of records (${formatName})`);
    if (read.data.version === formatVersion) return read.data;
    throw this.broken(`its format has the number ${read.data.version}, and this version knows ${formatVersion}`);
  }

  async begin(table: string): Promise<void> {
    const read = tableShape.safeParse(this.#parsed(await this.#next()));
    if (!read.success || read.data.table !== table) throw this.broken(`line ${this.#number} should begin the table ${table}`);
  }

  async row(columns: readonly Column[]): Promise<readonly Value[]> {
    const read = rowShape.safeParse(this.#parsed(await this.#next()));
    if (!read.success || read.data.length !== columns.length) throw this.broken(`line ${this.#number} is not a row of its table`);
    try {
      return columns.map((column, index) => decodeValue(read.data[index] ?? null, column));
    } catch (error) {
      throw this.broken(`line ${this.#number} is not a row of its table: ${(error as Error).message}`);
    }
  }

  /** @param rows how many there were. */
  async end(rows: number): Promise<{ readonly sha256: string }> {
    const sha256 = this.#hash.copy().digest('hex');
    const read = endShape.safeParse(this.#parsed(await this.#next()));
    if (!read.success || read.data.end.rows !== rows) throw this.broken('its last line does not fit what stands before');
    if (read.data.end.sha256 !== sha256) throw this.broken('its digest is not that of what stands before');
    if ((await this.#lines.next()).done !== true) throw this.broken('something stands behind its last line');
    return { sha256 };
  }

  broken(why: string): Failure {
    return new Failure(
      'configuration',
      {
        what: `${this.#file} cannot be imported; nothing of it was taken.`,
        why: `It is not as \`miyabi db export\` writes it: ${why}.`,
        fix: 'Copy it again from where it was written, or export once more.',
      },
      { facts: { file: this.#file, line: this.#number } },
    );
  }

  async #next(): Promise<Buffer> {
    const next = await this.#lines.next();
    this.#number += 1;
    if (next.done === true) throw this.broken('it ends before its last line');
    this.#hash.update(next.value);
    return next.value;
  }

  #parsed(line: Buffer): unknown {
    try {
      return JSON.parse(line.toString('utf8')) as unknown;
    } catch {
      throw this.broken(`line ${this.#number} is no JSON`);
    }
  }
}
