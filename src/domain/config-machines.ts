import { z } from 'zod';

/** The part of the configuration that is about what several machines share. Used by `config.ts` alone. */

const userOnly = { userOnly: true } as const;

const variable = z.string().regex(/^[A-Za-z_]\w*$/, 'must be the name of an environment variable');
const file = z.string().startsWith('/');

export const artifactsSection = z
  .strictObject({
    store: z
      .enum(['folder', 's3'])
      .default('folder')
      .meta({ ...userOnly, description: 'Where large values are kept: in the state folder, or in a bucket that several machines share.' }),
    bucket: z
      .string()
      .regex(/^[a-z\d][a-z\d.-]{1,61}[a-z\d]$/, 'must be the name of a bucket')
      .optional()
      .meta({
        ...userOnly,
        description: 'The bucket for `artifacts.store: s3`; who we are there stands in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.',
      }),
    endpoint: z
      .url({ protocol: /^https?$/ })
      .optional()
      .meta({
        ...userOnly,
        description: 'The server of the bucket, such as http://minio:9000; that of AWS in `artifacts.region` by default.',
      }),
    region: z
      .string()
      .regex(/^[a-z\d-]{1,40}$/, 'must be the name of a region')
      .default('us-east-1')
      .meta({ ...userOnly, description: 'The region of the bucket.' }),
    prefix: z
      .string()
      .regex(
        /^(?:[\w.-]+\/)*$/,
        'must be empty or end with a slash, and hold only letters, digits, dots, dashes and underscores between them',
      )
      .default('miyabi/')
      .meta({ ...userOnly, description: 'Before the names of all objects in the bucket.' }),
  })
  .prefault({});

const host = z.strictObject({
  /** Holds a token for https. */
  tokenVariable: variable.optional(),
  username: z.string().min(1).optional(),
  /** A private key for ssh, and the file of the servers that are known. */
  identityFile: file.optional(),
  knownHostsFile: file.optional(),
});

export const remotesSection = z
  .strictObject({
    hosts: z
      .record(
        z.string().regex(/^[a-z\d[][a-z\d.:[\]-]*$/, 'must be a host, in lower case, with its port where that is not the usual one'),
        host,
      )
      .default({})
      .meta({
        ...userOnly,
        description:
          'What lets this machine in at the servers of remotes, such as {"github.com":{"tokenVariable":"GITHUB_TOKEN"},"git.example.org":{"identityFile":"/home/me/.ssh/miyabi"}}.',
      }),
    mostGigabytes: z
      .number()
      .positive()
      .default(10)
      .meta({ ...userOnly, description: 'The most that one fetch from a remote may bring (GB).' }),
  })
  .prefault({});
