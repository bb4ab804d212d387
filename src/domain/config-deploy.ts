import { z } from 'zod';

/** The part of the configuration that is about deploying. Used by `config.ts` alone; a repository's file may set none of it. */

const userOnly = { userOnly: true } as const;
const variable = z.string().regex(/^[A-Za-z_]\w*$/, 'must be the name of an environment variable');
const command = z.string().trim().min(1).max(4_000);
const seconds = z.number().positive().max(86_400);
const path = z.string().startsWith('/').max(500);
const port = z.int().min(0).max(65_535);
const httpUrl = z.url({ protocol: /^https?$/ });

/** Names of variables of Miyabi's own environment, such as `REGISTRY_PASSWORD`: their values are never stored. */
const variables = z.array(variable).max(100).default([]);

const targetSchema = z.discriminatedUnion('kind', [
  /** A program on the machine that deploys, behind a small reverse proxy that switches between two of them. */
  z.strictObject({
    kind: z.literal('process'),
    /** Where it is reached, such as `127.0.0.1:8080`. */
    listen: z.strictObject({ host: z.string().min(1).default('127.0.0.1'), port }),
    /** Handed to `sh -c` in the folder of the release, with `PORT`, `MIYABI_RELEASE` and `MIYABI_COMMIT`; it has to listen at 127.0.0.1:$PORT. */
    start: command,
    /** Between asking it to stop and killing it. */
    stopSeconds: seconds.default(10),
    /** The system user that it runs as; only for root. */
    user: z
      .string()
      .regex(/^[a-z_][a-z\d_-]{0,31}$/)
      .optional(),
  }),
  /** Programs of yours, which answer in JSON; see `docs/deploying.md`. */
  z.strictObject({
    kind: z.literal('command'),
    deploy: command,
    status: command,
    rollback: command,
    timeoutSeconds: seconds.default(600),
  }),
  /** A container, by Docker or Podman, beside the one before; the proxy of `process` switches between them. */
  z.strictObject({
    kind: z.literal('container'),
    engine: z.enum(['docker', 'podman']).optional(),
    listen: z.strictObject({ host: z.string().min(1).default('127.0.0.1'), port }),
    /** Where the program in it listens. */
    containerPort: z.int().min(1).max(65_535),
    dockerfile: z.string().min(1).default('Dockerfile'),
    /** The name of the image without a tag; with a registry it is pushed there as well. */
    image: z.string().min(1).max(300),
    push: z.boolean().default(false),
    /** Names the variable that holds `user:password` for the registry. */
    registryVariable: variable.optional(),
    stopSeconds: seconds.default(10),
  }),
  /** `docker compose` (or `podman-compose`) with a file of the release, its image set by `MIYABI_IMAGE`. */
  z.strictObject({
    kind: z.literal('compose'),
    file: z.string().min(1).default('compose.yaml'),
    project: z.string().regex(/^[a-z\d][a-z\d_-]{0,62}$/),
    /** The program and its first words. */
    program: z.array(z.string().min(1)).min(1).max(5).default(['docker', 'compose']),
    image: z.string().min(1).max(300),
    dockerfile: z.string().min(1).default('Dockerfile'),
    push: z.boolean().default(false),
    timeoutSeconds: seconds.default(600),
  }),
  z.strictObject({
    kind: z.literal('kubernetes'),
    /** A file of credentials and its context; what kubectl finds by itself when absent. */
    kubeconfig: path.optional(),
    context: z.string().min(1).optional(),
    namespace: z.string().regex(/^[a-z\d][a-z\d-]{0,62}$/),
    /** The deployment that is followed and undone. */
    deployment: z.string().regex(/^[a-z\d][a-z\d.-]{0,252}$/),
    /** In the release: a folder for kustomize, or manifests; `<image>`, `<commit>` and `<release>` in them are filled in. */
    manifests: z.string().min(1),
    image: z.string().min(1).max(300),
    dockerfile: z.string().min(1).default('Dockerfile'),
    /** Builds and pushes the image here; without it somebody else (a pipeline) has pushed `<image>:<commit>`. */
    build: z.boolean().default(true),
    registryVariable: variable.optional(),
    timeoutSeconds: seconds.default(600),
  }),
]);
export type Target = z.infer<typeof targetSchema>;
export type TargetKind = Target['kind'];

const sourceSchema = z.discriminatedUnion('kind', [
  /** What the proxy of `process` and `container` sees of real traffic. */
  z.strictObject({ kind: z.literal('proxy') }),
  /** Our own requests to the health path, one each interval. */
  z.strictObject({ kind: z.literal('probes') }),
  /** Each query gives one number for the last `<seconds>` seconds; `<release>` and `<commit>` are filled in. */
  z.strictObject({
    kind: z.literal('prometheus'),
    url: httpUrl,
    requests: command,
    errors: command,
    p95Ms: command,
    tokenVariable: variable.optional(),
    /** Whether the address may lie in a private network or on this machine. */
    private: z.boolean().default(false),
  }),
  /** Prints one JSON line `{"requests":n,"errors":n,"p95Ms":n}` for the time from `MIYABI_FROM` to `MIYABI_TO` (epoch ms). */
  z.strictObject({ kind: z.literal('command'), command, timeoutSeconds: seconds.default(30) }),
]);
export type MeasurementSource = z.infer<typeof sourceSchema>;

const healthSchema = z
  .strictObject({
    /** Answers 200 with JSON in which `commit` is the commit of the release. */
    path: z.string().startsWith('/').max(500).default('/healthz'),
    /** Where the environment is reached, for targets that do not know by themselves. */
    url: httpUrl.optional(),
    /** The dotted name of the field that holds the commit. */
    commitField: z.string().min(1).max(200).default('commit'),
    intervalSeconds: seconds.default(5),
    timeoutSeconds: seconds.default(1),
    /** How long a new release may take to become healthy. */
    graceSeconds: seconds.default(30),
    /** Failures in a row after which it is bad. */
    failures: z.int().min(1).max(100).default(3),
    /** Whether the address may lie in a private network or on this machine, apart from targets that are on this machine by their nature. */
    private: z.boolean().default(false),
  })
  .prefault({});

const watchSchema = z
  .strictObject({
    /** How long a new release is watched before it counts as good. */
    seconds: seconds.default(600),
    source: sourceSchema.optional(),
    /** Share of requests (0 to 1) that may fail over `errorSeconds`, from so many requests on. */
    errorRatio: z.number().min(0).max(1).default(0.05),
    errorSeconds: seconds.default(300),
    minimumRequests: z.int().min(1).default(20),
    /** p95 above so many times that of the old release, and above it by so many ms, for so many windows in a row. */
    latencyRatio: z.number().min(1).default(2),
    latencyMs: z.number().min(0).default(50),
    latencyWindows: z.int().min(1).max(100).default(3),
    windowSeconds: seconds.default(60),
    /** Exits of the release within a minute after which it counts as a crash loop. */
    crashes: z.int().min(1).max(100).default(2),
    /** Without any measurement for so long the release is taken back. */
    noDataSeconds: seconds.default(120),
  })
  .prefault({});

const smokeSchema = z.strictObject({
  /** Handed to `sh -c` in a checkout of the release, within walls, with `MIYABI_URL`; it reaches that address and no other, and has no secrets. */
  command,
  timeoutSeconds: seconds.default(120),
});

/** Releases before the one that serves, where nothing else is configured. */
export const keptByDefault = 3;

const environmentSchema = z.strictObject({
  name: z.string().regex(/^[a-z][a-z\d-]{0,30}$/, 'must be a short name in lower case'),
  target: targetSchema,
  /** Plain settings of the release, such as `{"LOG_LEVEL":"info"}`. */
  variables: z.record(variable, z.string().max(10_000)).default({}),
  /** Secrets that the release itself is given. */
  releaseSecrets: variables,
  /** Secrets that the programs which deploy are given: never the release, its build, its hooks or its tests. */
  deploySecrets: variables,
  health: healthSchema,
  smoke: smokeSchema.optional(),
  /** Changes of the database, run as the release itself: `expand` before anything else, `contract` once it has proven itself. */
  hooks: z.strictObject({ expand: command.optional(), contract: command.optional(), timeoutSeconds: seconds.default(300) }).prefault({}),
  watch: watchSchema,
  /** Left out where something has to go out at once (hotfix); by default every one but the last. */
  skippedByHotfix: z.boolean().optional(),
  /** Releases before the one that serves which are kept ready. */
  keep: z.int().min(1).max(100).default(keptByDefault),
});
export type DeployEnvironment = z.infer<typeof environmentSchema>;

const projectSchema = z.strictObject({
  /** `owner/name` at a forge, the path of a repository on this machine, or its URL. */
  repository: z.string().min(1).max(1_000),
  /** What makes a release of a checkout, within walls and without secrets; absent: the checkout with its dependencies is the release. */
  build: z
    .strictObject({
      command: command.optional(),
      /** The folder of the checkout that becomes the release. */
      output: z.string().min(1).default('.'),
      timeoutSeconds: seconds.default(900),
    })
    .prefault({}),
  /** Environments in the order in which a release goes through them, such as staging, then production. */
  environments: z
    .array(environmentSchema)
    .min(1)
    .max(9)
    .refine((all) => new Set(all.map(({ name }) => name)).size === all.length, 'must have different names'),
  /** Whether a merged run goes on to deploy what it has merged. */
  afterMerge: z.boolean().default(true),
  /** The tag that a release is given when it is live in the last environment; `<number>` becomes its number. Empty for none. */
  tag: z
    .string()
    .regex(/^$|<number>/, 'must hold <number>')
    .default('release-<number>'),
  /** Whether a run that mends it is started from the evidence when a release was taken back. */
  repair: z.boolean().default(false),
});
export type DeployProject = z.infer<typeof projectSchema>;

export const deploySection = z
  .strictObject({
    projects: z
      .array(projectSchema)
      .max(100)
      .default([])
      .meta({
        ...userOnly,
        description: 'What is deployed, and where to; see `docs/deploying.md`, such as [{"repository":"ada/shop","environments":[...]}].',
      }),
  })
  .prefault({});
