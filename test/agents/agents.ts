import type { ProviderProtocol } from '../../src/domain/model.ts';
import type { AgentName } from '../../src/domain/world.ts';
import type { ProgramName } from '../../src/ports/programs.ts';
import type { ScriptedCall, ScriptedRequest } from '../support/scripted-provider/scripted-provider.ts';

/** One way of driving one program. */
export interface Driven {
  readonly title: string;
  readonly agent: AgentName;
  readonly through: 'own' | 'acp';
  /** What is started; all of these are installed. */
  readonly programs: readonly ProgramName[];
  readonly protocol: ProviderProtocol;
  /** As `<provider>/<model>`; one whose price is known. */
  readonly model: string;
  /** Changes `- ` to `+ ` in a file of the world, by the tools of the program, a turn each. */
  readonly edit: ReadonlyArray<(file: string) => ScriptedCall>;
  /** Something that has to be allowed first; undefined where the program asks for nothing within walls. */
  readonly ask: ((file: string) => ScriptedCall) | undefined;
}

const from = 'return a - b;';
const to = 'return a + b;';
const mended = `sed -i 's/a - b/a + b/' src/add.js`;
const reachesOut = 'curl -s http://outside.example/';

const claude = {
  agent: 'claude-code',
  protocol: 'anthropic',
  model: 'anthropic/claude-opus-5-5',
  edit: [
    (file_path: string) => ({ tool: 'Read', input: { file_path } }),
    (file_path: string) => ({ tool: 'Edit', input: { file_path, old_string: from, new_string: to } }),
  ],
  ask: () => ({ tool: 'Bash', input: { command: reachesOut, description: 'asks outside' } }),
} as const;

const codex = {
  agent: 'codex',
  protocol: 'openai',
  model: 'openai/gpt-5.1-codex',
  edit: [() => ({ tool: 'exec_command', input: { cmd: mended } })],
  ask: undefined,
} as const;

export const driven: readonly Driven[] = [
  { ...claude, title: 'Claude Code', through: 'own', programs: ['claude-code'] },
  { ...claude, title: 'Claude Code', through: 'acp', programs: ['claude-code-acp', 'claude-code'] },
  { ...codex, title: 'Codex', through: 'own', programs: ['codex'] },
  { ...codex, title: 'Codex', through: 'acp', programs: ['codex-acp', 'codex'] },
  {
    title: 'OpenCode',
    agent: 'opencode',
    through: 'acp',
    programs: ['opencode'],
    protocol: 'anthropic',
    model: 'anthropic/claude-opus-5-5',
    edit: [
      (filePath) => ({ tool: 'read', input: { filePath } }),
      (filePath) => ({ tool: 'edit', input: { filePath, oldString: from, newString: to } }),
    ],
    ask: () => ({ tool: 'bash', input: { command: reachesOut, description: 'asks outside' } }),
  },
  {
    title: 'Gemini CLI',
    agent: 'gemini',
    through: 'acp',
    programs: ['gemini'],
    protocol: 'google',
    model: 'google/gemini-2.5-flash',
    edit: [
      (file_path) => ({ tool: 'read_file', input: { file_path } }),
      (file_path) => ({
        tool: 'replace',
        input: { file_path, old_string: from, new_string: to, instruction: 'Add instead of subtracting.' },
      }),
    ],
    ask: () => ({ tool: 'run_shell_command', input: { command: reachesOut, description: 'asks outside' } }),
  },
];

/** The file of the world that is to be mended, as its program knows it: its prompt tells it its folder. */
export function fileToMend({ text }: ScriptedRequest): string {
  const [tree = '.'] = /\/[^\s"'`<>]*\/worlds\/[^/\s]+\/[^/\s]+\/[^/\s]+\/tree\b/.exec(text) ?? [];
  return `${tree}/src/add.js`;
}
