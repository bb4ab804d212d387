import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { ServiceManager } from '../ports/service-manager.ts';

const run = promisify(execFile);

/** How long the program may take, in ms: it waits until systemd has read what it says. */
const patienceMs = 10_000;

/**
 * systemd, where it has started this process (`Type=notify`). Node cannot write to its socket, which is one of datagrams: its own program
 * `systemd-notify` does, so the unit has to allow for that (`NotifyAccess=all`).
 *
 * @param failed hears, in a sentence, of what systemd could not be told.
 */
export function systemdNotify(
  environment: Readonly<Record<string, string | undefined>>,
  pid: number,
  failed: (text: string) => void,
): ServiceManager {
  const { NOTIFY_SOCKET: socket, WATCHDOG_USEC: watchdog = '', WATCHDOG_PID: watched = String(pid), PATH } = environment;

  async function tell(...states: readonly string[]): Promise<void> {
    if (socket === undefined) return;
    try {
      await run('systemd-notify', states, { env: { PATH, NOTIFY_SOCKET: socket }, timeout: patienceMs });
    } catch (error) {
      failed(`systemd could not be told ${states.join(' ')}: ${error instanceof Error ? error.message.trim() : String(error)}`);
    }
  }

  /** Half of the time after which it takes us for stuck, in ms; undefined where it does not ask. */
  function everyMs(): number | undefined {
    const microseconds = Number(watchdog);
    return socket !== undefined && watched === String(pid) && microseconds > 0 ? microseconds / 2_000 : undefined;
  }

  return {
    ready: async () => await tell('READY=1', 'STATUS=Takes work.'),
    stopping: async () => await tell('STOPPING=1', 'STATUS=Takes nothing new; what runs comes to its end.'),
    keepTelling() {
      const ms = everyMs();
      if (ms === undefined) return { [Symbol.dispose]: () => undefined };
      const timer = setInterval(() => void tell('WATCHDOG=1'), ms);
      return { [Symbol.dispose]: () => clearInterval(timer) };
    },
  };
}
