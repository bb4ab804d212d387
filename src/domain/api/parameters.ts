import { z } from 'zod';

/** What several operations take in their paths and queries. */

export const nothing = z.strictObject({});

export const runParams = z.strictObject({
  run: z
    .string()
    .regex(/^[\w-]{1,60}$/)
    .meta({ description: 'Id of a run, such as run_7f3k2m9qxa, any beginning of it that no other run has, or `last`.' }),
});

export const mostOfPage = 100;

export const pageQuery = z.strictObject({
  cursor: z.string().min(1).max(200).optional().meta({ description: '`next` of the page before; the first page without it.' }),
  limit: z.coerce.number().int().min(1).max(mostOfPage).default(50).meta({ description: 'How many are told at most.' }),
});

/** A part of a list. */
export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.object({
    items: z.array(item),
    /** `cursor` of the next page; null on the last one. */
    next: z.string().nullable(),
  });
}
