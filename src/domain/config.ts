import { z } from 'zod';
import { agentSection, budgetSection, earlySection, modelsSection, worldSettingsList } from './config-models.ts';
import { artifactsSection, remotesSection } from './config-machines.ts';
import { ciSection, escalationsSection, forgeSection, mergeSection, pullRequestSection } from './config-forge.ts';
import { deploySection } from './config-deploy.ts';
import type { ConfigHold } from './config-holds.ts';
import { holdsFrom } from './config-holds.ts';
import { serverSection } from './config-server.ts';
import { knowledgeSection } from './config-knowledge.ts';
import { logSection } from './config-log.ts';
import { dailyLogSection, notifySection } from './config-notify.ts';
import { choiceSection, examineSection, fallbackOrder, securitySection } from './config-judging.ts';
import { backupSection, cleanupSection, diskSection } from './config-operations.ts';
import { telemetrySection } from './config-telemetry.ts';
import { isolationChoices } from './machine.ts';

/**
 * Everything that can be configured, with its default. Keys marked `userOnly` decide what may run on the
 * user's machine or what it may cost: a repository's file may not set them, because a repository is foreign.
 */
const userOnly = { userOnly: true } as const;
/** A repository's file may only make these smaller. */
const lowerOnly = { lowerOnly: true } as const;

const command = z.string().trim().min(1);
const minutes = z
  .number()
  .positive()
  .max(24 * 60);
const percent = z.number().min(1).max(100);
const weight = z.number().min(0).max(100);

export const configSchema = z.strictObject({
  worlds: z
    .strictObject({
      count: z.int().min(1).max(9).default(5).meta({ description: 'Parallel worlds for each task.' }),
      parallel: z
        .int()
        .min(0)
        .max(9)
        .default(0)
        .meta({ description: 'Worlds that run at the same time; 0 lets the size of the machine decide.' }),
      timeoutMinutes: minutes.default(30).meta({ description: 'Time limit of one world.' }),
      setup: command
        .optional()
        .meta({ description: 'Handed to `sh -c` in each checkout before anything else runs there, with its environment.' }),
      teardown: command.optional().meta({ description: 'Handed to `sh -c` in each checkout before it is removed.' }),
      needs: z
        .strictObject({
          memoryGigabytes: z
            .number()
            .positive()
            .default(2)
            .meta({ ...userOnly, description: 'Memory that one world is expected to need (GiB).' }),
          threads: z
            .number()
            .positive()
            .default(2)
            .meta({ ...userOnly, description: 'Processor threads that one world is expected to need.' }),
          diskGigabytes: z
            .number()
            .positive()
            .default(5)
            .meta({ ...userOnly, description: 'Disk that one world is expected to need (GB).' }),
        })
        .prefault({}),
      settings: worldSettingsList,
      minSuccessful: z.int().min(1).max(9).default(1).meta({ description: 'Worlds that must pass before one may win.' }),
      mode: z
        .enum(['parallel', 'sequential'])
        .default('parallel')
        .meta({ description: 'All worlds at once, or each after the one before, until one can no longer be beaten.' }),
      grow: z.boolean().default(false).meta({ description: 'Start with two worlds, and run the others only where these do not agree.' }),
      fallback: fallbackOrder,
    })
    .prefault({}),
  agent: agentSection,
  models: modelsSection,
  checks: z
    .strictObject({
      install: command.optional().meta({ description: 'Instead of what is found in the project.' }),
      build: command.optional().meta({ description: 'Instead of what is found in the project.' }),
      typeCheck: command.optional().meta({ description: 'Instead of what is found in the project.' }),
      test: command.optional().meta({ description: 'Instead of what is found in the project.' }),
      testReport: command.optional().meta({ description: 'JUnit XML that `checks.test` writes, relative to the checkout.' }),
      lint: command.optional().meta({ description: 'Instead of what is found in the project.' }),
      format: command.optional().meta({ description: 'Says whether the code is formatted; counted under lint.' }),
      coverage: z.boolean().default(true).meta({ description: 'Measure which changed lines the tests run.' }),
      timeoutMinutes: minutes.default(10).meta({ description: 'Time limit of each single check.' }),
    })
    .prefault({}),
  score: z
    .strictObject({
      build: weight.default(30).meta({ description: 'Points for a build that passes.' }),
      tests: weight.default(30).meta({ description: 'Points for tests, by share passed.' }),
      lint: weight.default(20).meta({ description: 'Points for no new warnings.' }),
      quality: weight.default(10).meta({ description: 'Points for a small, plain change.' }),
      security: weight.default(10).meta({ description: 'Points for no security finding.' }),
    })
    .prefault({}),
  examine: examineSection,
  choice: choiceSection,
  security: securitySection,
  gates: z
    .strictObject({
      askAbove: z
        .number()
        .min(0)
        .max(10)
        .default(7)
        .meta({ ...lowerOnly, description: 'Complexity (0 to 10) above which a person must approve the plan.' }),
      tellAbove: z
        .number()
        .min(0)
        .max(10)
        .default(5)
        .meta({
          ...lowerOnly,
          description: 'Complexity from which a person is told of the plan before it runs; at the terminal they are asked.',
        }),
      tellMinutes: z
        .number()
        .min(0)
        .max(24 * 60)
        .default(5)
        .meta({ ...userOnly, description: 'How long a service waits for a no after it has told of a plan.' }),
      reviewPass: z
        .number()
        .min(0)
        .max(100)
        .default(80)
        .meta({ ...userOnly, description: 'Review score from which a branch goes on by itself.' }),
      reviewAsk: z
        .number()
        .min(0)
        .max(100)
        .default(60)
        .meta({ ...userOnly, description: 'Review score from which a person is asked; below it, the work is sent back.' }),
    })
    .prefault({}),
  budget: budgetSection,
  early: earlySection,
  branch: z
    .strictObject({
      template: z
        .string()
        .regex(/^[\w./-]*<run>[\w./-]*$/, 'must contain <run>, and beside it only letters, digits, and ./_-')
        .default('miyabi/<run>')
        .meta({ description: 'Name of the result branch; <run> becomes the id of the run.' }),
    })
    .prefault({}),
  dependencies: z
    .strictObject({
      installScripts: z
        .boolean()
        .default(false)
        .meta({ ...userOnly, description: 'Let install scripts of dependencies run when a project is installed.' }),
      inputs: z
        .array(z.string().min(1))
        .optional()
        .meta({ description: 'Globs of the files that decide what `checks.install` installs, such as `requirements*.txt`.' }),
      outputs: z.array(z.string().min(1)).optional().meta({
        description: 'Folders that `checks.install` makes, such as `.venv`; installed once for each content of `dependencies.inputs`.',
      }),
    })
    .prefault({}),
  isolation: z
    .enum(isolationChoices)
    .default('auto')
    .meta({
      ...userOnly,
      description: 'What keeps worlds apart from the machine; `auto` takes the strongest there is, `none` only bounds them.',
    }),
  sandbox: z
    .strictObject({
      allow: z
        .array(z.string())
        .default([])
        .meta({
          ...userOnly,
          description: 'Addresses that worlds may reach, each one host and one port, such as `registry.npmjs.org:443`.',
        }),
      readable: z
        .array(z.string().startsWith('/'))
        .default([])
        .meta({ ...userOnly, description: 'Folders that worlds may read beside the system programs, such as a toolchain in your HOME.' }),
      image: z
        .string()
        .min(1)
        .optional()
        .meta({ ...userOnly, description: 'Image for `isolation: container`; it must hold what the project needs.' }),
      engine: z
        .enum(['docker', 'podman'])
        .optional()
        .meta({ ...userOnly, description: 'The program for `isolation: container`; whichever answers by default.' }),
    })
    .prefault({}),
  capacity: z
    .strictObject({
      memoryHigh: percent.default(90).meta({ ...userOnly, description: 'Memory in use (%) above which one world fewer runs.' }),
      cpuHigh: percent.default(95).meta({ ...userOnly, description: 'Processors in use (%) above which one world fewer runs.' }),
      diskHigh: percent.default(85).meta({ ...userOnly, description: 'Disk in use (%) above which one world fewer runs.' }),
      memoryLow: percent.default(70).meta({ ...userOnly, description: 'Memory in use (%) below which one world more may run.' }),
      cpuLow: percent.default(75).meta({ ...userOnly, description: 'Processors in use (%) below which one world more may run.' }),
      diskLow: percent.default(70).meta({ ...userOnly, description: 'Disk in use (%) below which one world more may run.' }),
      everySeconds: z
        .number()
        .min(1)
        .max(3600)
        .default(10)
        .meta({ ...userOnly, description: 'How often the machine is looked at.' }),
      most: z
        .int()
        .min(1)
        .max(10)
        .default(10)
        .meta({ ...userOnly, description: 'Worlds at the same time, whatever the machine carries.' }),
    })
    .prefault({}),
  breaker: z
    .strictObject({
      failures: z
        .int()
        .min(1)
        .default(5)
        .meta({ ...userOnly, description: 'Failures in a row after which a configuration of worlds is left out.' }),
      coolSeconds: z
        .number()
        .positive()
        .default(60)
        .meta({ ...userOnly, description: 'How long it is left out before it is tried again.' }),
      successes: z
        .int()
        .min(1)
        .default(2)
        .meta({ ...userOnly, description: 'Successes in a row after which it is trusted again.' }),
    })
    .prefault({}),
  database: z
    .strictObject({
      url: z
        .string()
        .regex(/^postgres(?:ql)?:\/\//, 'It must begin with postgres://')
        .optional()
        .meta({
          ...userOnly,
          holdsPassword: true,
          description: 'PostgreSQL that keeps the records for many machines; without it they lie in a file of this machine.',
        }),
      namespace: z
        .string()
        .regex(/^[a-z][a-z0-9-]{0,39}$/, 'must be a lower-case word of at most 40 letters, digits and dashes')
        .default('default')
        .meta({ ...userOnly, description: 'Keeps environments apart that share a database.' }),
      leaseSeconds: z
        .number()
        .min(3)
        .max(600)
        .default(30)
        .meta({ ...userOnly, description: 'After so long without a sign of life what a worker was doing is done by others.' }),
    })
    .prefault({}),
  cleanup: cleanupSection,
  limits: z
    .strictObject({
      memoryGigabytes: z
        .number()
        .positive()
        .default(4)
        .meta({ ...lowerOnly, description: 'Memory of all processes of a world together (GiB).' }),
      processes: z
        .int()
        .min(16)
        .default(512)
        .meta({ ...lowerOnly, description: 'Processes and threads of a world at the same time.' }),
      cpus: z
        .number()
        .positive()
        .default(4)
        .meta({ ...lowerOnly, description: 'Processors that a world may keep busy.' }),
      diskGigabytes: z
        .number()
        .positive()
        .default(20)
        .meta({ ...lowerOnly, description: 'What a world may write (GB).' }),
      outputMegabytes: z
        .number()
        .positive()
        .default(64)
        .meta({ ...lowerOnly, description: 'What a program of a world may print before it is stopped (MB).' }),
      cpuMinutes: minutes.default(120).meta({ ...lowerOnly, description: 'Processor time of each single process of a world.' }),
      fileGigabytes: z
        .number()
        .positive()
        .default(10)
        .meta({ ...lowerOnly, description: 'The largest file that a process of a world may write.' }),
      openFiles: z
        .int()
        .min(64)
        .default(16_384)
        .meta({ ...lowerOnly, description: 'Files that a process of a world may have open.' }),
    })
    .prefault({}),
  node: z
    .strictObject({
      path: z
        .string()
        .min(1)
        .optional()
        .meta({ ...userOnly, description: 'The Node program that the target project runs with.' }),
    })
    .prefault({}),
  artifacts: artifactsSection,
  remotes: remotesSection,
  forge: forgeSection,
  pullRequest: pullRequestSection,
  ci: ciSection,
  merge: mergeSection,
  escalations: escalationsSection,
  notify: notifySection,
  dailyLog: dailyLogSection,
  log: logSection,
  telemetry: telemetrySection,
  server: serverSection,
  knowledge: knowledgeSection,
  deploy: deploySection,
  disk: diskSection,
  backup: backupSection,
});

export type Config = z.infer<typeof configSchema>;

/** Where a value can come from, strongest first. */
export const configSources = ['flag', 'environment', 'user', 'repository', 'default'] as const;
export type ConfigSource = (typeof configSources)[number];

/** One key of the schema, as `config explain` shows it. */
export interface ConfigKey {
  /** Dotted, such as `worlds.count`. */
  readonly path: string;
  /** The environment variable that sets it. */
  readonly variable: string;
  readonly description: string;
  readonly userOnly: boolean;
  readonly lowerOnly: boolean;
  /** Whether a password may stand in its value: that is never shown as it is. */
  readonly holdsPassword: boolean;
  /** Whether it takes several values. */
  readonly list: boolean;
  /** From when on a changed value holds where a service runs. */
  readonly holds: ConfigHold;
  readonly schema: z.ZodType;
}

/** Every key, in the order of the schema. */
export const configKeys: readonly ConfigKey[] = collectKeys(configSchema, []);

function collectKeys(schema: z.ZodType, path: readonly string[]): ConfigKey[] {
  const inner = unwrap(schema);
  if (inner instanceof z.ZodObject) {
    return Object.entries(inner.shape).flatMap(([name, field]) => collectKeys(field as z.ZodType, [...path, name]));
  }
  const meta = (schema.meta() ?? {}) as { description?: string; userOnly?: boolean; lowerOnly?: boolean; holdsPassword?: boolean };
  return [
    {
      path: path.join('.'),
      variable: `MIYABI_${path.map((part) => part.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()).join('_')}`,
      description: meta.description ?? '',
      userOnly: meta.userOnly === true,
      lowerOnly: meta.lowerOnly === true,
      holdsPassword: meta.holdsPassword === true,
      list: inner instanceof z.ZodArray,
      holds: holdsFrom(path.join('.')),
      schema,
    },
  ];
}

function unwrap(schema: z.ZodType): z.ZodType {
  return schema instanceof z.ZodPrefault || schema instanceof z.ZodDefault || schema instanceof z.ZodOptional
    ? unwrap(schema.unwrap() as z.ZodType)
    : schema;
}
