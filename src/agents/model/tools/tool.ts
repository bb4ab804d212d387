import type { z } from 'zod';
import type { ToolName } from '../../../domain/world.ts';
import type { AgentTask } from '../../../ports/agent.ts';

/** What a call of a tool came to. */
export interface ToolResult {
  /** For the model. */
  readonly text: string;
  /** Why it came to nothing, where it did; in a sentence that the model is told too. */
  readonly failure?: string;
  /** It was kept from something that it may not do. */
  readonly denied?: true;
  /** The file that was changed. */
  readonly changed?: string;
}

/** Where tools work. */
export interface ToolSetting {
  readonly task: AgentTask;
  /** The names of the checkout, as they were when the work began: as it is called, and what that really is. */
  readonly roots: readonly string[];
  /** Ends with the world's time, too. */
  readonly signal: AbortSignal;
  /** Of the world's time, in ms. */
  readonly leftMs: () => number;
}

/** Something that a model may do in a world. */
export interface Tool {
  readonly name: ToolName;
  /** For the model. */
  readonly description: string;
  readonly input: z.ZodObject;
  /** What a call is about, for people, in a line. @param input as `input` has read it. */
  subject(input: unknown): string;
  /** Must not throw for what a model asks for, nor for what programs do. @param input as `input` has read it. */
  use(input: unknown, setting: ToolSetting): Promise<ToolResult>;
}

interface Definition<Input extends z.ZodObject> {
  readonly name: ToolName;
  readonly description: string;
  readonly input: Input;
  subject(input: z.infer<Input>): string;
  use(input: z.infer<Input>, setting: ToolSetting): Promise<ToolResult>;
}

/** Forgets of a tool what its input is like, so that all of them can be held in one list. */
export function defineTool<Input extends z.ZodObject>(definition: Definition<Input>): Tool {
  return {
    ...definition,
    subject: (input) => definition.subject(input as z.infer<Input>),
    use: async (input, setting) => await definition.use(input as z.infer<Input>, setting),
  };
}
