import { z } from 'zod';

/** Something that people are told of where they are, whichever way it reaches them. */
export const noticeSchema = z.object({
  /** The same for the same happening: nobody is told twice. */
  id: z.string().max(300),
  kind: z.enum([
    'question',
    'told',
    'finished',
    'failed',
    'cancelled',
    'escalation',
    'budget',
    'incident',
    'hotfix',
    'deployment',
    'rollback',
  ]),
  /** Critical ones go to every way that is configured for them; by default everything goes everywhere. */
  priority: z.enum(['P0-Critical', 'P1-High', 'P2-Medium', 'P3-Low']),
  /** One line without markup. */
  title: z.string().max(300),
  /** A few sentences, Markdown. */
  text: z.string().max(4_000),
  /** As people see it: `run_...`. */
  run: z.string(),
  issue: z.string().optional(),
  url: z.string().optional(),
  /** Epoch ms. */
  at: z.int(),
});
export type Notice = z.infer<typeof noticeSchema>;
