import { z } from 'zod';
import { askFileProgram } from './ask-file-program.ts';
import { fileLimits } from './file-protocol.ts';
import { defineTool } from './tool.ts';

export const readTool = defineTool({
  name: 'read',
  description:
    'Shows a text file with the numbers of its lines, or the names in a folder. Read a file before you change it. ' +
    `At most ${fileLimits.shownLines} lines or ${fileLimits.shownCharacters} characters are shown at once.`,
  input: z.object({
    path: z.string().min(1).max(4_096).describe('Relative to the project, such as src/index.js; `.` for the project itself.'),
    from: z.int().min(1).max(10_000_000).optional().describe('The first line to show, from 1.'),
    lines: z.int().min(1).max(10_000_000).optional().describe('How many lines to show.'),
  }),
  subject: ({ path, from, lines }) =>
    from === undefined ? path : `${path} from line ${from}${lines === undefined ? '' : `, ${lines} lines`}`,
  use: async ({ path, from = 1, lines = fileLimits.shownLines }, setting) =>
    await askFileProgram({ do: 'read', path, from, lines }, setting),
});
