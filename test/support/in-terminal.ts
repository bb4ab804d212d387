import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { compileCache } from './compile-cache.ts';
import { launcher } from './launcher.ts';

const terminal = fileURLToPath(new URL('./in-terminal.py', import.meta.url));

/** Why a test that needs a terminal is left out here; undefined where it is not. */
export function whyNoTerminal(): string | undefined {
  try {
    execFileSync('python3', ['-c', 'import pty, os; os.waitstatus_to_exitcode'], { stdio: 'ignore' });
    return undefined;
  } catch {
    return 'python3, which makes a terminal for them, is not there';
  }
}

export interface TerminalOptions {
  readonly columns: number;
  readonly rows: number;
  /** What is typed when something has been shown: first this, then that, and so on. */
  readonly answers?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs miyabi in a terminal of its own. @returns all that was sent to it. */
export async function inTerminal(
  here: { readonly project: string; readonly state: string },
  args: readonly string[],
  { columns, rows, answers = [], env = {} }: TerminalOptions,
): Promise<{ readonly code: number | undefined; readonly sent: string }> {
  const { exitCode, stdout } = await execa(
    'python3',
    [terminal, String(columns), String(rows), ...answers, '--', process.execPath, launcher, '--state', here.state, ...args],
    {
      cwd: here.project,
      env: {
        PATH: process.env['PATH'] ?? '',
        HOME: here.state,
        TERM: 'xterm-256color',
        LANG: 'C.UTF-8',
        XDG_CONFIG_HOME: here.state,
        ...compileCache,
        ...env,
      },
      extendEnv: false,
      reject: false,
    },
  );
  return { code: exitCode, sent: stdout.replaceAll('\r\n', '\n') };
}
