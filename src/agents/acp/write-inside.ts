import type { AgentTask } from '../../ports/agent.ts';
import type { SettingsFile } from './program.ts';
import { failed } from './stopped.ts';

const script = `umask 077; mkdir -p -- "\${1%/*}" && cat >"$1.new" && mv -f -- "$1.new" "$1"`;

/**
 * Writes a file from inside of the world: what ran there before may have put a link in its way, and that must lead to nothing but what
 * the world itself may write.
 *
 * @throws Stopped when it cannot be written.
 */
export async function writeInside(task: AgentTask, { path, text }: SettingsFile): Promise<void> {
  const { end, stderr } = await task.process.run({
    command: ['sh', '-c', script, 'miyabi-settings', path],
    cwd: task.directory,
    env: task.environment,
    stdin: text,
    timeoutMs: 30_000,
    limits: task.limits,
    signal: task.signal,
  });
  if (end.kind === 'exited' && end.code === 0) return;
  if (end.kind === 'cancelled') throw failed('other', `${path} was not written: the world was ended before.`);
  throw failed('other', `${path} could not be written: ${stderr.trim().slice(0, 500) || end.kind}`);
}
