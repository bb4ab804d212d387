import type { ToolName } from '../../../domain/world.ts';
import { editTool } from './edit.ts';
import { planTool } from './plan.ts';
import { readTool } from './read.ts';
import { runTool } from './run.ts';
import { searchTool } from './search.ts';
import type { Tool } from './tool.ts';
import { writeTool } from './write.ts';

const all: readonly Tool[] = [readTool, searchTool, editTool, writeTool, runTool, planTool];

/** The tools of these names, in an order of their own: requests of equal worlds are equal. */
export function toolsNamed(names: readonly ToolName[]): readonly Tool[] {
  return all.filter(({ name }) => names.includes(name));
}
