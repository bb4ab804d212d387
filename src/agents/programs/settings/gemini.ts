import { join } from 'node:path';
import type { ModelSettings } from '../../../domain/world.ts';
import type { AgentTask } from '../../../ports/agent.ts';
import type { ProgramSettings } from '../../acp/program.ts';
import { gatewayOf } from '../gateway-of.ts';

/**
 * What Gemini CLI is told, by the settings of its user, whose home is that of the world. Those of the system would come after those of the
 * repository, but are read only where root alone can write. The folder is not trusted, so that the repository's settings are not read at all: they
 * can forbid tools, start servers and send reports. It asks before each edit then, and is answered.
 */
export function geminiSettings(task: AgentTask, { model }: ModelSettings): ProgramSettings {
  const path = join(task.environment['HOME'] ?? task.contextDirectory, '.gemini/settings.json');
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
    },
    files: [{ path, text: `${JSON.stringify(settings, null, 2)}\n` }],
  };
}
