import { Refusal } from './refusal.ts';

/** By what the items of a list are ordered: no two of them alike. */
export type PageKey = readonly [number, string];

/** A part of a list that is in the order of its keys. @throws Refusal for a cursor that none of ours is. */
export function pageOfList<Item>(
  all: readonly Item[],
  keyOf: (item: Item) => PageKey,
  { cursor, limit }: { readonly cursor?: string | undefined; readonly limit: number },
): { readonly items: readonly Item[]; readonly next: string | null } {
  const after = cursor === undefined ? undefined : readCursor(cursor);
  const rest = after === undefined ? all : all.filter((item) => isAfter(keyOf(item), after));
  const items = rest.slice(0, limit);
  const last = items.at(-1);
  return { items, next: last === undefined || rest.length <= limit ? null : writeCursor(keyOf(last)) };
}

/** Which items of a list are looked for. */
export interface Found {
  /** Those that come after this one in the order of the list; all where it is absent. */
  readonly after: PageKey | undefined;
  readonly limit: number;
}

/** A part of a list that is kept in its order: `find` tells so many of those that come after a key. @throws Refusal for a cursor that none of ours is. */
export async function pageOfFound<Item>(
  find: (filter: Found) => Promise<readonly Item[]>,
  keyOf: (item: Item) => PageKey,
  { cursor, limit }: { readonly cursor?: string | undefined; readonly limit: number },
): Promise<{ readonly items: readonly Item[]; readonly next: string | null }> {
  const found = await find({ after: cursor === undefined ? undefined : readCursor(cursor), limit: limit + 1 });
  const items = found.slice(0, limit);
  const last = items.at(-1);
  return { items, next: last === undefined || found.length <= limit ? null : writeCursor(keyOf(last)) };
}

function isAfter([number, text]: PageKey, [afterNumber, afterText]: PageKey): boolean {
  return number > afterNumber || (number === afterNumber && text > afterText);
}

export function writeCursor(key: PageKey): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url');
}

/** @throws Refusal */
export function readCursor(cursor: string): PageKey {
  try {
    const read: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (Array.isArray(read) && read.length === 2 && Number.isFinite(read[0]) && typeof read[1] === 'string')
      return [Number(read[0]), read[1]];
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new Refusal('malformed', {
    what: 'This cursor leads nowhere.',
    why: 'It is not one that an answer of this list gave as `next`.',
    fix: 'Begin without a cursor, and pass `next` on as it comes.',
  });
}
