import type { CallToolResult, InputRequiredResult, ServerContext, ToolAnnotations } from '@modelcontextprotocol/server';
import type { z } from 'zod';

/** Something that another agent may do with Miyabi. */
export interface AgentTool<Input extends z.ZodObject = z.ZodObject> {
  /** Such as `start_run`. */
  readonly name: string;
  readonly title: string;
  /** What it does and when to use it; all that the agent knows of it. */
  readonly description: string;
  readonly input: Input;
  readonly hints: ToolAnnotations;
  /** @throws Refusal or Failure, which the agent is told with what to do. */
  readonly call: (input: z.output<Input>, context: ServerContext) => Promise<CallToolResult | InputRequiredResult>;
}

/** Lets the compiler know what a tool is called with. */
export function defineTool<Input extends z.ZodObject>(tool: AgentTool<Input>): AgentTool {
  // What it is called with was read by its own schema.
  return tool as unknown as AgentTool;
}

/** An answer in words. */
export function words(text: string): CallToolResult {
  return { content: [{ type: 'text', text }] };
}

/** An answer as data, on one line: agents read it, and pay for each character. */
export function data(value: unknown): CallToolResult {
  return words(JSON.stringify(value));
}
