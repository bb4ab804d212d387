import type { ProgramName } from '../../ports/programs.ts';

/** What is known of a program before it is looked for. */
export interface KnownProgram {
  /** As it is called on a PATH. */
  readonly command: string;
  /** The package on npm that brings it. */
  readonly npm: string;
  /** The oldest that has every option and event that we use. */
  readonly least: string;
}

/**
 * Each was tried with the versions in `docs/agents-tested.md`. Older ones are taken down to the first in which what we need was found:
 * `--permission-mode`, `--max-budget-usd` and `--setting-sources` of Claude Code, `exec --json` with `wire_api = "responses"` of Codex, the
 * Agent Client Protocol in its first version of the others.
 */
export const knownPrograms: Readonly<Record<ProgramName, KnownProgram>> = {
  'claude-code': { command: 'claude', npm: '@anthropic-ai/claude-code', least: '2.1.0' },
  codex: { command: 'codex', npm: '@openai/codex', least: '0.100.0' },
  opencode: { command: 'opencode', npm: 'opencode-ai', least: '1.0.0' },
  gemini: { command: 'gemini', npm: '@google/gemini-cli', least: '0.30.0' },
  'claude-code-acp': { command: 'claude-agent-acp', npm: '@agentclientprotocol/claude-agent-acp', least: '0.49.0' },
  'codex-acp': { command: 'codex-acp', npm: '@agentclientprotocol/codex-acp', least: '2.0.0' },
};
