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
 * Each was tried in the version that `docs/agents-tested.md` tells. Below that, down to the oldest in which what we need was found:
 * `--effort`, `--max-budget-usd` and `--setting-sources` of Claude Code, `exec --json` of Codex, `--acp` of Gemini CLI. The first ones of
 * Claude's adapter do not tell their version.
 */
export const knownPrograms: Readonly<Record<ProgramName, KnownProgram>> = {
  'claude-code': { command: 'claude', npm: '@anthropic-ai/claude-code', least: '2.1.40' },
  codex: { command: 'codex', npm: '@openai/codex', least: '0.100.0' },
  opencode: { command: 'opencode', npm: 'opencode-ai', least: '1.0.0' },
  gemini: { command: 'gemini', npm: '@google/gemini-cli', least: '0.40.0' },
  'claude-code-acp': { command: 'claude-agent-acp', npm: '@agentclientprotocol/claude-agent-acp', least: '0.100.0' },
  'codex-acp': { command: 'codex-acp', npm: '@agentclientprotocol/codex-acp', least: '2.0.0' },
};
