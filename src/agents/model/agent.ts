import { Failure } from '../../domain/failure.ts';
import { formatModelName } from '../../domain/model.ts';
import type { ModelName } from '../../domain/model.ts';
import type { Agent } from '../../ports/agent.ts';
import type { Models, ProviderState } from '../../ports/model.ts';

export interface ModelAgentOptions {
  readonly models: Models;
  /** What a conversation may grow to, in tokens, before what is oldest in it is shortened at about seven tenths of it. */
  readonly windowTokens?: number;
}

/** A language model with a few tools, in a loop of our own: works with every provider that is configured, and installs nothing. */
export function createModelAgent({ models, windowTokens = 128_000 }: ModelAgentOptions): Agent {
  return {
    name: 'model',
    async needs(choice) {
      if (choice.name !== 'model') throw new Error(`The agent model was handed a choice of the agent ${choice.name}.`);
      const obstacle = obstacleOf(models.providers(), choice.model);
      if (obstacle !== undefined) throw new Failure('configuration', obstacle, { facts: { model: formatModelName(choice.model) } });
      return { readable: [], providers: [], network: [] };
    },
    async run(task) {
      // The AI SDK is loaded when it is needed: every command would wait for it.
      const { work } = await import('./work.ts');
      return await work({ models, windowTokens }, task);
    },
    async state(model) {
      const common = { name: 'model', installed: { kind: 'built-in' } } as const;
      const providers = models.providers();
      if (model !== undefined) {
        const obstacle = obstacleOf(providers, model);
        if (obstacle === undefined) return { ...common, usable: true, detail: `any task, by ${formatModelName(model)}`, fix: '' };
        return { ...common, usable: false, detail: `${obstacle.what} ${obstacle.why}`, fix: obstacle.fix };
      }
      const ready = providers.filter(({ key }) => key !== 'missing').map(({ name }) => name);
      if (ready.length > 0) return { ...common, usable: true, detail: `any task; a key is there for ${ready.join(', ')}`, fix: '' };
      return {
        ...common,
        usable: false,
        detail: 'no provider of models has a key',
        fix: 'Set ANTHROPIC_API_KEY, OPENAI_API_KEY or GEMINI_API_KEY.',
      };
    },
  };
}

function obstacleOf(providers: readonly ProviderState[], model: ModelName) {
  const provider = providers.find(({ name }) => name === model.provider);
  const what = `The model ${formatModelName(model)} cannot be asked.`;
  if (provider === undefined) {
    const names = providers.map(({ name }) => name).join(', ');
    return {
      what,
      why: `There is no provider ${model.provider}; there are: ${names}.`,
      fix: `Name one of these, or describe ${model.provider} in \`models.providers\` of your configuration.`,
    };
  }
  if (provider.key !== 'missing') return undefined;
  const where =
    provider.keyVariable === undefined ? 'a file that `models.providers` names' : `the environment variable ${provider.keyVariable}`;
  const { problem } = provider;
  if (problem !== undefined) return { what, why: `${problem.what} ${problem.why}`, fix: problem.fix };
  return { what, why: `There is no key for ${provider.name}.`, fix: `Put the key into ${where}.` };
}
