import { z } from 'zod';
import { askFileProgram } from './ask-file-program.ts';
import { fileLimits } from './file-protocol.ts';
import { defineTool } from './tool.ts';

const text = z.string().max(fileLimits.writeCharacters);

export const editTool = defineTool({
  name: 'edit',
  description:
    'Replaces a piece of a file. `old` must be in the file exactly as you give it, white space included and line numbers left out, ' +
    'and only once: take a few lines around the place. Everything else in the file stays as it is.',
  input: z.object({
    path: z.string().min(1).max(4_096).describe('Relative to the project.'),
    old: text.min(1).describe('What is there now.'),
    new: text.describe('What is to be there.'),
    all: z.boolean().optional().describe('Replace it everywhere in the file.'),
  }),
  subject: ({ path }) => path,
  use: async ({ path, all = false, ...input }, setting) =>
    await askFileProgram({ do: 'edit', path, all, old: input.old, new: input.new }, setting),
});
