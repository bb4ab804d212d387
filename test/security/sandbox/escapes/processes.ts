import { expect } from 'vitest';
import type { Escape } from '../escape.ts';
import { node, python, sh } from '../escape.ts';

/** After each, no process lives whose arguments hold the secret, which those that want to stay have there. */
export const processes: readonly Escape[] = [
  {
    tries: 'kills a process by its number',
    program: ({ victim }) =>
      sh(`kill -9 ${victim.pid} 2>/dev/null && echo ESCAPED; kill -9 -- -${victim.pid} 2>/dev/null && echo ESCAPED; echo tried`),
  },
  { tries: 'kills every process it may', program: () => sh(`echo tried; kill -9 -1; echo tried`), ends: 'anyhow' },
  { tries: 'kills its own group and who is in it', program: () => sh(`echo tried; kill -9 0`), ends: 'anyhow' },
  { tries: 'kills its parents', program: () => sh(`kill -9 $PPID; kill -9 1; kill -STOP 1; echo tried`), ends: 'anyhow' },
  {
    tries: 'kills every number there is',
    program: ({ victim }) =>
      python(`
import os
for pid in [*range(2, 3000), *range(${victim.pid} - 300, ${victim.pid} + 300)]:
    if pid != os.getpid() and pid != os.getppid():
        try: os.kill(pid, 9); print('ESCAPED', pid)
        except OSError: pass
print('tried')`),
  },
  {
    tries: 'sees processes that are not its own',
    program: () => sh(`[ "$(ls -d /proc/[0-9]* | wc -l)" -le 8 ] || echo ESCAPED; echo tried`),
  },
  {
    tries: 'leaves a process behind in a session of its own',
    program: ({ secret }) => sh(`setsid sleep 300.${secret} & sleep 0.05; echo tried`),
  },
  {
    tries: 'leaves a process behind that has no parent and no environment',
    program: ({ secret }) =>
      sh(`(env -i setsid sh -c 'trap "" TERM HUP; sleep 300.${secret} & wait' > /dev/null 2>&1 &) ; sleep 0.05; echo tried`),
    holds: ({ result, incidents }) => {
      expect(result.leftovers).toBeGreaterThan(0);
      expect(incidents.map(({ kind }) => kind)).toContain('left-over');
    },
    notIn: { container: 'what is left over ends with the container, uncounted' },
  },
  {
    tries: 'forks twice and lets go of everything',
    program: ({ secret }) =>
      python(`
import os
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.closerange(0, 100); os.chdir('/'); os.environ.clear()
        os.execv('/bin/sleep', ['sleep', '300.${secret}'])
    os._exit(0)
os.wait()
print('tried')`),
  },
  {
    tries: 'does not mind being asked to end',
    program: ({ secret }) =>
      sh(
        `trap '' TERM INT HUP; sh -c 'trap "" TERM; sleep 300.${secret}; sleep 300.${secret}' & echo tried; while :; do sleep 300.${secret}; done`,
      ),
    request: () => ({ timeoutMs: 2_000 }),
    ends: 'anyhow',
    holds: ({ result }) => expect(result).toMatchObject({ end: { kind: 'timeout' }, stdout: 'tried\n' }),
  },
  {
    tries: 'stops itself',
    program: () => sh(`echo tried; kill -STOP $$`),
    request: () => ({ timeoutMs: 2_000 }),
    ends: 'anyhow',
    holds: ({ result }) => expect(result.end.kind).toBe('timeout'),
  },
  {
    tries: 'stops everybody around it',
    program: () => sh(`echo tried; kill -STOP 0; kill -STOP -1; sleep 30`),
    request: () => ({ timeoutMs: 2_000 }),
    ends: 'anyhow',
    holds: ({ result }) => expect(result.end.kind).toBe('timeout'),
  },
  {
    tries: 'holds its outputs open in a process that it leaves behind',
    program: ({ secret }) => sh(`setsid sleep 300.${secret} & echo tried`),
    holds: ({ result }) => expect(result.end.kind).toBe('exited'),
  },
  {
    tries: 'still is asked to end before it is killed',
    program: () => sh(`trap 'echo asked; exit 0' TERM; echo tried; while :; do sleep 0.05; done`),
    request: () => ({ timeoutMs: 2_000, graceMs: 60_000 }),
    ends: 'anyhow',
    holds: ({ result }) => {
      expect(result.stdout).toBe('tried\nasked\n');
      expect(result.durationMs).toBeLessThan(30_000);
    },
  },
  {
    tries: 'waits for input that nobody gives',
    program: () => sh(`read -r line; echo tried`),
    holds: ({ result }) => expect(result.end.kind).toBe('exited'),
  },
  {
    tries: 'traces its own children, which debuggers do',
    program: () => node(`console.log(require('child_process').spawnSync('true').status === 0 ? 'tried' : 'ESCAPED')`),
  },
];
