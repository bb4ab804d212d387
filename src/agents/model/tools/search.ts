import { z } from 'zod';
import { askFileProgram, failure } from './ask-file-program.ts';
import { fileLimits } from './file-protocol.ts';
import { defineTool } from './tool.ts';

export const searchTool = defineTool({
  name: 'search',
  description:
    'Finds lines in the files of the project by a regular expression (of JavaScript), or files by their names: give `pattern`, `files`, or both. ' +
    `What git ignores is left out. At most ${fileLimits.matches} results are shown.`,
  input: z.object({
    pattern: z
      .string()
      .min(1)
      .max(2_000)
      .optional()
      .describe('A regular expression, such as function\\s+parse; without it, files are listed.'),
    files: z.string().min(1).max(500).optional().describe('Which files, as a glob: *.ts for names anywhere, src/**/*.ts for paths.'),
    path: z.string().min(1).max(4_096).optional().describe('The folder or file to look in; the whole project without it.'),
    ignoreCase: z.boolean().optional(),
  }),
  subject: ({ pattern, files, path }) =>
    [pattern === undefined ? undefined : `/${pattern}/`, files, path === undefined ? undefined : `in ${path}`].filter(Boolean).join(' '),
  async use({ pattern, files, path = '.', ignoreCase = false }, setting) {
    if (pattern === undefined && files === undefined) return failure('give `pattern`, `files`, or both');
    return await askFileProgram({ do: 'search', path, pattern, files, ignoreCase }, setting);
  },
});
