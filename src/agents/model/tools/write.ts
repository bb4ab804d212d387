import { z } from 'zod';
import { askFileProgram } from './ask-file-program.ts';
import { fileLimits } from './file-protocol.ts';
import { defineTool } from './tool.ts';

export const writeTool = defineTool({
  name: 'write',
  description: 'Makes a file, with the folders above it, or replaces everything in it. To change a part of a file use `edit`.',
  input: z.object({
    path: z.string().min(1).max(4_096).describe('Relative to the project.'),
    content: z.string().max(fileLimits.writeCharacters).describe('The whole text of the file.'),
  }),
  subject: ({ path }) => path,
  use: async ({ path, content }, setting) => await askFileProgram({ do: 'write', path, text: content }, setting),
});
