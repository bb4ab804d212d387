import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AgentName } from '../../src/domain/world.ts';
import type { Agent, AgentReport, AgentTask } from '../../src/ports/agent.ts';

/** Replaces words in a file, as a task says it: `replace "colour" by "color" in src/paint.js`. */
export function createReplaceAgent(name: AgentName): Agent {
  return {
    name,
    needs: async () => ({ readable: [], providers: [], network: [] }),
    run: replace,
    state: async () => ({ name, installed: { kind: 'built-in' }, usable: true, detail: 'replaces words', fix: '' }),
  };
}

async function replace({ directory, instructions, onEvent }: AgentTask): Promise<AgentReport> {
  const asked = /replace "([^"]+)" by "([^"]*)" in ([\w-]+(?:[./][\w-]+)*)/.exec(instructions);
  if (asked === null) return nothing('The task names no words to replace.');
  const [, from = '', to = '', file = ''] = asked;
  const path = join(directory, file);
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text?.includes(from) !== true) return nothing(`There is no "${from}" in ${file}.`);
  await writeFile(path, text.replaceAll(from, to));
  onEvent({ type: 'edited', path: file });
  return { end: { kind: 'finished' }, summary: `Replaced "${from}" by "${to}" in ${file}.` };
}

function nothing(reason: string): AgentReport {
  return { end: { kind: 'nothing-to-offer', reason }, summary: '' };
}
