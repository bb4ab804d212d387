import { randomUUID } from 'node:crypto';
import type { AgentChoice } from '../../domain/world.ts';
import type { Agent, AgentReport, AgentTask } from '../../ports/agent.ts';
import { runAcp } from '../acp/run-acp.ts';
import { claudeCodeCommand, claudeCodeEnvironment, claudeCodeSession } from './claude-code-command.ts';
import { readClaudeCode } from './claude-code-stream.ts';
import type { ProgramAgent, ProgramTools } from './program-state.ts';
import { findProgram, programNeeds, programState } from './program-state.ts';
import { programPrompt } from './prompt.ts';
import { runProgram } from './run-program.ts';

const claudeCode: ProgramAgent = { name: 'claude-code', title: 'Claude Code', protocol: 'anthropic', provider: 'anthropic' };
const byProtocol: ProgramAgent = { ...claudeCode, program: 'claude-code-acp', title: 'The adapter of Claude Code' };

type ClaudeChoice = Extract<AgentChoice, { readonly through: unknown }>;

/**
 * Claude Code, by its own JSON mode, which tells budget, denials and the reason of its end; or by the Agent Client Protocol, which lets a person
 * be asked for permission.
 */
export function createClaudeCodeAgent(tools: ProgramTools): Agent {
  return {
    name: 'claude-code',
    async needs(choice) {
      const { through, model } = own(choice);
      return await programNeeds(tools, through === 'acp' ? byProtocol : claudeCode, model);
    },
    async run(task) {
      const choice = own(task.choice);
      return choice.through === 'acp' ? await runByProtocol(tools, task, choice) : await runByItself(tools, task, choice);
    },
    state: async (model) => await programState(tools, claudeCode, model),
  };
}

function own(choice: AgentChoice): ClaudeChoice {
  if (choice.name !== 'claude-code') throw new Error(`Claude Code was handed a choice of the agent ${choice.name}.`);
  return choice;
}

async function runByItself(tools: ProgramTools, task: AgentTask, choice: ClaudeChoice): Promise<AgentReport> {
  const program = await findProgram(tools, claudeCode);
  const prompt = await programPrompt(task, choice.prompt, false);
  const begin = randomUUID();
  return await runProgram(task, {
    title: claudeCode.title,
    start: (resume) => ({
      command: claudeCodeCommand(program, task, choice, resume === undefined ? { begin } : { resume: resume.sessionId }),
      env: claudeCodeEnvironment(task, choice),
      prompt: resume?.prompt ?? prompt,
      reader: readClaudeCode(task.directory, task.onEvent),
    }),
  });
}

async function runByProtocol(tools: ProgramTools, task: AgentTask, choice: ClaudeChoice): Promise<AgentReport> {
  const { command } = await findProgram(tools, byProtocol);
  const { model } = choice;
  return await runAcp(task, {
    name: 'claude-code-acp',
    command,
    environment: { ...claudeCodeEnvironment(task, choice), ...(model === undefined ? {} : { ANTHROPIC_MODEL: model.model }) },
    files: [],
    isToldModel: true,
    isCounted: true,
    sessionMeta: claudeCodeSession,
  });
}
