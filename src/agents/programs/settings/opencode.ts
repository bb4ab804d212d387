import { join } from 'node:path';
import type { ModelSettings } from '../../../domain/world.ts';
import type { ProviderProtocol } from '../../../domain/model.ts';
import { formatModelName } from '../../../domain/model.ts';
import type { AgentTask } from '../../../ports/agent.ts';
import type { ProviderState } from '../../../ports/model.ts';
import type { ProgramSettings } from '../../acp/program.ts';
import { gatewayOf } from '../gateway-of.ts';

/** Packages that OpenCode brings itself, and what they want behind the address of the gateway. */
const packages: Readonly<Record<ProviderProtocol, { readonly npm: string; readonly version: string }>> = {
  anthropic: { npm: '@ai-sdk/anthropic', version: '/v1' },
  openai: { npm: '@ai-sdk/openai', version: '' },
  'openai-chat': { npm: '@ai-sdk/openai-compatible', version: '' },
  google: { npm: '@ai-sdk/google', version: '/v1beta' },
};

/**
 * What OpenCode is told. Its configuration is handed over in the environment, where it comes after every file; those of the repository are not
 * read at all: they can name another address for the model, forbid tools, and load plugins.
 *
 * @param providers those that the world has a way to.
 */
export function opencodeSettings(task: AgentTask, { model }: ModelSettings, providers: readonly ProviderState[]): ProgramSettings {
  const asks = task.permissions === 'allow' ? 'allow' : 'ask';
  const configuration = {
    autoupdate: false,
    share: 'disabled',
    // It would copy the checkout into a repository of its own, at every step.
    snapshot: false,
    lsp: false,
    formatter: false,
    // A title would cost a call of the model.
    agent: { title: { disable: true } },
    enabled_providers: providers.map(({ name }) => name),
    ...(model === undefined ? {} : { model: formatModelName(model), small_model: formatModelName(model) }),
    // What it fetches would go past the walls where there are none.
    permission: { edit: asks, bash: asks, webfetch: 'deny', websearch: 'deny' },
    provider: Object.fromEntries(providers.map((provider) => [provider.name, providerOf(task, provider, model)])),
  };
  return {
    arguments: [],
    environment: {
      OPENCODE_CONFIG_CONTENT: JSON.stringify(configuration),
      OPENCODE_DISABLE_PROJECT_CONFIG: '1',
      OPENCODE_DISABLE_AUTOUPDATE: '1',
      OPENCODE_DISABLE_MODELS_FETCH: '1',
      OPENCODE_DISABLE_LSP_DOWNLOAD: '1',
      OPENCODE_DISABLE_DEFAULT_PLUGINS: '1',
      OPENCODE_DISABLE_SHARE: '1',
      OPENCODE_PURE: '1',
    },
    files: withoutInstallation(task),
  };
}

/**
 * Into the folder of its configuration it installs a library for plugins from the npm registry, which no setting forbids. It does not where the folder has
 * a lockfile that names it.
 */
function withoutInstallation({ environment, contextDirectory }: AgentTask): ProgramSettings['files'] {
  const folder = join(environment['XDG_CONFIG_HOME'] ?? join(environment['HOME'] ?? contextDirectory, '.config'), 'opencode');
  const lock = { lockfileVersion: 3, packages: { '': { dependencies: { '@opencode-ai/plugin': '*' } } } };
  return [
    { path: join(folder, 'node_modules/.package-lock.json'), text: '{}\n' },
    { path: join(folder, 'package-lock.json'), text: `${JSON.stringify(lock, null, 2)}\n` },
  ];
}

function providerOf(task: AgentTask, { name, protocol }: ProviderState, model: ModelSettings['model']): unknown {
  const { npm, version } = packages[protocol];
  return {
    npm,
    name,
    options: { baseURL: `${gatewayOf(task, name)}${version}`, apiKey: 'held-by-miyabi' },
    // A model that it has never heard of is asked for all the same.
    ...(model?.provider === name ? { models: { [model.model]: {} } } : {}),
  };
}
