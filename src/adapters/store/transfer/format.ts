import { z } from 'zod';

/**
 * A file of records: lines of JSON. The first is the header; then for each of its tables a line that names it and one line for each row, a
 * list of the values of its columns; the last one closes it. Bytes are base64, text is never packed.
 */
export const formatName = 'miyabi-records';
export const formatVersion = 1;

export const columnKinds = ['text', 'number', 'bytes'] as const;
export type ColumnKind = (typeof columnKinds)[number];

export interface Column {
  readonly name: string;
  readonly kind: ColumnKind;
}

const count = z.number().int().nonnegative();

export const headerShape = z.object({
  format: z.literal(formatName),
  version: z.number().int(),
  /** The number of the last migration, by the table that says so. */
  schemas: z.record(z.string(), count),
  /** Epoch ms. */
  writtenAt: z.number(),
  tables: z.array(
    z.object({
      name: z.string(),
      rows: count,
      columns: z.array(z.object({ name: z.string(), kind: z.enum(columnKinds) })),
    }),
  ),
});

export type Header = z.infer<typeof headerShape>;
export type HeaderTable = Header['tables'][number];

/** The line before the rows of a table. */
export const tableShape = z.object({ table: z.string() });

/** The last line. `sha256`: of every byte before it, in hex. */
export const endShape = z.object({ end: z.object({ rows: count, sha256: z.string() }) });

/** A value as databases have it here: text that is not packed. */
export type Value = string | number | Uint8Array | null;

/** A value as it stands in a line. @throws Error for one of another kind than its column's. */
export function encodeValue(value: Value, { name, kind }: Column): string | number | null {
  if (value === null) return null;
  switch (kind) {
    case 'bytes':
      if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64');
      break;
    case 'text':
      if (typeof value === 'string') return value;
      break;
    case 'number':
      if (typeof value === 'number') return value;
  }
  throw new Error(`The column ${name} holds a value of another kind than ${kind}.`);
}

const lineValue = z.union([z.string(), z.number(), z.null()]);
export const rowShape = z.array(lineValue);

/** @throws Error for a value of another kind than its column's. */
export function decodeValue(value: z.infer<typeof lineValue>, { name, kind }: Column): Value {
  if (value === null) return null;
  if (kind === 'bytes' && typeof value === 'string') return Buffer.from(value, 'base64');
  if (kind === 'text' && typeof value === 'string') return value;
  if (kind === 'number' && typeof value === 'number') return value;
  throw new Error(`A value of the column ${name} is not of the kind ${kind}.`);
}
