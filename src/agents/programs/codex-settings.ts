import { join } from 'node:path';
import type { ModelName } from '../../domain/model.ts';
import type { ModelSettings } from '../../domain/world.ts';
import type { AgentTask } from '../../ports/agent.ts';
import type { FoundProgram } from '../../ports/programs.ts';
import { gatewayOf } from './gateway-of.ts';

/** Where Codex keeps what it is told and what it remembers: in the world's home. It takes no folder below the one for temporary files. */
export function codexHome({ environment, contextDirectory }: AgentTask): string {
  return join(environment['HOME'] ?? contextDirectory, '.codex');
}

export function codexEnvironment(task: AgentTask): Readonly<Record<string, string>> {
  return {
    ...task.environment,
    CODEX_HOME: codexHome(task),
    OPENAI_API_KEY: task.environment['OPENAI_API_KEY'] ?? 'held-by-miyabi',
  };
}

/** The text of its `config.toml`. A repository's `.codex` is not read, since nobody has told it to trust the repository. */
export function codexConfiguration(task: AgentTask, model: ModelName | undefined): string {
  const named = model === undefined ? '' : `model = ${JSON.stringify(model.model)}\n`;
  return `model_provider = "miyabi"
${named}check_for_update_on_startup = false
# The provider would read the web for it, past the walls and uncounted.
web_search = "disabled"

[model_providers.miyabi]
name = "Miyabi"
base_url = ${JSON.stringify(gatewayOf(task, model?.provider ?? 'openai'))}
env_key = "OPENAI_API_KEY"
wire_api = "responses"
supports_websockets = false
# Each request is asked again on its way already; what is left is a stream that broke off halfway.
request_max_retries = 0
stream_max_retries = 2
# A request may have to wait for its turn at the provider.
stream_idle_timeout_ms = ${Math.ceil(task.timeoutMs)}

# These ask addresses beside the model.
[features]
plugins = false
apps = false
remote_plugin = false

[analytics]
enabled = false

[otel]
exporter = "none"
`;
}

/**
 * The command line. The prompt goes to its input.
 *
 * Within walls its own sandbox is off: bubblewrap cannot be nested in them, and then every command fails without a word. In this mode it asks nobody for
 * permission; what its sandbox does not let it do fails.
 */
export function codexCommand(
  program: FoundProgram,
  { isWalled }: AgentTask,
  settings: ModelSettings,
  resume: string | undefined,
): readonly [string, ...string[]] {
  return [
    ...program.command,
    'exec',
    ...(resume === undefined ? [] : ['resume']),
    '--json',
    '--skip-git-repo-check',
    ...(isWalled ? ['--dangerously-bypass-approvals-and-sandbox'] : ['-c', 'sandbox_mode="workspace-write"']),
    ...(settings.effort === undefined ? [] : ['-c', `model_reasoning_effort=${JSON.stringify(settings.effort)}`]),
    ...(resume === undefined ? [] : [resume]),
    '-',
  ];
}
