import { z } from 'zod';
import { line } from '../text.ts';
import { defineTool } from './tool.ts';

export const planTool = defineTool({
  name: 'plan',
  description:
    'Tells people how you go about the task: all steps, each with how far it is. Worth it for tasks of several steps; give it anew when it changes.',
  input: z.object({
    steps: z
      .array(z.object({ text: z.string().min(1).max(300), state: z.enum(['pending', 'doing', 'done']) }))
      .min(1)
      .max(30),
  }),
  subject: ({ steps }) => `${steps.filter(({ state }) => state === 'done').length} of ${steps.length} steps done`,
  async use({ steps }, { task }) {
    task.onEvent({ type: 'planned', steps: steps.map(({ text, state }) => ({ text: line(text, 300), state })) });
    return { text: 'Noted.' };
  },
});
