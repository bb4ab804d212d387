import { z } from 'zod';
import { operatorFamilies } from '../../domain/world.ts';

/** What the search program is told, as JSON on its standard input. */
export const searchInput = z.object({
  /** The project's folder: read, never written. */
  directory: z.string(),
  /** A folder for the program's own files, outside the project. */
  scratch: z.string(),
  nodeBinary: z.string(),
  /** The whole environment of the processes in which candidates run. */
  environment: z.record(z.string(), z.string()),
  settings: z.object({
    families: z.array(z.enum(operatorFamilies)),
    depth: z.union([z.literal(1), z.literal(2)]),
    candidates: z.number(),
    statements: z.number(),
    share: z.object({ index: z.number(), of: z.number(), common: z.number() }).optional(),
    patience: z.number().optional(),
  }),
  runner: z.string(),
  /** What the project's own test command amounts to; empty where it is not known. */
  script: z.string(),
  /** Every test of the base, with the file that holds it where the runner tells. */
  cases: z.array(z.object({ id: z.string(), file: z.string().optional(), status: z.enum(['passed', 'failed', 'skipped']) })),
  /** Ids of failing and of flaky tests. */
  failing: z.array(z.string()),
  flaky: z.array(z.string()),
  /** What is asked for, in words: it tells which of several failing tests are meant. */
  title: z.string(),
  instructions: z.string(),
  /** Time for the whole search, in ms. */
  timeMs: z.number(),
});
export type SearchInput = z.infer<typeof searchInput>;

/** One place of a patch, for people. */
const changedPlace = z.object({
  /** Relative to the project's folder. */
  path: z.string(),
  line: z.number(),
  before: z.string(),
  after: z.string(),
});
export type ChangedPlace = z.infer<typeof changedPlace>;

const offeredPatch = z.object({
  /** Whole new texts by path relative to the project's folder. */
  files: z.array(z.object({ path: z.string(), text: z.string() })),
  places: z.array(changedPlace),
  /** The kinds of its edits, such as `operator: comparison`. */
  rules: z.array(z.string()),
  fixed: z.array(z.string()),
  complete: z.boolean(),
  rank: z.number(),
});
export type OfferedPatch = z.infer<typeof offeredPatch>;

/** What the search program prints, one JSON object a line. */
export const searchEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('said'), text: z.string() }),
  z.object({ type: z.literal('searched'), tried: z.number(), limit: z.number(), plausible: z.number() }),
  z.object({ type: z.literal('plausible'), patch: offeredPatch }),
  z.object({ type: z.literal('ended'), tried: z.number(), reason: z.string() }),
]);
export type SearchEvent = z.infer<typeof searchEvent>;
