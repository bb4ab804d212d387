import { readFile } from 'node:fs/promises';
import type { PromptVariant } from '../../domain/world.ts';
import type { AgentTask } from '../../ports/agent.ts';
import { firstMessage } from '../model/context.ts';

/**
 * What a program is told of its task: how it is to work in a world, the stance of this one, and the same about the task as our own agent is
 * told, but for what a program looks up by itself: files and their map.
 *
 * @param readsGuides whether it reads what the repository tells agents (AGENTS.md and the like) by itself.
 */
export async function programPrompt(task: AgentTask, variant: PromptVariant, readsGuides: boolean): Promise<string> {
  const { background } = task;
  const [rules, way] = await Promise.all([read('program'), read(variant)]);
  const told = { ...background, guides: readsGuides ? [] : background.guides, mentioned: [], map: '' };
  return `${[rules, way, firstMessage({ ...task, background: told })].join('\n\n')}\n`;
}

async function read(name: 'program' | PromptVariant): Promise<string> {
  return (await readFile(new URL(`../model/prompts/${name}.md`, import.meta.url), 'utf8')).trim();
}
