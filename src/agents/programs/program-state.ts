import { Failure } from '../../domain/failure.ts';
import type { ModelName, ProviderProtocol } from '../../domain/model.ts';
import { formatModelName } from '../../domain/model.ts';
import type { AgentNeeds, AgentState } from '../../ports/agent.ts';
import type { Models, ProviderState } from '../../ports/model.ts';
import type { FoundProgram, ProgramName, Programs } from '../../ports/programs.ts';

/** One program of another maker as an agent. */
export interface ProgramAgent {
  readonly name: 'claude-code' | 'codex' | 'gemini' | 'opencode';
  /** The program that is started; the one of the same name by default. */
  readonly program?: ProgramName;
  /** As people call it. */
  readonly title: string;
  readonly protocol: ProviderProtocol;
  /** Asked where no model is named. */
  readonly provider: string;
}

export interface ProgramTools {
  readonly programs: Programs;
  readonly models: Pick<Models, 'providers'>;
}

/** @throws Failure (configuration) when it is not installed. */
export async function findProgram(
  { programs }: ProgramTools,
  { name, title, program = name }: Pick<ProgramAgent, 'name' | 'title' | 'program'>,
): Promise<FoundProgram> {
  const found = await programs.find(program);
  if (found !== undefined) return found;
  throw new Failure(
    'configuration',
    {
      what: `${title} is not installed.`,
      why: `The agent ${name} starts it, and it is not on your PATH.`,
      fix: `${programs.howToGet(program)} Where it lies elsewhere, say so with agent.programs.${program}.`,
    },
    { facts: { fault: 'not-installed' } },
  );
}

/** @throws Failure (configuration) when it cannot work here. */
export async function programNeeds(tools: ProgramTools, agent: ProgramAgent, model: ModelName | undefined): Promise<AgentNeeds> {
  const { readable } = await findProgram(tools, agent);
  return { readable, providers: [usableProvider(tools, agent, model).name], network: [] };
}

export async function programState(tools: ProgramTools, agent: ProgramAgent, model: ModelName | undefined): Promise<AgentState> {
  const { name, title } = agent;
  let installed: AgentState['installed'] = { kind: 'missing' };
  try {
    const { path, version } = await findProgram(tools, agent);
    installed = { kind: 'found', path, version };
    const provider = usableProvider(tools, agent, model);
    const key = provider.key === 'none-needed' ? 'which needs no key' : `with the key of ${provider.keyVariable ?? 'its file'}`;
    return { name, installed, usable: true, detail: `${title} ${version} asks ${provider.name}, ${key}.`, fix: '' };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const { what, why, fix } = error.text;
    return { name, installed, usable: false, detail: installed.kind === 'missing' ? `${what} ${why}` : what, fix };
  }
}

/** @throws Failure (configuration) when the provider is not configured, has no key, or speaks what the program does not. */
function usableProvider(
  { models }: ProgramTools,
  { name, title, protocol, provider }: ProgramAgent,
  model: ModelName | undefined,
): ProviderState {
  const wanted = model?.provider ?? provider;
  const known = models.providers().find((one) => one.name === wanted);
  if (known === undefined) {
    throw new Failure(
      'configuration',
      {
        what: `The provider ${wanted} is not configured.`,
        why: `The agent ${name} is to ask it${model === undefined ? '' : ` for ${formatModelName(model)}`}.`,
        fix: `Name a provider that is, or add it to models.providers.`,
      },
      { facts: { fault: 'unknown-model' } },
    );
  }
  if (known.protocol !== protocol) {
    throw new Failure(
      'configuration',
      {
        what: `${title} cannot ask the provider ${wanted}.`,
        why: `It speaks the protocol ${protocol}, and ${wanted} speaks ${known.protocol}.`,
        fix: `Take a model of another provider, or the agent \`model\`, which speaks all of them.`,
      },
      { facts: { fault: 'unknown-model' } },
    );
  }
  if (known.key !== 'missing') return known;
  throw new Failure(
    'configuration',
    {
      what: `There is no key for ${wanted}.`,
      why: `${title} asks its models through Miyabi, which puts the key in; what the program itself is signed in with never enters a world.`,
      fix: known.keyVariable === undefined ? `Write the key into the file of models.providers.${wanted}.` : `Set ${known.keyVariable}.`,
    },
    { facts: { fault: 'no-key' } },
  );
}
