import { readFile } from 'node:fs/promises';
import type { PromptVariant } from '../../domain/world.ts';

/** What a model is told before everything else: how to work, and what is special about this world. */
export async function systemPrompt(variant: PromptVariant): Promise<string> {
  const [common, own] = await Promise.all([prompt('system'), prompt(variant)]);
  return `${common}\n\n${own}`;
}

async function prompt(name: 'system' | PromptVariant): Promise<string> {
  return (await readFile(new URL(`./prompts/${name}.md`, import.meta.url), 'utf8')).trim();
}
