import { z } from 'zod';

/**
 * Of what a keeper is asked for and answers, over its socket: a keeper with another number is asked to leave, and one of ours takes over. To be
 * raised with every change of what stands below, but for `leave` and the number in `status`, which never change.
 */
export const protocol = 2;

const release = z.int().min(1);
const fence = z.int().min(0);
const listen = z.strictObject({ host: z.string().min(1), port: z.int().min(0).max(65_535) });
export type ListenAt = z.infer<typeof listen>;

/** What any program of a release is started with. */
const program = {
  release,
  commit: z.string().min(1),
  /** As it was placed. */
  folder: z.string().startsWith('/'),
  environment: z.record(z.string(), z.string()),
  command: z.string().min(1),
  /** The system user that it runs as. */
  user: z.string().optional(),
  /** Files and folders that it must not see. */
  hidden: z.array(z.string().startsWith('/')),
};

export const requests = {
  /** Raises the fence, and nothing else. */
  fence: z.strictObject({ fence }),
  start: z.strictObject({
    fence,
    listen,
    stopMs: z.number(),
    /** One that runs with other settings is started anew, unless it serves; else it stays as it is. */
    renews: z.boolean(),
    ...program,
  }),
  /** Something that runs by itself is a release here: requests go there, and it is neither started nor ended. */
  attach: z.strictObject({ fence, listen, release, commit: z.string().min(1), url: z.url({ protocol: /^http$/ }) }),
  serve: z.strictObject({ fence, release }),
  retire: z.strictObject({ fence, keep: z.array(release), stopMs: z.number() }),
  hook: z.strictObject({ fence, key: z.string().min(1).max(500), timeoutMs: z.number().positive(), ...program }),
  status: z.strictObject({}),
  traffic: z.strictObject({ release, from: z.int(), to: z.int() }),
  /** Ends the keeper, and leaves running what runs. */
  leave: z.strictObject({}),
} as const;
export type Verb = keyof typeof requests;
export type RequestOf<Name extends Verb> = z.infer<(typeof requests)[Name]>;
export type ProgramRequest = Pick<RequestOf<'hook'>, 'release' | 'commit' | 'folder' | 'environment' | 'command' | 'user' | 'hidden'>;

const done = z.null();
const status = z.object({
  protocol: z.number(),
  /** Of the keeper itself. */
  pid: z.int(),
  fence,
  serving: z.object({ release, commit: z.string() }).optional(),
  url: z.string().optional(),
  /** How programs are kept from seeing what is hidden, or why they are not; a sentence. */
  walls: z.string(),
  upstreams: z.array(z.object({ release, commit: z.string(), url: z.string().optional(), exits: z.array(z.number()).optional() })),
});
export type KeeperStatus = z.infer<typeof status>;

export const answers = {
  fence: done,
  /** Whether it runs with the settings that were asked for. */
  start: z.object({ asAsked: z.boolean() }),
  attach: done,
  serve: done,
  retire: done,
  hook: z.object({ code: z.int(), tail: z.string() }),
  status,
  traffic: z.object({
    from: z.number(),
    to: z.number(),
    requests: z.int(),
    errors: z.int(),
    p95Ms: z.number().optional(),
    latenciesMs: z.array(z.number()),
  }),
  leave: done,
} as const satisfies Record<Verb, z.ZodType>;
export type AnswerOf<Name extends Verb> = z.infer<(typeof answers)[Name]>;

/** Why a keeper did not do it. */
export const problemSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('fenced'), fence: z.number(), seen: z.number() }),
  z.object({ kind: z.literal('refused'), reason: z.string() }),
  z.object({ kind: z.literal('failed'), reason: z.string() }),
]);
export type KeeperProblem = z.infer<typeof problemSchema>;
