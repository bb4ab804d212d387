import { z } from 'zod';

/** What somebody says of one line of a change. */
export const fixCommentSchema = z.strictObject({
  path: z.string().min(1).max(1_000).meta({ description: 'Of the file, from the top of the repository.' }),
  line: z.int().min(1).max(10_000_000).meta({ description: 'From 1.' }),
  side: z.enum(['old', 'new']).default('new').meta({ description: 'Whether the line is one of the base or of the world.' }),
  text: z.string().trim().min(1).max(10_000),
});
export type FixComment = z.infer<typeof fixCommentSchema>;
