import type { Notice } from '../../domain/notice.ts';
import type { Notified, Notifier } from '../../ports/notifier.ts';
import type { ProcessRunner } from '../../ports/process.ts';
import { findProgram } from '../process/find-program.ts';

/** The desktop of whoever runs Miyabi, by the program that the system has for it. */
export interface DesktopSettings {
  readonly process: ProcessRunner;
  readonly platform: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** What the programs need to find the desktop. */
const passedOn = ['PATH', 'HOME', 'DISPLAY', 'WAYLAND_DISPLAY', 'XDG_RUNTIME_DIR', 'DBUS_SESSION_BUS_ADDRESS', 'XAUTHORITY'];

/** `notify-send` on Linux, `osascript` on macOS. The text is an argument of its own: no shell and no script reads it. */
export function desktopNotifier(name: string, { process, platform, environment }: DesktopSettings): Notifier {
  return {
    name,
    async send(notice, _key, signal): Promise<Notified> {
      const command = platform === 'darwin' ? scriptOf(notice) : sendOf(notice);
      const path = environment['PATH'] ?? '';
      if (findProgram(command[0], '/', path) === undefined) return { kind: 'refused', reason: `there is no program ${command[0]} here` };
      const env = Object.fromEntries(passedOn.flatMap((key) => (environment[key] === undefined ? [] : [[key, environment[key]]])));
      const { end, stderr } = await process.run({ command, cwd: '/', env, timeoutMs: 10_000, signal });
      if (end.kind === 'exited' && end.code === 0) return { kind: 'sent' };
      signal.throwIfAborted();
      return { kind: 'refused', reason: `${command[0]}: ${stderr.trim().slice(0, 200) || end.kind}` };
    },
  };
}

function sendOf({ title, text, priority }: Notice): readonly [string, ...string[]] {
  const urgency = priority === 'P0-Critical' ? 'critical' : priority === 'P3-Low' ? 'low' : 'normal';
  return ['notify-send', '--app-name=Miyabi', `--urgency=${urgency}`, '--', escaped(title), escaped(text.slice(0, 500))];
}

/** The body of a notification may hold markup. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function scriptOf({ title, text }: Notice): readonly [string, ...string[]] {
  const script = ['on run given', 'display notification (item 2 of given) with title "Miyabi" subtitle (item 1 of given)', 'end run'];
  return ['osascript', ...script.flatMap((line) => ['-e', line]), '--', title, text.slice(0, 500)];
}
