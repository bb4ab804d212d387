import { z } from 'zod';

/** The part of the configuration that is about judging: cross-examination, choice, security, and what is done where no world succeeds. Used by `config.ts` alone. */

const userOnly = { userOnly: true } as const;

/** What can be done where too few worlds passed, each at most once for a task. */
export const fallbackStrategies = ['lower-temperature', 'switch-model', 'second-wave', 'ask', 'skip'] as const;
export type FallbackStrategy = (typeof fallbackStrategies)[number];

/** What can be done where a winner is not clear. */
export const unsureStrategies = ['second-wave', 'ask', 'accept'] as const;
export type UnsureStrategy = (typeof unsureStrategies)[number];

export const examineSection = z
  .strictObject({
    enabled: z.boolean().default(true).meta({ description: 'Run the tests that worlds wrote against the code of the other worlds.' }),
    testWriters: z
      .int()
      .min(0)
      .max(3)
      .default(2)
      .meta({ ...userOnly, description: 'Agents that write tests from the issue alone, where models.testWriter names a model.' }),
    most: z.int().min(0).max(500).default(100).meta({ description: 'Tests of one author that count at most.' }),
    timeoutSeconds: z
      .number()
      .positive()
      .max(3600)
      .default(120)
      .meta({ description: 'Time limit of the tests of one author in one world.' }),
    inputs: z
      .int()
      .min(0)
      .max(10_000)
      .default(300)
      .meta({ description: 'Made-up inputs on which a changed function is tried; 0 for none.' }),
  })
  .prefault({});

export const choiceSection = z
  .strictObject({
    sureFrom: z
      .number()
      .min(0)
      .max(1)
      .default(0.45)
      .meta({ ...userOnly, description: 'Confidence from which on a winner is taken as it is.' }),
    whenUnsure: z
      .array(z.enum(unsureStrategies))
      .default(['second-wave', 'ask', 'accept'])
      .meta({ ...userOnly, description: 'What is done below it, in this order; `ask` waits only at a terminal, or where it is the last.' }),
  })
  .prefault({});

export const fallbackOrder = z
  .array(z.enum(fallbackStrategies))
  .default(['lower-temperature', 'switch-model', 'second-wave', 'ask', 'skip'])
  .meta({
    ...userOnly,
    description:
      'What is done, in this order, where fewer than worlds.minSuccessful passed; `ask` waits only at a terminal, or where it is the last.',
  });

export const securitySection = z
  .strictObject({
    vulnerabilities: z
      .enum(['npm-audit', 'osv-folder', 'none'])
      .default('npm-audit')
      .meta({ ...userOnly, description: 'Who is asked about known vulnerabilities of dependencies.' }),
    osvFolder: z
      .string()
      .startsWith('/')
      .optional()
      .meta({ ...userOnly, description: 'A folder with advisories in the format of OSV (https://ossf.github.io/osv-schema/).' }),
    licences: z
      .array(z.string().min(1))
      .default([
        'MIT',
        'ISC',
        'BSD-2-Clause',
        'BSD-3-Clause',
        '0BSD',
        'Apache-2.0',
        'Unlicense',
        'CC0-1.0',
        'CC-BY-4.0',
        'BlueOak-1.0.0',
        'Python-2.0',
        'MPL-2.0',
        'Zlib',
      ])
      .meta({ ...userOnly, description: 'Licences (SPDX) that a new dependency may have without being asked about.' }),
    timeoutSeconds: z
      .number()
      .positive()
      .max(600)
      .default(60)
      .meta({ ...userOnly, description: 'Time limit of each single analysis.' }),
  })
  .prefault({});
