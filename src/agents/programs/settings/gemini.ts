import { join } from 'node:path';
import type { ModelSettings } from '../../../domain/world.ts';
import type { AgentTask } from '../../../ports/agent.ts';
import type { ProgramSettings } from '../../acp/program.ts';
import { gatewayOf } from '../gateway-of.ts';

/**
 * What Gemini CLI is told. The settings are handed over as those of the system, which come after those of the repository. It is told to trust
 * the folder: otherwise it does nothing without being asked, whatever the mode.
 */
export function geminiSettings(task: AgentTask, { model }: ModelSettings): ProgramSettings {
  const path = join(task.environment['HOME'] ?? task.contextDirectory, '.gemini/miyabi-settings.json');
  const settings = {
    general: { enableAutoUpdate: false, enableAutoUpdateNotification: false },
    privacy: { usageStatisticsEnabled: false },
    telemetry: { enabled: false },
    security: { auth: { selectedType: 'gemini-api-key', enforcedType: 'gemini-api-key' } },
    // The provider would read the web for it, past the walls and uncounted.
    tools: { exclude: ['google_web_search', 'web_fetch'] },
    hooksConfig: { enabled: false },
  };
  return {
    arguments: model === undefined ? [] : ['--model', model.model],
    environment: {
      GOOGLE_GEMINI_BASE_URL: gatewayOf(task, model?.provider ?? 'google'),
      GEMINI_API_KEY: task.environment['GEMINI_API_KEY'] ?? 'held-by-miyabi',
      GEMINI_CLI_TRUST_WORKSPACE: 'true',
      GEMINI_CLI_SYSTEM_SETTINGS_PATH: path,
    },
    files: [{ path, text: `${JSON.stringify(settings, null, 2)}\n` }],
  };
}
