import { spawn } from '@lydell/node-pty';
import headless from '@xterm/headless';
import { compileCache } from './compile-cache.ts';
import { launcher } from './launcher.ts';

/** A program in a terminal of its own, and what is to be seen there. */
export interface Pty extends AsyncDisposable {
  /** The lines of the screen and of what was scrolled off it, without spaces at their ends. */
  lines(): Promise<readonly string[]>;
  /** Resolves with all that is to be seen as soon as it matches. Rejects where the program ends without. */
  until(pattern: RegExp): Promise<string>;
  type(keys: string): void;
  resize(columns: number, rows: number): void;
  /** Everything the terminal was sent. */
  sent(): string;
  readonly ended: Promise<number>;
  readonly pid: number;
}

export interface PtyOptions {
  readonly cwd: string;
  readonly columns?: number;
  readonly rows?: number;
  readonly env: Readonly<Record<string, string>>;
}

/** Starts any program in a terminal. */
export function openPty(program: string, args: readonly string[], { cwd, columns = 80, rows = 24, env }: PtyOptions): Pty {
  const screen = new headless.Terminal({ cols: columns, rows, scrollback: 5_000, allowProposedApi: true });
  const child = spawn(program, [...args], { name: 'xterm-256color', cols: columns, rows, cwd, env });
  let sent = '';
  let isOver = false;
  let changed = Promise.withResolvers<void>();
  let written = Promise.resolve();
  const tell = (): void => {
    changed.resolve();
    changed = Promise.withResolvers();
  };
  child.onData((data) => {
    sent += data;
    written = new Promise((resolve) => {
      screen.write(data, () => {
        resolve();
        tell();
      });
    });
  });
  const ended = new Promise<number>((resolve) => {
    child.onExit(({ exitCode }) => {
      isOver = true;
      resolve(exitCode);
      tell();
    });
  });
  const lines = async (): Promise<readonly string[]> => {
    await written;
    const { active } = screen.buffer;
    return Array.from({ length: active.length }, (_, index) => active.getLine(index)?.translateToString(true) ?? '');
  };
  return {
    lines,
    async until(pattern) {
      for (;;) {
        const next = changed.promise;
        const seen = (await lines()).join('\n');
        if (pattern.test(seen)) return seen;
        if (isOver) throw new Error(`it ended, and ${String(pattern)} was not to be seen:\n${seen}`);
        await next;
      }
    },
    type: (keys) => child.write(keys),
    resize: (newColumns, newRows) => {
      child.resize(newColumns, newRows);
      screen.resize(newColumns, newRows);
    },
    sent: () => sent,
    ended,
    pid: child.pid,
    async [Symbol.asyncDispose]() {
      if (!isOver) child.kill('SIGKILL');
      await ended;
      screen.dispose();
    },
  };
}

/** Starts miyabi in a terminal, with its own state folder and nothing of this shell's settings. */
export function miyabiInPty(
  here: { readonly project: string; readonly state: string },
  args: readonly string[],
  options: { readonly columns?: number; readonly rows?: number; readonly env?: Readonly<Record<string, string>> } = {},
): Pty {
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: here.state,
    TERM: 'xterm-256color',
    LANG: 'C.UTF-8',
    XDG_CONFIG_HOME: here.state,
    ...compileCache,
    ...options.env,
  };
  return openPty(process.execPath, [launcher, '--state', here.state, ...args], { ...options, cwd: here.project, env });
}
