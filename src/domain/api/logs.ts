import { z } from 'zod';
import { logNamePattern } from '../logs/log-name.ts';
import { defineOperation } from './operation.ts';
import { nothing, runParams } from './parameters.ts';

const group = 'What happens in a run';
const yesOrNo = z.enum(['true', 'false']);

/** Lines that are told at a time. */
export const mostLogLines = 1_000;

const logName = z.string().regex(logNamePattern).meta({ description: '`log` of one that is listed, such as `task-1.alpha`.' });

const named = {
  log: z.string(),
  /** Id of the plan task that its agent works on; null where it is no agent's. */
  planTask: z.string().nullable(),
  /** The world, or whoever writes tests. */
  world: z.string().nullable(),
  /** Whether more is being printed. */
  isLive: z.boolean(),
};

export const listLogs = defineOperation({
  id: 'listLogs',
  method: 'get',
  path: '/runs/{run}/logs',
  scope: 'read',
  group,
  summary: 'Logs',
  description:
    'What agents and other programs of a run printed, as far as it can be read here: of this machine at once, of others once their agent has ended. Tasks in their order, worlds in their places, what is no agent’s last.',
  params: runParams,
  query: nothing,
  body: undefined,
  answer: z.object({
    items: z.array(
      z
        .object({
          ...named,
          /** null where it is not on this machine. */
          bytes: z.int().nullable(),
          isHere: z.boolean(),
        })
        .meta({ id: 'Log' }),
    ),
  }),
  status: 200,
});

export const readLog = defineOperation({
  id: 'readLog',
  method: 'get',
  path: '/runs/{run}/logs/{log}',
  scope: 'read',
  group,
  summary: 'Lines of a log',
  description:
    'Without secrets. Of what could do something to a screen only colours are left (ANSI SGR); what agents print as JSON is told in words where their program is known. A line of more than 8,192 characters is cut and says by how much; a last one that is still being printed is left out.',
  params: runParams.extend({ log: logName }),
  query: z.strictObject({
    from: z.coerce.number().int().min(1).max(1_000_000_000).default(1).meta({ description: 'Number of the first line, from 1.' }),
    limit: z.coerce.number().int().min(1).max(mostLogLines).default(mostLogLines).meta({ description: 'How many are told at most.' }),
    tail: yesOrNo.optional().meta({ description: 'The last `limit` lines, wherever `from` is.' }),
    find: z.string().min(1).max(200).optional().meta({ description: 'Which lines of the whole log have this text, in whatever case.' }),
    raw: yesOrNo.optional().meta({ description: 'As it was printed, without words for JSON. Lines have other numbers then.' }),
  }),
  body: undefined,
  answer: z
    .object({
      ...named,
      lines: z.array(z.object({ number: z.int(), text: z.string() })),
      /** Lines that there are by now. */
      total: z.int(),
      /** null where nothing was looked for. */
      matches: z
        .object({
          count: z.int(),
          /** Of the first thousand of them. */
          numbers: z.array(z.int()),
        })
        .nullable(),
    })
    .meta({ id: 'LogLines' }),
  status: 200,
});
