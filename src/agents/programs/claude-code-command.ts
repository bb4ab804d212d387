import { toUsd } from '../../domain/money.ts';
import type { AgentTask } from '../../ports/agent.ts';
import type { ModelSettings } from '../../domain/world.ts';
import type { FoundProgram } from '../../ports/programs.ts';
import { gatewayOf } from './gateway-of.ts';

/** The session to begin, or to take up again. */
export type ClaudeSession = { readonly begin: string } | { readonly resume: string };

/**
 * Tools that are no use in a world, or would lead the work out of it: the search goes to the provider, who reads the web for it, past the walls
 * and uncounted; what is fetched would be, too, where there is no network; another worktree is not read when the work is done.
 */
const withheld = ['WebSearch', 'WebFetch', 'EnterWorktree'];

/**
 * Settings that are read: the user's, and those lie in the world's own home, so none. The repository's `.claude/settings.json` can do more than
 * its code can: it names another address for the model, forbids tools, and starts hooks before anything else. So can its `.mcp.json`. Its
 * CLAUDE.md is not read either then, and is told in the prompt.
 */
const settingSources = ['user'];

/** The same for a session by the Agent Client Protocol, as the adapter hands it on. */
export const claudeCodeSession: Readonly<Record<string, unknown>> = {
  claudeCode: { options: { settingSources, strictMcpConfig: true, disallowedTools: withheld, promptSuggestions: false } },
};

/** The command line. The prompt goes to its input. */
export function claudeCodeCommand(
  program: FoundProgram,
  task: AgentTask,
  settings: ModelSettings,
  session: ClaudeSession,
): readonly [string, ...string[]] {
  const { costMicroUsd } = task.bounds;
  return [
    ...program.command,
    '--print',
    '--output-format',
    'stream-json',
    '--verbose',
    '--setting-sources',
    settingSources.join(','),
    '--strict-mcp-config',
    '--permission-mode',
    mayDoAll(task) ? 'bypassPermissions' : 'acceptEdits',
    '--disallowedTools',
    withheld.join(','),
    ...('begin' in session ? ['--session-id', session.begin] : ['--resume', session.resume]),
    ...(settings.model === undefined ? [] : ['--model', settings.model.model]),
    ...(settings.effort === undefined ? [] : ['--effort', settings.effort]),
    // By its own prices; ours are what counts. It takes no 0, and then nothing is let through anyway.
    ...(Number.isFinite(costMicroUsd) && costMicroUsd > 0 ? ['--max-budget-usd', String(toUsd(costMicroUsd))] : []),
  ];
}

export function claudeCodeEnvironment(task: AgentTask, settings: ModelSettings): Readonly<Record<string, string>> {
  const { environment, timeoutMs } = task;
  return {
    ...environment,
    ANTHROPIC_BASE_URL: gatewayOf(task, settings.model?.provider ?? 'anthropic'),
    ANTHROPIC_API_KEY: environment['ANTHROPIC_API_KEY'] ?? 'held-by-miyabi',
    CLAUDE_CONFIG_DIR: `${environment['HOME'] ?? task.contextDirectory}/.claude`,
    // Where walls stand around it, root may go without questions too.
    ...(mayDoAll(task) ? { IS_SANDBOX: '1' } : {}),
    DISABLE_AUTOUPDATER: '1',
    DISABLE_TELEMETRY: '1',
    DISABLE_ERROR_REPORTING: '1',
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    // Each request is asked again on its way already; what is left is a stream that broke off halfway.
    CLAUDE_CODE_MAX_RETRIES: '2',
    // Of one answer. What it would ask for by itself (up to 128,000) is what has to be reserved before each call: more than a run's whole budget.
    CLAUDE_CODE_MAX_OUTPUT_TOKENS: '16000',
    // A request may have to wait for its turn at the provider.
    API_TIMEOUT_MS: String(Math.ceil(timeoutMs)),
  };
}

/** Without walls, or where somebody wants to be asked, it edits files and is refused what it would have to ask for: nobody is there to answer. */
function mayDoAll({ isWalled, permissions }: AgentTask): boolean {
  return isWalled && permissions === 'allow';
}
