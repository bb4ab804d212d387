import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/**
 * Told the process groups that are alive over its standard input. When that ends without the word `end` (Miyabi died, by
 * whatever signal) it kills every group still listed and, where there is /proc, every process whose environment carries
 * the mark of the runner, which also finds those that left their group and those that were started in the last instant.
 * Programs of ours are asked first and killed half a second later: a git takes its lock files with it.
 */
const script = `
trap '' INT TERM HUP QUIT
mark=$1
groups=' '
ours=' '
while read -r word group; do
  case $word in
    add) groups="$groups$group " ;;
    ours) ours="$ours$group " ;;
    remove)
      case $groups in *" $group "*) groups="\${groups%% $group *} \${groups#* $group }" ;; esac
      case $ours in *" $group "*) ours="\${ours%% $group *} \${ours#* $group }" ;; esac ;;
    end) exit 0 ;;
  esac
done
for group in $groups; do kill -s KILL -- "-$group"; done
for group in $ours; do kill -s TERM -- "-$group"; done
for round in 1 2 3 4 5; do
  alive=
  for group in $ours; do kill -s 0 -- "-$group" && alive=yes; done
  [ -n "$alive" ] || break
  sleep 0.1 || sleep 1
done
for group in $ours; do kill -s KILL -- "-$group"; done
[ -r /proc/self/environ ] || exit 0
for round in 1 2 3 4 5; do
  found=
  for file in $(grep -lsF "$mark" /proc/[0-9]*/environ); do
    process=\${file#/proc/}
    kill -s KILL "\${process%/environ}" && found=yes
  done
  [ -n "$found" ] || exit 0
done
`;

/** Outlives Miyabi by an instant and ends its children; one for each runner, started before the first child. */
export interface Guard {
  /** To be called before a child is started: from then on a child that was never listed is found by its mark. */
  begin(): void;
  /** @param ours whether it is a program of ours, which may put its things away before it ends. */
  add(group: number, ours: boolean): void;
  remove(group: number): void;
  /** Sends the guard away. Whatever is still listed is left alone. */
  dismiss(): Promise<void>;
}

/**
 * @param mark the text that the environment of every child of the runner contains.
 */
export function createGuard(mark: string): Guard {
  const groups = new Map<number, 'ours' | 'add'>();
  let child: ChildProcess | undefined;

  function start(): ChildProcess {
    const started = spawn('/bin/sh', ['-c', script, 'miyabi-guard', mark], {
      // A session of its own: Ctrl-C at the terminal does not reach it.
      detached: true,
      cwd: '/',
      env: { PATH: '/usr/bin:/bin' },
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    const forget = (): void => {
      if (child === started) child = undefined;
    };
    started.once('exit', forget);
    started.once('error', forget);
    started.stdin?.on('error', forget);
    started.unref();
    const input: unknown = started.stdin;
    // A pipe to a child is a socket; unreferenced, it does not keep the event loop alive.
    if (input !== null && typeof input === 'object' && 'unref' in input && typeof input.unref === 'function') input.unref();
    child = started;
    for (const [group, word] of groups) started.stdin?.write(`${word} ${group}\n`);
    return started;
  }

  return {
    begin: () => void (child ?? start()),
    add(group, ours) {
      const running = child ?? start();
      const word = ours ? 'ours' : 'add';
      groups.set(group, word);
      running.stdin?.write(`${word} ${group}\n`);
    },
    remove(group) {
      groups.delete(group);
      child?.stdin?.write(`remove ${group}\n`);
    },
    async dismiss() {
      const leaving = child;
      if (leaving === undefined) return;
      child = undefined;
      leaving.ref();
      const gone = once(leaving, 'exit');
      leaving.stdin?.end('end\n');
      await gone;
    },
  };
}
