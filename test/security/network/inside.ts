import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import type { Egress } from '../../../src/adapters/sandbox/network/open-egress.ts';

const program = 'bwrap';
/** Everything of the machine is visible inside and nothing can be reached: what comes out came through the bridge. */
const bubblewrap =
  '--ro-bind / / --dev /dev --proc /proc --tmpfs /home --unshare-all --unshare-user --die-with-parent --cap-drop ALL --chdir /home --'.split(
    ' ',
  );

/** Why bubblewrap cannot be used on this machine; empty when it can. */
export function reasonNotInside(): string {
  const tried = spawnSync(program, [...bubblewrap, 'true'], { encoding: 'utf8' });
  return tried.status === 0 ? '' : `not run here: bubblewrap ${tried.error?.message ?? tried.stderr.trim()}`;
}

export interface Inside {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command in a network namespace of its own, with the way out. */
export async function inside(
  egress: Egress,
  command: readonly [string, ...string[]],
  more: { readonly stdin?: string; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<Inside> {
  const child = spawn(program, [...bubblewrap, ...egress.bridged(command, { nodePath: process.execPath })], {
    env: { PATH: process.env['PATH'] ?? '/usr/bin:/bin', HOME: '/home', ...egress.environment, ...more.env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.stdin.on('error', () => child.stdin.destroy());
  child.stdin.end(more.stdin ?? '');
  const [stdout, stderr, [code, signal]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>,
  ]);
  return { code, signal, stdout, stderr };
}
