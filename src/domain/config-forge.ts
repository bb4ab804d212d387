import { z } from 'zod';
import { mergeMethods, permissions, repositoryNameSchema } from './forge.ts';

/** The part of the configuration that is about forges, people and what is told to them. Used by `config.ts` alone. */

const userOnly = { userOnly: true } as const;
const variable = z.string().regex(/^[A-Za-z_]\w*$/, 'must be the name of an environment variable');
const file = z.string().startsWith('/');
const hours = z
  .number()
  .positive()
  .max(24 * 30);

export const forgeSection = z
  .strictObject({
    github: z
      .strictObject({
        api: z
          .url({ protocol: /^https?$/ })
          .default('https://api.github.com')
          .meta({ ...userOnly, description: 'The API of GitHub, or of a GitHub Enterprise server.' }),
        git: z
          .string()
          .regex(/<repository>/, 'must hold <repository>')
          .default('https://github.com/<repository>.git')
          .meta({ ...userOnly, description: 'Where the code of `owner/name` lies.' }),
        tokenVariable: variable
          .default('GITHUB_TOKEN')
          .meta({ ...userOnly, description: 'Holds a personal token; not needed with an App.' }),
        appId: z
          .int()
          .positive()
          .optional()
          .meta({ ...userOnly, description: 'The number of a GitHub App, to act as the App.' }),
        privateKeyFile: file.optional().meta({ ...userOnly, description: 'The private key of the App (PEM).' }),
        webhookSecretVariable: variable
          .default('MIYABI_WEBHOOK_SECRET')
          .meta({ ...userOnly, description: 'Holds the secret that webhooks are signed with; without one none is received.' }),
        repositories: z
          .array(repositoryNameSchema)
          .max(1_000)
          .default([])
          .meta({
            ...userOnly,
            description:
              'Only these repositories (`owner/name`). When empty: all that webhooks tell of; by itself the service looks at those that an App is installed for, and with a personal token at none.',
          }),
      })
      .prefault({}),
    local: z
      .record(z.string().regex(/^(?!github$)[a-z][a-z\d-]{0,30}$/, 'must be a short name in lower case, other than github'), file)
      .default({})
      .meta({ ...userOnly, description: 'Forges that are a folder, by name: a bare repository beside Markdown files.' }),
    label: z
      .string()
      .min(1)
      .max(50)
      .default('miyabi')
      .meta({ ...userOnly, description: 'The label that starts a run of an issue.' }),
    startOn: z
      .enum(['label', 'opened'])
      .default('label')
      .meta({ ...userOnly, description: 'What starts a run: the label (or a command), or every issue that is opened.' }),
    permission: z
      .enum(permissions)
      .default('write')
      .meta({ ...userOnly, description: 'What somebody must be allowed in the repository to start or answer a run there.' }),
    sweepSeconds: z
      .number()
      .min(1)
      .max(86_400)
      .default(60)
      .meta({ ...userOnly, description: 'How often a service looks for what no webhook told.' }),
    webhookMegabytes: z
      .number()
      .positive()
      .max(25)
      .default(1)
      .meta({ ...userOnly, description: 'The largest webhook that is read (MB).' }),
  })
  .prefault({});

export const pullRequestSection = z
  .strictObject({
    draft: z
      .boolean()
      .default(true)
      .meta({ description: 'Open pull requests as drafts, and make them ready once their checks have passed.' }),
    into: z
      .string()
      .min(1)
      .max(200)
      .optional()
      .meta({ description: 'The branch that pull requests are for; where the run began when absent.' }),
  })
  .prefault({});

export const ciSection = z
  .strictObject({
    graceSeconds: z
      .number()
      .min(0)
      .max(3_600)
      .default(60)
      .meta({ description: 'How long the first check of a commit may take to appear; then there are none.' }),
    sweepSeconds: z.number().min(1).max(3_600).default(30).meta({ description: 'How often checks are looked at where no webhook tells.' }),
    timeoutMinutes: z
      .number()
      .positive()
      .max(24 * 60)
      .default(120)
      .meta({ description: 'How long checks may take; then a person is asked.' }),
    rounds: z.int().min(0).max(10).default(3).meta({ description: 'Times that failing checks are repaired; then a person is asked.' }),
  })
  .prefault({});

export const mergeSection = z
  .strictObject({
    when: z
      .enum(['score', 'approved', 'never'])
      .default('score')
      .meta({ ...userOnly, description: 'Merge from `merge.score` on and else on approval; only on approval; or never.' }),
    score: z
      .number()
      .min(0)
      .max(100)
      .default(90)
      .meta({ ...userOnly, description: 'Review score from which a pull request is merged unasked.' }),
    method: z
      .enum(mergeMethods)
      .optional()
      .meta({ description: 'How it is merged, where the repository allows it; its own favourite when absent.' }),
    rounds: z
      .int()
      .min(1)
      .max(10)
      .default(3)
      .meta({ description: 'Times that a branch is put on a base that moved; then a person is asked.' }),
  })
  .prefault({});

export const escalationsSection = z
  .strictObject({
    deadlineHours: hours.default(24).meta({ description: 'How long a question waits for a person.' }),
    otherwise: z
      .enum(['approve', 'reject', 'wait'])
      .default('reject')
      .meta({
        ...userOnly,
        description: 'What happens when nobody has answered by then. The notice of a plan of middling complexity is always taken as a yes.',
      }),
    editor: z
      .string()
      .min(1)
      .optional()
      .meta({ ...userOnly, description: 'Opens a folder for `miyabi fix`; VS Code where it is installed, else $VISUAL or $EDITOR.' }),
  })
  .prefault({});
