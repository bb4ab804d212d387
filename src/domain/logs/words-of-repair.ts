import { z } from 'zod';

const line = z.discriminatedUnion('type', [
  z.object({ type: z.literal('said'), text: z.string() }),
  z.object({ type: z.literal('searched'), tried: z.number(), limit: z.number(), plausible: z.number() }),
  z.object({
    type: z.literal('plausible'),
    patch: z.object({ places: z.array(z.object({ path: z.string(), line: z.number(), before: z.string(), after: z.string() })) }),
  }),
  z.object({ type: z.literal('ended'), tried: z.number(), reason: z.string() }),
]);

/** A line of the search for repairs. @returns undefined for what is none. */
export function wordsOfRepair(object: Readonly<Record<string, unknown>>): readonly string[] | undefined {
  const told = line.safeParse(object).data;
  if (told === undefined) return undefined;
  switch (told.type) {
    case 'said':
      return [told.text];
    case 'searched':
      return [`tried ${told.tried} of ${told.limit} candidates, ${told.plausible} plausible`];
    case 'plausible':
      return told.patch.places.flatMap(({ path, line: at, before, after }) => [
        `> plausible: ${path}:${at}`,
        ...before.split('\n').map((text) => `  - ${text}`),
        ...after.split('\n').map((text) => `  + ${text}`),
      ]);
    case 'ended':
      return [`= ended after ${told.tried} candidates: ${told.reason}`];
  }
}
