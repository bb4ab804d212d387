import { spawn } from 'node:child_process';
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import type { Editors, EditEnd } from '../../ports/editors.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** How long VS Code may take to list its extensions, in ms. */
const patienceMs = 10_000;
/** What is read of its list, in characters. */
const mostListed = 200_000;

/**
 * Editors as the person has them. They are no programs of ours: they get the terminal and the whole environment, and Ctrl-C there is theirs.
 */
export function ownEditors(environment: Environment): Editors {
  const env = environment as NodeJS.ProcessEnv;
  return {
    isThere: async (program) => await isOnPath(environment['PATH'] ?? '', program),
    extensions: async () => await listExtensions(env),
    open: async (command, path) =>
      await new Promise<EditEnd>((resolve) => {
        // As git does with its core.editor: the path is an argument and is never read by the shell.
        const child = spawn('/bin/sh', ['-c', `${command} "$1"`, 'editor', path], { stdio: 'inherit', env });
        const ignore = (): void => undefined;
        process.on('SIGINT', ignore);
        child.once('error', (error) => {
          process.off('SIGINT', ignore);
          resolve({ kind: 'not-started', reason: error.message });
        });
        child.once('exit', (code) => {
          process.off('SIGINT', ignore);
          resolve(endOf(code));
        });
      }),
  };
}

/** 126 and 127 are a shell's way to say that there is no such program. */
function endOf(code: number | null): EditEnd {
  if (code === 0) return { kind: 'closed' };
  if (code === 127 || code === 126) return { kind: 'not-started', reason: 'there is no such program' };
  return { kind: 'failed', code: code ?? -1 };
}

async function isOnPath(path: string, program: string): Promise<boolean> {
  for (const folder of path.split(delimiter).filter((one) => one !== '')) {
    const found = await access(join(folder, program), constants.X_OK).then(
      () => true,
      () => false,
    );
    if (found) return true;
  }
  return false;
}

async function listExtensions(env: NodeJS.ProcessEnv): Promise<readonly string[]> {
  return await new Promise((resolve) => {
    const child = spawn('code', ['--list-extensions'], {
      stdio: ['ignore', 'pipe', 'ignore'],
      env,
      timeout: patienceMs,
      killSignal: 'SIGKILL',
    });
    let listed = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      if (listed.length < mostListed) listed += text;
    });
    child.once('error', () => resolve([]));
    child.once('close', (code) => resolve(code === 0 ? listed.split('\n').map((line) => line.trim()) : []));
  });
}
