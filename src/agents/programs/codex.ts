import { join } from 'node:path';
import type { Agent, AgentReport, AgentTask } from '../../ports/agent.ts';
import type { AgentChoice } from '../../domain/world.ts';
import { tellsFailedTurns } from '../acp/program.ts';
import { runAcp } from '../acp/run-acp.ts';
import { Stopped } from '../acp/stopped.ts';
import { writeInside } from '../acp/write-inside.ts';
import { codexCommand, codexConfiguration, codexEnvironment, codexHome } from './codex-settings.ts';
import { readCodex } from './codex-stream.ts';
import type { ProgramAgent, ProgramTools } from './program-state.ts';
import { findProgram, programNeeds, programState } from './program-state.ts';
import { programPrompt } from './prompt.ts';
import { runProgram } from './run-program.ts';

const codex: ProgramAgent = { name: 'codex', title: 'Codex', protocol: 'openai', provider: 'openai' };
const byProtocol: ProgramAgent = { ...codex, program: 'codex-acp', title: 'The adapter of Codex' };

type CodexChoice = Extract<AgentChoice, { readonly through: unknown }>;

/** Codex, by its own JSON mode or by the Agent Client Protocol. What it costs it does not say. */
export function createCodexAgent(tools: ProgramTools): Agent {
  return {
    name: 'codex',
    async needs(choice) {
      const { through, model } = own(choice);
      return await programNeeds(tools, through === 'acp' ? byProtocol : codex, model);
    },
    async run(task) {
      const choice = own(task.choice);
      return choice.through === 'acp' ? await runByProtocol(tools, task, choice) : await runByItself(tools, task, choice);
    },
    state: async (model) => await programState(tools, codex, model),
  };
}

function own(choice: AgentChoice): CodexChoice {
  if (choice.name !== 'codex') throw new Error(`Codex was handed a choice of the agent ${choice.name}.`);
  return choice;
}

async function runByItself(tools: ProgramTools, task: AgentTask, choice: CodexChoice): Promise<AgentReport> {
  const program = await findProgram(tools, codex);
  const prompt = await programPrompt(task, choice.prompt, true);
  try {
    await writeInside(task, configurationFile(task, choice));
  } catch (error) {
    if (error instanceof Stopped) return { end: task.signal.aborted ? { kind: 'cancelled' } : error.end, summary: '' };
    throw error;
  }
  return await runProgram(task, {
    title: codex.title,
    start: (resume) => ({
      command: codexCommand(program, task, choice, resume?.sessionId),
      env: codexEnvironment(task),
      prompt: resume?.prompt ?? prompt,
      reader: readCodex(task.directory, task.onEvent),
    }),
  });
}

async function runByProtocol(tools: ProgramTools, task: AgentTask, choice: CodexChoice): Promise<AgentReport> {
  const { command } = await findProgram(tools, byProtocol);
  return await runAcp(task, {
    name: 'codex-acp',
    command,
    environment: codexEnvironment(task),
    files: [configurationFile(task, choice)],
    isToldModel: true,
    isCounted: true,
    ...tellsFailedTurns,
  });
}

function configurationFile(task: AgentTask, { model }: CodexChoice): { readonly path: string; readonly text: string } {
  return { path: join(codexHome(task), 'config.toml'), text: codexConfiguration(task, model) };
}
