import { z } from 'zod';
import { noticeKinds, priorities } from './notice.ts';

/** The part of the configuration that is about what people are told where they are. Used by `config.ts` alone. */

const userOnly = { userOnly: true } as const;
const variable = z.string().regex(/^[A-Za-z_]\w*$/, 'must be the name of an environment variable');
const address = z.email().max(200);

const common = {
  /** Notices below this priority are not sent this way. */
  atLeast: z.enum(priorities).default('P3-Low'),
  /** Only notices of these kinds; of all when absent. */
  kinds: z.array(z.enum(noticeKinds)).min(1).optional(),
};
/** Whether it lies in a private network or on this very machine: without this only the public internet is spoken to. */
const isPrivate = z.boolean().default(false);

const channelSchema = z.discriminatedUnion('kind', [
  /** `urlVariable` holds the address of an incoming webhook of Slack, which is a secret. */
  z.strictObject({ ...common, kind: z.literal('slack'), urlVariable: variable, private: isPrivate }),
  /** `urlVariable` holds the address; `secretVariable` the key that what is sent is signed with. */
  z.strictObject({
    ...common,
    kind: z.literal('webhook'),
    urlVariable: variable,
    secretVariable: variable.optional(),
    private: isPrivate,
  }),
  /** `serverVariable` holds `smtps://user:password@mail.example.org:465` or `smtp://...:587`. */
  z.strictObject({
    ...common,
    kind: z.literal('mail'),
    serverVariable: variable,
    sender: address,
    to: z.array(address).min(1).max(50),
    private: isPrivate,
  }),
  z.strictObject({ ...common, kind: z.literal('desktop') }),
]);
export type Channel = z.infer<typeof channelSchema>;

export const notifySection = z
  .strictObject({
    channels: z
      .record(z.string().regex(/^[a-z][a-z\d-]{0,30}$/, 'must be a short name in lower case'), channelSchema)
      .default({})
      .meta({
        ...userOnly,
        description: 'Ways to tell people, by name, such as {"team":{"kind":"slack","urlVariable":"SLACK_URL","atLeast":"P1-High"}}.',
      }),
  })
  .prefault({});

export const dailyLogSection = z
  .strictObject({
    enabled: z
      .boolean()
      .default(true)
      .meta({ ...userOnly, description: 'Keep a log of each day in Markdown.' }),
    folder: z
      .string()
      .startsWith('/')
      .optional()
      .meta({ ...userOnly, description: 'Where it is written; `daily` in the state folder when absent.' }),
  })
  .prefault({});
