import { existsSync, realpathSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { Failure } from '../../domain/failure.ts';
import type { ModelName } from '../../domain/model.ts';
import type { AgentChoice } from '../../domain/world.ts';
import type { Agent, AgentState, AgentTask } from '../../ports/agent.ts';
import type { ProviderState } from '../../ports/model.ts';
import { findProgram, programNeeds, programState } from '../programs/program-state.ts';
import type { ProgramAgent, ProgramTools } from '../programs/program-state.ts';
import { geminiSettings } from '../programs/settings/gemini.ts';
import { opencodeSettings } from '../programs/settings/opencode.ts';
import { runAcp } from './run-acp.ts';

type Named<Name extends AgentChoice['name']> = AgentChoice & { readonly name: Name };

const gemini: ProgramAgent = { name: 'gemini', title: 'Gemini CLI', protocol: 'google', provider: 'google' };
const opencode = { name: 'opencode', title: 'OpenCode' } as const;

/** The agents that are driven by the Agent Client Protocol and by nothing else. */
export function createAcpAgents(tools: ProgramTools): Readonly<Record<'acp' | 'opencode' | 'gemini', Agent>> {
  return { acp: createAcpAgent(), opencode: createOpencodeAgent(tools), gemini: createGeminiAgent(tools) };
}

/** @throws Error for a choice of another agent, which is a defect of the caller. */
function chosen<Name extends AgentChoice['name']>(choice: AgentChoice, name: Name): Named<Name> {
  if (choice.name !== name) throw new Error(`The agent ${name} was handed a choice of the agent ${choice.name}.`);
  return choice as Named<Name>;
}

/** Any program that speaks the protocol, by its command line. */
function createAcpAgent(): Agent {
  return {
    name: 'acp',
    async needs(choice) {
      const { command, providers } = chosen(choice, 'acp');
      return { readable: visible(command), providers, network: [] };
    },
    async run(task) {
      const { command, providers } = chosen(task.choice, 'acp');
      const name = command[0].split('/').at(-1) ?? command[0];
      return await runAcp(task, { name, command, environment: {}, files: [], isToldModel: false, isCounted: providers.length > 0 });
    },
    state: async () => ({
      name: 'acp',
      installed: { kind: 'built-in' },
      usable: true,
      detail: "any program that speaks the Agent Client Protocol, such as --agent 'acp:goose acp'",
      fix: '',
    }),
  };
}

/** Files of the machine on a command line, and of those that npm has installed all that they may load; the rest is for `sandbox.readable`. */
function visible(command: readonly string[]): readonly string[] {
  const files = command.filter((word) => isAbsolute(word) && existsSync(word)).flatMap((path) => [path, realpathSync(path)]);
  const modules = files.flatMap((path) => /^.*?\/node_modules(?=\/)/.exec(path)?.[0] ?? []);
  return [...new Set([...files, ...modules])];
}

function createGeminiAgent(tools: ProgramTools): Agent {
  return {
    name: 'gemini',
    needs: async (choice) => await programNeeds(tools, gemini, chosen(choice, 'gemini').model),
    async run(task) {
      const choice = chosen(task.choice, 'gemini');
      const { command } = await findProgram(tools, gemini);
      const { arguments: more, environment, files } = geminiSettings(task, choice);
      return await runAcp(task, {
        name: gemini.title,
        command: [...command, '--acp', ...more],
        environment,
        files,
        isToldModel: true,
        isCounted: true,
      });
    },
    state: async (model) => await programState(tools, gemini, model),
  };
}

function createOpencodeAgent(tools: ProgramTools): Agent {
  return {
    name: 'opencode',
    async needs(choice) {
      const { readable } = await findProgram(tools, opencode);
      const providers = usableProviders(tools, chosen(choice, 'opencode').model);
      return { readable, providers: providers.map(({ name }) => name), network: [] };
    },
    async run(task: AgentTask) {
      const choice = chosen(task.choice, 'opencode');
      const { command } = await findProgram(tools, opencode);
      const { arguments: more, environment, files } = opencodeSettings(task, choice, usableProviders(tools, choice.model));
      return await runAcp(task, {
        name: opencode.title,
        command: [...command, 'acp', ...more],
        environment,
        files,
        isToldModel: true,
        isCounted: true,
      });
    },
    state: async (model) => await opencodeState(tools, model),
  };
}

async function opencodeState(tools: ProgramTools, model: ModelName | undefined): Promise<AgentState> {
  const { name, title } = opencode;
  let installed: AgentState['installed'] = { kind: 'missing' };
  try {
    const { path, version } = await findProgram(tools, opencode);
    installed = { kind: 'found', path, version };
    const names = usableProviders(tools, model).map((provider) => provider.name);
    return { name, installed, usable: true, detail: `${title} ${version} asks ${names.join(', ')}.`, fix: '' };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const { what, why, fix } = error.text;
    return { name, installed, usable: false, detail: installed.kind === 'missing' ? `${what} ${why}` : what, fix };
  }
}

/**
 * It speaks whatever a provider speaks: the one of the model, and without a model all that there is a key for.
 * @throws Failure (configuration) when there is none.
 */
function usableProviders({ models }: ProgramTools, model: ModelName | undefined): readonly ProviderState[] {
  const known = models.providers();
  const wanted = model === undefined ? known : known.filter(({ name }) => name === model.provider);
  const usable = wanted.filter(({ key }) => key !== 'missing');
  if (usable.length > 0) return usable;
  const which = model === undefined ? 'any provider' : model.provider;
  const [first] = wanted;
  const isUnknown = model !== undefined && first === undefined;
  throw new Failure(
    'configuration',
    isUnknown
      ? {
          what: `The provider ${which} is not configured.`,
          why: 'OpenCode is to ask it.',
          fix: 'Name a provider that is, or add it to models.providers.',
        }
      : {
          what: `There is no key for ${which}.`,
          why: 'OpenCode asks its models through Miyabi, which puts the key in; what it is signed in with itself never enters a world.',
          fix: first?.keyVariable === undefined ? 'Set the key of a provider.' : `Set ${first.keyVariable}.`,
        },
    { facts: { fault: isUnknown ? 'unknown-model' : 'no-key' } },
  );
}
